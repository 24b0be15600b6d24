// The kinds of snapshot.storage.k8s.io are custom kinds: no scheme lists them, every cluster has their definitions
// (src/api/custom/snapshot-definitions.ts). Protobuf does not know them, hence no numbers.
import { resource } from '../../../meta/v1/resource.ts';
import { boolean, type Of, quantity, ref, required, string, struct, time } from '../../../schema/notation.ts';

export const VolumeSnapshotError = struct(
  'io.k8s.storage.snapshot.v1.VolumeSnapshotError',
  {
    message: string(0, { doc: 'What went wrong. It may be logged, so it holds nothing secret.' }),
    time: time(0, { doc: 'When it happened.' }),
  },
  { doc: 'Last error while the snapshot was taken. It is removed when a later attempt succeeds.' },
);
export interface VolumeSnapshotError extends Of<typeof VolumeSnapshotError> {}

export const VolumeSnapshotSource = struct(
  'io.k8s.storage.snapshot.v1.VolumeSnapshotSource',
  {
    persistentVolumeClaimName: string(0, {
      doc: 'Name of a PersistentVolumeClaim in the same namespace: a snapshot is taken of its volume. Cannot be changed.',
    }),
    volumeSnapshotContentName: string(0, {
      doc: 'Name of a VolumeSnapshotContent that stands for a snapshot that exists already. Cannot be changed.',
    }),
  },
  { doc: 'Where the snapshot comes from. Exactly one field is set.' },
);
export interface VolumeSnapshotSource extends Of<typeof VolumeSnapshotSource> {}

export const VolumeSnapshotSpec = struct(
  'io.k8s.storage.snapshot.v1.VolumeSnapshotSpec',
  {
    source: required(ref(0, VolumeSnapshotSource)),
    volumeSnapshotClassName: string(0, {
      doc: "Name of the VolumeSnapshotClass. If it is left out, it is set to the default class of the volume's driver.",
    }),
  },
  { doc: 'Desired snapshot.' },
);
export interface VolumeSnapshotSpec extends Of<typeof VolumeSnapshotSpec> {}

export const VolumeSnapshotStatus = struct(
  'io.k8s.storage.snapshot.v1.VolumeSnapshotStatus',
  {
    boundVolumeSnapshotContentName: string(0, {
      doc: 'Name of the VolumeSnapshotContent. The two belong together only if the content refers to this snapshot as well.',
    }),
    creationTime: time(0, { doc: 'When the storage system took the snapshot, as far as it is known.' }),
    error: ref(0, VolumeSnapshotError),
    readyToUse: boolean(0, { doc: 'Whether a volume can be made from the snapshot.' }),
    restoreSize: quantity(0, {
      doc: 'Smallest size of a volume that is made from the snapshot, as far as it is known.',
    }),
    volumeGroupSnapshotName: string(0, { doc: 'Name of the VolumeGroupSnapshot that it is part of.' }),
  },
  { doc: 'Most recently observed state of the snapshot.' },
);
export interface VolumeSnapshotStatus extends Of<typeof VolumeSnapshotStatus> {}

export const VolumeSnapshot = resource(
  'io.k8s.storage.snapshot.v1.VolumeSnapshot',
  {
    doc: "A user's request for a snapshot of a persistent volume, or claim to a snapshot that exists already.",
    group: 'snapshot.storage.k8s.io',
    version: 'v1',
    kind: 'VolumeSnapshot',
    plural: 'volumesnapshots',
    singular: 'volumesnapshot',
    namespaced: true,
    shortNames: ['vs'],
  },
  { spec: required(ref(0, VolumeSnapshotSpec)), status: ref(0, VolumeSnapshotStatus) },
);
export interface VolumeSnapshot extends Of<typeof VolumeSnapshot> {}
