import { resource } from '../../meta/v1/resource.ts';
import { binary, boolean, map, type Of, string, text } from '../../schema/notation.ts';

export const Secret = resource(
  'io.k8s.api.core.v1.Secret',
  {
    group: '',
    version: 'v1',
    kind: 'Secret',
    plural: 'secrets',
    singular: 'secret',
    namespaced: true,
    storageVersionHash: 'S6u1pOWzb84=',
  },
  {
    data: map(2, binary),
    immutable: boolean(5, { emit: 'if-set' }),
    stringData: map(4, text),
    type: string(3, { assumed: 'Opaque' }),
  },
);
export interface Secret extends Of<typeof Secret> {}
