import { resource } from '../../../meta/v1/resource.ts';
import { boolean, list, map, type Of, required, string, text } from '../../../schema/notation.ts';
import { TopologySelectorTerm } from '../../core/v1/topology.ts';

export const StorageClass = resource(
  'io.k8s.api.storage.v1.StorageClass',
  {
    doc: 'How storage is made.',
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
    allowVolumeExpansion: boolean(6, { doc: 'Whether claims may grow.', emit: 'if-set' }),
    allowedTopologies: list(8, TopologySelectorTerm, {
      doc: 'Where volumes may be made.',
      listType: 'atomic',
    }),
    mountOptions: list(5, text, { doc: 'Options for mounting.', listType: 'atomic' }),
    parameters: map(3, text, { doc: 'What the provisioner wants to know.' }),
    provisioner: required(string(2, { doc: 'Who makes the volumes.', emit: 'always' })),
    reclaimPolicy: string(4, {
      doc: 'What becomes of volumes when their claims go: Delete or Retain.',
      assumed: 'Delete',
      enum: ['Delete', 'Recycle', 'Retain'],
      emit: 'if-set',
    }),
    volumeBindingMode: string(7, {
      doc: 'Immediate, or WaitForFirstConsumer to wait for a pod.',
      assumed: 'Immediate',
      enum: ['Immediate', 'WaitForFirstConsumer'],
      emit: 'if-set',
    }),
  },
);
export interface StorageClass extends Of<typeof StorageClass> {}
