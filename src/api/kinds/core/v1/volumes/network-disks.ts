// Block devices that are reached over a network.
import {
  boolean,
  int32,
  list,
  type Of,
  ref,
  required,
  string,
  struct,
  text,
} from '../../../../schema/notation.ts';
import { LocalObjectReference, ObjectReference, SecretReference } from '../references.ts';

export const FCVolumeSource = struct(
  'io.k8s.api.core.v1.FCVolumeSource',
  {
    fsType: string(3, {
      doc: 'File system type, such as ext4. By default, the volume plugin chooses it.',
    }),
    lun: int32(2, { doc: 'Logical unit number of the target.', emit: 'if-set' }),
    readOnly: boolean(4, { doc: 'Whether the volume is mounted read-only. Defaults to false.' }),
    targetWWNs: list(1, text, {
      doc: 'World wide names of the targets. Used together with lun.',
      listType: 'atomic',
    }),
    wwids: list(5, text, {
      doc: 'World wide identifiers of the disk. Mutually exclusive with targetWWNs and lun.',
      listType: 'atomic',
    }),
  },
  { doc: 'Fibre Channel disk that is attached to the node.' },
);
export interface FCVolumeSource extends Of<typeof FCVolumeSource> {}

export const ISCSIPersistentVolumeSource = struct(
  'io.k8s.api.core.v1.ISCSIPersistentVolumeSource',
  {
    chapAuthDiscovery: boolean(8, { doc: 'Whether target discovery uses CHAP authentication.' }),
    chapAuthSession: boolean(11, { doc: 'Whether sessions use CHAP authentication.' }),
    fsType: string(5, {
      doc: 'File system type, such as ext4. By default, the volume plugin chooses it.',
    }),
    initiatorName: string(12, {
      doc: 'Name of the iSCSI initiator. Defaults to that of the node.',
      emit: 'if-set',
    }),
    iqn: required(string(2, { doc: 'iSCSI qualified name of the target.', emit: 'always' })),
    iscsiInterface: string(4, {
      doc: 'Name of the iSCSI interface that uses a transport. Defaults to default (TCP).',
      default: 'default',
    }),
    lun: required(int32(3, { doc: 'Logical unit number of the target.', emit: 'always' })),
    portals: list(7, text, {
      doc: 'Additional portals of the target, each with a port unless it is 3260.',
      listType: 'atomic',
    }),
    readOnly: boolean(6, { doc: 'Whether the volume is mounted read-only. Defaults to false.' }),
    secretRef: ref(10, SecretReference, { doc: 'Secret with the CHAP credentials.', emit: 'if-set' }),
    targetPortal: required(
      string(1, { doc: 'Portal of the target, with a port unless it is 3260.', emit: 'always' }),
    ),
  },
  { doc: 'iSCSI disk for a PersistentVolume.' },
);
export interface ISCSIPersistentVolumeSource extends Of<typeof ISCSIPersistentVolumeSource> {}

export const ISCSIVolumeSource = struct(
  'io.k8s.api.core.v1.ISCSIVolumeSource',
  {
    chapAuthDiscovery: boolean(8, { doc: 'Whether target discovery uses CHAP authentication.' }),
    chapAuthSession: boolean(11, { doc: 'Whether sessions use CHAP authentication.' }),
    fsType: string(5, {
      doc: 'File system type, such as ext4. By default, the volume plugin chooses it.',
    }),
    initiatorName: string(12, {
      doc: 'Name of the iSCSI initiator. Defaults to that of the node.',
      emit: 'if-set',
    }),
    iqn: required(string(2, { doc: 'iSCSI qualified name of the target.', emit: 'always' })),
    iscsiInterface: string(4, {
      doc: 'Name of the iSCSI interface that uses a transport. Defaults to default (TCP).',
      default: 'default',
    }),
    lun: required(int32(3, { doc: 'Logical unit number of the target.', emit: 'always' })),
    portals: list(7, text, {
      doc: 'Additional portals of the target, each with a port unless it is 3260.',
      listType: 'atomic',
    }),
    readOnly: boolean(6, { doc: 'Whether the volume is mounted read-only. Defaults to false.' }),
    secretRef: ref(10, LocalObjectReference, {
      doc: 'Secret with the CHAP credentials.',
      emit: 'if-set',
    }),
    targetPortal: required(
      string(1, { doc: 'Portal of the target, with a port unless it is 3260.', emit: 'always' }),
    ),
  },
  { doc: 'iSCSI disk that is attached to the node.' },
);
export interface ISCSIVolumeSource extends Of<typeof ISCSIVolumeSource> {}

