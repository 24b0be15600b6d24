// The claims, volumes and classes of tests: valid as they are, changed by naming what matters to the test.
import type { PersistentVolumeClaimSpec } from '../../api/kinds/core/v1/claim-spec.ts';
import type { PersistentVolume, PersistentVolumeSpec } from '../../api/kinds/core/v1/persistent-volume.ts';
import type { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import type { Volume } from '../../api/kinds/core/v1/volume.ts';
import type { StorageClass } from '../../api/kinds/storage/v1/storage-class.ts';

type Metadata = PersistentVolumeClaim['metadata'];

/** In the namespace `default`: 1Gi, ReadWriteOnce, without a class. */
export const aClaim = (
  name: string,
  spec: Partial<PersistentVolumeClaimSpec> = {},
  metadata: Metadata = {},
): PersistentVolumeClaim => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name, namespace: 'default', ...metadata },
  spec: {
    accessModes: ['ReadWriteOnce'],
    resources: { requests: { storage: '1Gi' } },
    storageClassName: '',
    ...spec,
  },
});

/** A directory of a node: 1Gi, ReadWriteOnce, without a class. */
export const aVolume = (
  name: string,
  spec: Partial<PersistentVolumeSpec> = {},
  metadata: Metadata = {},
): PersistentVolume => ({
  apiVersion: 'v1',
  kind: 'PersistentVolume',
  metadata: { name, ...metadata },
  spec: {
    accessModes: ['ReadWriteOnce'],
    capacity: { storage: '1Gi' },
    hostPath: { path: `/volumes/${name}` },
    ...spec,
  },
});

/** For the spec of a volume that only nodes with the label reach. */
export const reachedFrom = (
  key: string,
  ...values: string[]
): Pick<PersistentVolumeSpec, 'nodeAffinity'> => ({
  nodeAffinity: {
    required: { nodeSelectorTerms: [{ matchExpressions: [{ key, operator: 'In', values }] }] },
  },
});

/** Bound when a pod needs it; nobody makes its volumes. */
export const aClass = (name: string, own: Partial<StorageClass> = {}): StorageClass => ({
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  provisioner: 'kubernetes.io/no-provisioner',
  volumeBindingMode: 'WaitForFirstConsumer',
  ...own,
  metadata: { name, ...own.metadata },
});

/** For the volumes of a pod. */
export const claimVolume = (claimName: string, name = claimName): Volume => ({
  name,
  persistentVolumeClaim: { claimName },
});
