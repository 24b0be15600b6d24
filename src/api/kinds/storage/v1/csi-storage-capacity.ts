import { LabelSelector } from '../../../meta/v1/label-selector.ts';
import { resource } from '../../../meta/v1/resource.ts';
import { type Of, quantity, ref, required, string } from '../../../schema/notation.ts';

export const CSIStorageCapacity = resource(
  'io.k8s.api.storage.v1.CSIStorageCapacity',
  {
    doc: 'How much storage there is where.',
    group: 'storage.k8s.io',
    version: 'v1',
    kind: 'CSIStorageCapacity',
    plural: 'csistoragecapacities',
    singular: 'csistoragecapacity',
    namespaced: true,
    storageVersionHash: 'xeVl+2Ly1kE=',
  },
  {
    capacity: quantity(4, { doc: 'How much space is free; unknown when absent.', emit: 'if-set' }),
    maximumVolumeSize: quantity(5, { doc: 'How large a single volume may be.', emit: 'if-set' }),
    nodeTopology: ref(2, LabelSelector, {
      doc: 'Which nodes reach the space; none when absent.',
      emit: 'if-set',
    }),
    storageClassName: required(
      string(3, { doc: 'The storage class the numbers are about.', emit: 'always' }),
    ),
  },
);
export interface CSIStorageCapacity extends Of<typeof CSIStorageCapacity> {}