export const RBDPersistentVolumeSource = struct(
  'io.k8s.api.core.v1.RBDPersistentVolumeSource',
  {
    fsType: string(3, {
      doc: 'File system type, such as ext4. By default, the volume plugin chooses it.',
    }),
    image: required(string(2, { doc: 'Name of the RADOS image.', emit: 'always' })),
    keyring: string(6, {
      doc: 'Path of the key ring file on the node. Not used if secretRef is set.',
      default: '/etc/ceph/keyring',
    }),
    monitors: required(
      list(1, text, { doc: 'Addresses of the Ceph monitors.', emit: 'always', listType: 'atomic' }),
    ),
    pool: string(4, { doc: 'Name of the RADOS pool.', default: 'rbd' }),
    readOnly: boolean(8, { doc: 'Whether the volume is mounted read-only. Defaults to false.' }),
    secretRef: ref(7, SecretReference, {
      doc: 'Secret with the key of the user. Takes precedence over keyring.',
      emit: 'if-set',
    }),
    user: string(5, { doc: 'RADOS user name. Defaults to admin.', default: 'admin' }),
  },
  { doc: 'Ceph RADOS block device for a PersistentVolume.' },
);
export interface RBDPersistentVolumeSource extends Of<typeof RBDPersistentVolumeSource> {}

export const RBDVolumeSource = struct(
  'io.k8s.api.core.v1.RBDVolumeSource',
  {
    fsType: string(3, {
      doc: 'File system type, such as ext4. By default, the volume plugin chooses it.',
    }),
    image: required(string(2, { doc: 'Name of the RADOS image.', emit: 'always' })),
    keyring: string(6, {
      doc: 'Path of the key ring file on the node. Not used if secretRef is set.',
      default: '/etc/ceph/keyring',
    }),
    monitors: required(
      list(1, text, { doc: 'Addresses of the Ceph monitors.', emit: 'always', listType: 'atomic' }),
    ),
    pool: string(4, { doc: 'Name of the RADOS pool.', default: 'rbd' }),
    readOnly: boolean(8, { doc: 'Whether the volume is mounted read-only. Defaults to false.' }),
    secretRef: ref(7, LocalObjectReference, {
      doc: 'Secret with the key of the user. Takes precedence over keyring.',
      emit: 'if-set',
    }),
    user: string(5, { doc: 'RADOS user name. Defaults to admin.', default: 'admin' }),
  },
  { doc: 'Ceph RADOS block device that is attached to the node.' },
);
export interface RBDVolumeSource extends Of<typeof RBDVolumeSource> {}

export const ScaleIOPersistentVolumeSource = struct(
  'io.k8s.api.core.v1.ScaleIOPersistentVolumeSource',
  {
    fsType: string(9, {
      doc: 'File system type, such as ext4. By default, the volume plugin chooses it.',
      default: 'xfs',
    }),
    gateway: required(string(1, { doc: 'Address of the ScaleIO gateway.', emit: 'always' })),
    protectionDomain: string(5, { doc: 'Name of the protection domain.' }),
    readOnly: boolean(10, { doc: 'Whether the volume is mounted read-only. Defaults to false.' }),
    secretRef: required(
      ref(3, SecretReference, { doc: 'Secret with the credentials for the storage.', emit: 'if-set' }),
    ),
    sslEnabled: boolean(4, { doc: 'Whether to use TLS for the gateway. Defaults to false.' }),
    storageMode: string(7, {
      doc: 'Provisioning mode of the volume: ThickProvisioned or ThinProvisioned.',
      default: 'ThinProvisioned',
    }),
    storagePool: string(6, { doc: 'Name of the storage pool in the protection domain.' }),
    system: required(string(2, { doc: 'Name of the storage system.', emit: 'always' })),
    volumeName: string(8, { doc: 'Name of an existing volume.' }),
  },
  { doc: 'ScaleIO volume for a PersistentVolume.' },
);
export interface ScaleIOPersistentVolumeSource extends Of<typeof ScaleIOPersistentVolumeSource> {}

