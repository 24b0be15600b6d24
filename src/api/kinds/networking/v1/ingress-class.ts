import { resource } from '../../../meta/v1/resource.ts';
import { type Of, ref, required, string, struct } from '../../../schema/notation.ts';

export const IngressClassParametersReference = struct(
  'io.k8s.api.networking.v1.IngressClassParametersReference',
  {
    apiGroup: string(1, { doc: 'API group of the object. Empty for the core group.', emit: 'if-set' }),
    kind: required(string(2, { doc: 'Kind of the object.', emit: 'always' })),
    name: required(string(3, { doc: 'Name of the object.', emit: 'always' })),
    namespace: string(5, { doc: 'Namespace of the object. Required if scope is Namespace.', emit: 'if-set' }),
    scope: string(4, { doc: 'Scope of the object: Cluster or Namespace.', emit: 'if-set' }),
  },
  { doc: 'Reference to an object with parameters for the controller.' },
);
export interface IngressClassParametersReference extends Of<typeof IngressClassParametersReference> {}

export const IngressClassSpec = struct(
  'io.k8s.api.networking.v1.IngressClassSpec',
  {
    controller: string(1, { doc: 'Name of the controller, as a domain-prefixed path.' }),
    parameters: ref(2, IngressClassParametersReference, {
      doc: 'Object with additional configuration for the controller.',
      emit: 'if-set',
    }),
  },
  { doc: 'Desired controller of the class, and its parameters.' },
);
export interface IngressClassSpec extends Of<typeof IngressClassSpec> {}

export const IngressClass = resource(
  'io.k8s.api.networking.v1.IngressClass',
  {
    doc: 'Class of Ingresses that one controller implements.',
    group: 'networking.k8s.io',
    version: 'v1',
    kind: 'IngressClass',
    plural: 'ingressclasses',
    singular: 'ingressclass',
    namespaced: false,
    storageVersionHash: 'l/iqIbDgFyQ=',
  },
  {
    spec: ref(2, IngressClassSpec, { emit: 'always' }),
  },
);
export interface IngressClass extends Of<typeof IngressClass> {}
