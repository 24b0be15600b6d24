import { LabelSelector } from '../../../meta/v1/label-selector.ts';
import { resource } from '../../../meta/v1/resource.ts';
import { type Of, quantity, ref, required, string } from '../../../schema/notation.ts';

export const CSIStorageCapacity = resource(
  'io.k8s.api.storage.v1.CSIStorageCapacity',
  {
    doc: 'Describes the capacity of storage that is available in a part of the topology.',
    group: 'storage.k8s.io',
    version: 'v1',
    kind: 'CSIStorageCapacity',
    plural: 'csistoragecapacities',
    singular: 'csistoragecapacity',
    namespaced: true,
    storageVersionHash: 'xeVl+2Ly1kE=',
  },
  {
    capacity: quantity(4, { doc: 'Available capacity. Unset if it is unknown.', emit: 'if-set' }),
    maximumVolumeSize: quantity(5, { doc: 'Maximum size of a single volume.', emit: 'if-set' }),
    nodeTopology: ref(2, LabelSelector, {
      doc: 'Nodes that have access to the capacity. Unset matches no nodes.',
      emit: 'if-set',
    }),
    storageClassName: required(
      string(3, { doc: 'Name of the StorageClass that the capacity applies to.', emit: 'always' }),
    ),
  },
);
export interface CSIStorageCapacity extends Of<typeof CSIStorageCapacity> {}
