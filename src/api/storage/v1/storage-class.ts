import { TopologySelectorTerm } from '../../core/v1/topology.ts';
import { resource } from '../../meta/v1/resource.ts';
import { boolean, list, map, type Of, required, string, text } from '../../schema/notation.ts';

export const StorageClass = resource(
  'io.k8s.api.storage.v1.StorageClass',
  {
    group: 'storage.k8s.io',
    version: 'v1',
    kind: 'StorageClass',
    plural: 'storageclasses',
    singular: 'storageclass',
    namespaced: false,
    shortNames: ['sc'],
    storageVersionHash: 'K+m6uJwbjGY=',
  },
  {
    allowVolumeExpansion: boolean(6, { emit: 'if-set' }),
    allowedTopologies: list(8, TopologySelectorTerm, { listType: 'atomic' }),
    mountOptions: list(5, text, { listType: 'atomic' }),
    parameters: map(3, text),
    provisioner: required(string(2, { emit: 'always' })),
    reclaimPolicy: string(4, { assumed: 'Delete', enum: ['Delete', 'Recycle', 'Retain'], emit: 'if-set' }),
    volumeBindingMode: string(7, {
      assumed: 'Immediate',
      enum: ['Immediate', 'WaitForFirstConsumer'],
      emit: 'if-set',
    }),
  },
);
export interface StorageClass extends Of<typeof StorageClass> {}
