import { resource } from '../../meta/v1/resource.ts';
import { type Of, ref, required, string, struct } from '../../schema/notation.ts';

export const IngressClassParametersReference = struct(
  'io.k8s.api.networking.v1.IngressClassParametersReference',
  {
    apiGroup: string(1, { emit: 'if-set' }),
    kind: required(string(2, { emit: 'always' })),
    name: required(string(3, { emit: 'always' })),
    namespace: string(5, { emit: 'if-set' }),
    scope: string(4, { emit: 'if-set' }),
  },
);
export interface IngressClassParametersReference extends Of<typeof IngressClassParametersReference> {}

export const IngressClassSpec = struct('io.k8s.api.networking.v1.IngressClassSpec', {
  controller: string(1),
  parameters: ref(2, IngressClassParametersReference, { emit: 'if-set' }),
});
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
