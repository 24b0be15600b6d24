import { resource } from '../../../meta/v1/resource.ts';
import { map, type Of, required, string, text } from '../../../schema/notation.ts';

export const VolumeSnapshotClass = resource(
  'io.k8s.storage.snapshot.v1.VolumeSnapshotClass',
  {
    doc: 'How snapshots are taken. A VolumeSnapshot names its class.',
    group: 'snapshot.storage.k8s.io',
    version: 'v1',
    kind: 'VolumeSnapshotClass',
    plural: 'volumesnapshotclasses',
    singular: 'volumesnapshotclass',
    namespaced: false,
    shortNames: ['vsclass', 'vsclasses'],
  },
  {
    deletionPolicy: required(
      string(0, {
        doc: 'What happens to the snapshot in the storage system and its VolumeSnapshotContent when the VolumeSnapshot is deleted: both are deleted as well, or both are kept.',
        enum: ['Delete', 'Retain'],
      }),
    ),
    driver: required(string(0, { doc: 'Name of the CSI driver that takes the snapshots.' })),
    parameters: map(0, text, {
      doc: 'Parameters for the driver; those that begin with csi.storage.k8s.io/ name its secrets.',
    }),
  },
);
export interface VolumeSnapshotClass extends Of<typeof VolumeSnapshotClass> {}
