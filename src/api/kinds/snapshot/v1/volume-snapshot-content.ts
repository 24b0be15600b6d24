import { resource } from '../../../meta/v1/resource.ts';
import { boolean, int64, type Of, ref, required, string, struct } from '../../../schema/notation.ts';
import { ObjectReference } from '../../core/v1/references.ts';
import { VolumeSnapshotError } from './volume-snapshot.ts';

export const VolumeSnapshotContentSource = struct(
  'io.k8s.storage.snapshot.v1.VolumeSnapshotContentSource',
  {
    snapshotHandle: string(0, {
      doc: "The driver's identifier of a snapshot that exists already. Cannot be changed.",
    }),
    volumeHandle: string(0, {
      doc: "The driver's identifier of the volume of which a snapshot is taken. Cannot be changed.",
    }),
  },
  { doc: 'Where the snapshot comes from. Exactly one field is set.' },
);
export interface VolumeSnapshotContentSource extends Of<typeof VolumeSnapshotContentSource> {}

export const VolumeSnapshotContentSpec = struct(
  'io.k8s.storage.snapshot.v1.VolumeSnapshotContentSpec',
  {
    deletionPolicy: required(
      string(0, {
        doc: 'What happens to this object and the snapshot in the storage system when the VolumeSnapshot is deleted: both are deleted as well, or both are kept.',
        enum: ['Delete', 'Retain'],
      }),
    ),
    driver: required(string(0, { doc: 'Name of the CSI driver.' })),
    source: required(ref(0, VolumeSnapshotContentSource)),
    sourceVolumeMode: string(0, {
      doc: 'Mode of the volume of which the snapshot was taken: Filesystem or Block. Unknown if it is left out. Cannot be changed.',
    }),
    volumeSnapshotClassName: string(0, {
      doc: 'Name of the VolumeSnapshotClass by which the snapshot was taken. The class may have been deleted or changed since.',
    }),
    volumeSnapshotRef: required(
      ref(0, ObjectReference, {
        doc: 'The VolumeSnapshot that this content belongs to. The content of a snapshot that exists already names it without its uid, which is added when the two are bound.',
      }),
    ),
  },
  { doc: 'The snapshot in the storage system.' },
);
export interface VolumeSnapshotContentSpec extends Of<typeof VolumeSnapshotContentSpec> {}

export const VolumeSnapshotContentStatus = struct(
  'io.k8s.storage.snapshot.v1.VolumeSnapshotContentStatus',
  {
    creationTime: int64(0, {
      doc: 'When the storage system took the snapshot, as far as it is known: nanoseconds since 1970.',
    }),
    error: ref(0, VolumeSnapshotError),
    readyToUse: boolean(0, { doc: 'Whether a volume can be made from the snapshot.' }),
    restoreSize: int64(0, {
      doc: 'Smallest size of a volume that is made from the snapshot, in bytes, as far as it is known.',
    }),
    snapshotHandle: string(0, {
      doc: "The driver's identifier of the snapshot. Missing until the snapshot is taken.",
    }),
    volumeGroupSnapshotHandle: string(0, {
      doc: "The driver's identifier of the group snapshot that it is part of.",
    }),
  },
  { doc: 'Most recently observed state of the snapshot.' },
);
export interface VolumeSnapshotContentStatus extends Of<typeof VolumeSnapshotContentStatus> {}

export const VolumeSnapshotContent = resource(
  'io.k8s.storage.snapshot.v1.VolumeSnapshotContent',
  {
    doc: 'A snapshot in a storage system.',
    group: 'snapshot.storage.k8s.io',
    version: 'v1',
    kind: 'VolumeSnapshotContent',
    plural: 'volumesnapshotcontents',
    singular: 'volumesnapshotcontent',
    namespaced: false,
    shortNames: ['vsc', 'vscs'],
  },
  { spec: required(ref(0, VolumeSnapshotContentSpec)), status: ref(0, VolumeSnapshotContentStatus) },
);
export interface VolumeSnapshotContent extends Of<typeof VolumeSnapshotContent> {}
