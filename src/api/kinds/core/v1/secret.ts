import { resource } from '../../../meta/v1/resource.ts';
import { binary, boolean, map, type Of, string, text } from '../../../schema/notation.ts';

export const Secret = resource(
  'io.k8s.api.core.v1.Secret',
  {
    doc: 'Holds secret data, such as passwords and tokens, for pods to consume.',
    group: '',
    version: 'v1',
    kind: 'Secret',
    plural: 'secrets',
    singular: 'secret',
    namespaced: true,
    storageVersionHash: 'S6u1pOWzb84=',
  },
  {
    data: map(2, binary, { doc: 'Secret data by key, in base64.' }),
    immutable: boolean(5, {
      doc: 'If true, the data cannot be changed; only the object can be deleted.',
      emit: 'if-set',
    }),
    stringData: map(4, text, {
      doc: 'Secret data by key, as text. Write-only: the server merges it into data.',
    }),
    type: string(3, {
      doc: 'Type of the secret, such as kubernetes.io/tls. Defaults to Opaque.',
      assumed: 'Opaque',
    }),
  },
);
export interface Secret extends Of<typeof Secret> {}