export const ScaleIOVolumeSource = struct(
  'io.k8s.api.core.v1.ScaleIOVolumeSource',
  {
    fsType: string(9, {
      doc: 'File system type, such as ext4. By default, the volume plugin chooses it.',
      default: 'xfs',
    }),
    gateway: required(string(1, { doc: 'Address of the ScaleIO gateway.', emit: 'always' })),
    protectionDomain: string(5, { doc: 'Name of the protection domain.' }),
    readOnly: boolean(10, { doc: 'Whether the volume is mounted read-only. Defaults to false.' }),
    secretRef: required(
      ref(3, LocalObjectReference, {
        doc: 'Secret with the credentials for the storage.',
        emit: 'if-set',
      }),
    ),
    sslEnabled: boolean(4, { doc: 'Whether to use TLS for the gateway. Defaults to false.' }),
    storageMode: string(7, {
      doc: 'Provisioning mode of the volume: ThickProvisioned or ThinProvisioned.',
      default: 'ThinProvisioned',
    }),
    storagePool: string(6, { doc: 'Name of the storage pool in the protection domain.' }),
    system: required(string(2, { doc: 'Name of the storage system.', emit: 'always' })),
    volumeName: string(8, { doc: 'Name of an existing volume.' }),
  },
  { doc: 'ScaleIO volume that is attached to the node.' },
);
export interface ScaleIOVolumeSource extends Of<typeof ScaleIOVolumeSource> {}

export const StorageOSPersistentVolumeSource = struct(
  'io.k8s.api.core.v1.StorageOSPersistentVolumeSource',
  {
    fsType: string(3, {
      doc: 'File system type, such as ext4. By default, the volume plugin chooses it.',
    }),
    readOnly: boolean(4, { doc: 'Whether the volume is mounted read-only. Defaults to false.' }),
    secretRef: ref(5, ObjectReference, {
      doc: 'Secret with the credentials for the storage.',
      emit: 'if-set',
    }),
    volumeName: string(1, { doc: 'Name of the volume within its StorageOS namespace.' }),
    volumeNamespace: string(2, {
      doc: 'StorageOS namespace of the volume. Defaults to the namespace of the pod.',
    }),
  },
  { doc: 'StorageOS volume for a PersistentVolume.' },
);
export interface StorageOSPersistentVolumeSource extends Of<typeof StorageOSPersistentVolumeSource> {}

export const StorageOSVolumeSource = struct(
  'io.k8s.api.core.v1.StorageOSVolumeSource',
  {
    fsType: string(3, {
      doc: 'File system type, such as ext4. By default, the volume plugin chooses it.',
    }),
    readOnly: boolean(4, { doc: 'Whether the volume is mounted read-only. Defaults to false.' }),
    secretRef: ref(5, LocalObjectReference, {
      doc: 'Secret with the credentials for the storage.',
      emit: 'if-set',
    }),
    volumeName: string(1, { doc: 'Name of the volume within its StorageOS namespace.' }),
    volumeNamespace: string(2, {
      doc: 'StorageOS namespace of the volume. Defaults to the namespace of the pod.',
    }),
  },
  { doc: 'StorageOS volume that is attached to the node.' },
);
export interface StorageOSVolumeSource extends Of<typeof StorageOSVolumeSource> {}
