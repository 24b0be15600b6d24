import { resource } from '../../../meta/v1/resource.ts';
import { binary, boolean, map, type Of, string, text } from '../../../schema/notation.ts';

export const Secret = resource(
  'io.k8s.api.core.v1.Secret',
  {
    doc: 'Like a config map, for what should not be seen by everybody.',
    group: '',
    version: 'v1',
    kind: 'Secret',
    plural: 'secrets',
    singular: 'secret',
    namespaced: true,
    storageVersionHash: 'S6u1pOWzb84=',
  },
  {
    data: map(2, binary, { doc: 'Bytes by key, in base64.' }),
    immutable: boolean(5, { doc: 'Never change it again.', emit: 'if-set' }),
    stringData: map(4, text, { doc: 'Texts by key; the server writes them into data.' }),
    type: string(3, {
      doc: 'What kind of secret it is; Opaque if it is nothing special.',
      assumed: 'Opaque',
    }),
  },
);
export interface Secret extends Of<typeof Secret> {}
