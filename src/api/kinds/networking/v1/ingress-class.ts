import { resource } from '../../../meta/v1/resource.ts';
import { type Of, ref, required, string, struct } from '../../../schema/notation.ts';

export const IngressClassParametersReference = struct(
  'io.k8s.api.networking.v1.IngressClassParametersReference',
  {
    apiGroup: string(1, { doc: "The object's API group; the core group when absent.", emit: 'if-set' }),
    kind: required(string(2, { doc: 'What kind the object is of.', emit: 'always' })),
    name: required(string(3, { doc: "The object's name.", emit: 'always' })),
    namespace: string(5, { doc: "The object's namespace; only for scope Namespace.", emit: 'if-set' }),
    scope: string(4, { doc: 'Cluster or Namespace: where the object lives.', emit: 'if-set' }),
  },
  { doc: 'An object with settings for the controller.' },
);
export interface IngressClassParametersReference extends Of<typeof IngressClassParametersReference> {}

export const IngressClassSpec = struct(
  'io.k8s.api.networking.v1.IngressClassSpec',
  {
    controller: string(1, { doc: "The controller's name, as a domain with a path." }),
    parameters: ref(2, IngressClassParametersReference, {
      doc: 'An object with more settings; none when absent.',
      emit: 'if-set',
    }),
  },
  { doc: 'Who serves the ingresses of this class.' },
);
export interface IngressClassSpec extends Of<typeof IngressClassSpec> {}

export const IngressClass = resource(
  'io.k8s.api.networking.v1.IngressClass',
  {
    doc: 'Who takes care of ingresses.',
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
