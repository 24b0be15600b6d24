import { resource } from '../../../meta/v1/resource.ts';
import { boolean, list, map, type Of, required, string, text } from '../../../schema/notation.ts';
import { TopologySelectorTerm } from '../../core/v1/topology.ts';

export const StorageClass = resource(
  'io.k8s.api.storage.v1.StorageClass',
  {
    doc: 'Describes how volumes are provisioned dynamically.',
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
    allowVolumeExpansion: boolean(6, { doc: 'Whether claims can be expanded.', emit: 'if-set' }),
    allowedTopologies: list(8, TopologySelectorTerm, {
      doc: 'Node topologies in which volumes can be provisioned.',
      listType: 'atomic',
    }),
    mountOptions: list(5, text, {
      doc: 'Mount options, such as ro or soft. They are not validated.',
      listType: 'atomic',
    }),
    parameters: map(3, text, { doc: 'Parameters for the provisioner.' }),
    provisioner: required(string(2, { doc: 'Name of the provisioner.', emit: 'always' })),
    reclaimPolicy: string(4, {
      doc: 'What happens to volumes when their claims are deleted: Delete or Retain. Defaults to Delete.',
      assumed: 'Delete',
      enum: ['Delete', 'Recycle', 'Retain'],
      emit: 'if-set',
    }),
    volumeBindingMode: string(7, {
      doc: 'When volumes are provisioned and bound: Immediate, or WaitForFirstConsumer when a pod uses the claim.',
      assumed: 'Immediate',
      enum: ['Immediate', 'WaitForFirstConsumer'],
      emit: 'if-set',
    }),
  },
);
export interface StorageClass extends Of<typeof StorageClass> {}
