// The snapshots, contents and classes of tests: valid as they are, changed by naming what matters to the test.
import type { VolumeSnapshot, VolumeSnapshotSpec } from '../../api/kinds/snapshot/v1/volume-snapshot.ts';
import type { VolumeSnapshotClass } from '../../api/kinds/snapshot/v1/volume-snapshot-class.ts';
import type {
  VolumeSnapshotContent,
  VolumeSnapshotContentSpec,
} from '../../api/kinds/snapshot/v1/volume-snapshot-content.ts';

const apiVersion = 'snapshot.storage.k8s.io/v1';

/** In the namespace `default`, of the claim `c`, without a class. */
export const aSnapshot = (name: string, spec: Partial<VolumeSnapshotSpec> = {}): VolumeSnapshot => ({
  apiVersion,
  kind: 'VolumeSnapshot',
  metadata: { name, namespace: 'default' },
  spec: { source: { persistentVolumeClaimName: 'c' }, ...spec },
});

/** Of the driver d.example.com: a snapshot that exists already, for the VolumeSnapshot `s` in `default`. */
export const aContent = (
  name: string,
  spec: Partial<VolumeSnapshotContentSpec> = {},
): VolumeSnapshotContent => ({
  apiVersion,
  kind: 'VolumeSnapshotContent',
  metadata: { name },
  spec: {
    deletionPolicy: 'Delete',
    driver: 'd.example.com',
    source: { snapshotHandle: 'snap-1' },
    volumeSnapshotRef: { name: 's', namespace: 'default' },
    ...spec,
  },
});

/** Of the driver d.example.com, the default. */
export const aSnapshotClass = (
  name: string,
  own: Partial<VolumeSnapshotClass> = {},
): VolumeSnapshotClass => ({
  apiVersion,
  kind: 'VolumeSnapshotClass',
  driver: 'd.example.com',
  deletionPolicy: 'Delete',
  ...own,
  metadata: {
    name,
    annotations: { 'snapshot.storage.kubernetes.io/is-default-class': 'true' },
    ...own.metadata,
  },
});
