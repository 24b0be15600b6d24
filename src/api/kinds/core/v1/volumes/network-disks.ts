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
      doc: 'The file system to mount or make, such as ext4; the plugin chooses when absent.',
    }),
    lun: int32(2, { doc: 'The number of the logical unit on the target.', emit: 'if-set' }),
    readOnly: boolean(4, { doc: 'Mount without letting pods write; false when absent.' }),
    targetWWNs: list(1, text, {
      doc: 'The world wide names of the targets; use with lun.',
      listType: 'atomic',
    }),
    wwids: list(5, text, {
      doc: 'World wide ids of the disk, instead of targetWWNs and lun.',
      listType: 'atomic',
    }),
  },
  { doc: 'A Fibre Channel disk, attached to the node.' },
);
export interface FCVolumeSource extends Of<typeof FCVolumeSource> {}

export const ISCSIPersistentVolumeSource = struct(
  'io.k8s.api.core.v1.ISCSIPersistentVolumeSource',
  {
    chapAuthDiscovery: boolean(8, { doc: 'Whether finding the target asks for CHAP credentials.' }),
    chapAuthSession: boolean(11, { doc: 'Whether the session asks for CHAP credentials.' }),
    fsType: string(5, {
      doc: 'The file system to mount or make, such as ext4; the plugin chooses when absent.',
    }),
    initiatorName: string(12, {
      doc: "The initiator's name to use; the node's own when absent.",
      emit: 'if-set',
    }),
    iqn: required(string(2, { doc: 'The qualified name of the target.', emit: 'always' })),
    iscsiInterface: string(4, {
      doc: 'The iSCSI interface that carries the connection.',
      default: 'default',
    }),
    lun: required(int32(3, { doc: 'The number of the logical unit on the target.', emit: 'always' })),
    portals: list(7, text, {
      doc: 'More addresses of the target, each with a port unless it is 3260.',
      listType: 'atomic',
    }),
    readOnly: boolean(6, { doc: 'Mount without letting pods write; false when absent.' }),
    secretRef: ref(10, SecretReference, { doc: 'The secret with the CHAP credentials.', emit: 'if-set' }),
    targetPortal: required(
      string(1, { doc: "The target's address, with a port unless it is 3260.", emit: 'always' }),
    ),
  },
  { doc: 'An iSCSI disk, for a persistent volume.' },
);
export interface ISCSIPersistentVolumeSource extends Of<typeof ISCSIPersistentVolumeSource> {}

export const ISCSIVolumeSource = struct(
  'io.k8s.api.core.v1.ISCSIVolumeSource',
  {
    chapAuthDiscovery: boolean(8, { doc: 'Whether finding the target asks for CHAP credentials.' }),
    chapAuthSession: boolean(11, { doc: 'Whether the session asks for CHAP credentials.' }),
    fsType: string(5, {
      doc: 'The file system to mount or make, such as ext4; the plugin chooses when absent.',
    }),
    initiatorName: string(12, {
      doc: "The initiator's name to use; the node's own when absent.",
      emit: 'if-set',
    }),
    iqn: required(string(2, { doc: 'The qualified name of the target.', emit: 'always' })),
    iscsiInterface: string(4, {
      doc: 'The iSCSI interface that carries the connection.',
      default: 'default',
    }),
    lun: required(int32(3, { doc: 'The number of the logical unit on the target.', emit: 'always' })),
    portals: list(7, text, {
      doc: 'More addresses of the target, each with a port unless it is 3260.',
      listType: 'atomic',
    }),
    readOnly: boolean(6, { doc: 'Mount without letting pods write; false when absent.' }),
    secretRef: ref(10, LocalObjectReference, {
      doc: 'The secret with the CHAP credentials.',
      emit: 'if-set',
    }),
    targetPortal: required(
      string(1, { doc: "The target's address, with a port unless it is 3260.", emit: 'always' }),
    ),
  },
  { doc: 'An iSCSI disk, attached to the node.' },
);
export interface ISCSIVolumeSource extends Of<typeof ISCSIVolumeSource> {}

export const RBDPersistentVolumeSource = struct(
  'io.k8s.api.core.v1.RBDPersistentVolumeSource',
  {
    fsType: string(3, {
      doc: 'The file system to mount or make, such as ext4; the plugin chooses when absent.',
    }),
    image: required(string(2, { doc: 'The name of the block device image.', emit: 'always' })),
    keyring: string(6, {
      doc: 'The key ring file on the node; unused when there is a secret.',
      default: '/etc/ceph/keyring',
    }),
    monitors: required(
      list(1, text, { doc: "The addresses of Ceph's monitors.", emit: 'always', listType: 'atomic' }),
    ),
    pool: string(4, { doc: 'The Ceph pool that holds the image.', default: 'rbd' }),
    readOnly: boolean(8, { doc: 'Mount without letting pods write; false when absent.' }),
    secretRef: ref(7, SecretReference, {
      doc: "The secret with the user's key; it goes before keyring.",
      emit: 'if-set',
    }),
    user: string(5, { doc: 'The Ceph user to sign in as.', default: 'admin' }),
  },
  { doc: 'A Ceph block device, for a persistent volume.' },
);
export interface RBDPersistentVolumeSource extends Of<typeof RBDPersistentVolumeSource> {}

export const RBDVolumeSource = struct(
  'io.k8s.api.core.v1.RBDVolumeSource',
  {
    fsType: string(3, {
      doc: 'The file system to mount or make, such as ext4; the plugin chooses when absent.',
    }),
    image: required(string(2, { doc: 'The name of the block device image.', emit: 'always' })),
    keyring: string(6, {
      doc: 'The key ring file on the node; unused when there is a secret.',
      default: '/etc/ceph/keyring',
    }),
    monitors: required(
      list(1, text, { doc: "The addresses of Ceph's monitors.", emit: 'always', listType: 'atomic' }),
    ),
    pool: string(4, { doc: 'The Ceph pool that holds the image.', default: 'rbd' }),
    readOnly: boolean(8, { doc: 'Mount without letting pods write; false when absent.' }),
    secretRef: ref(7, LocalObjectReference, {
      doc: "The secret with the user's key; it goes before keyring.",
      emit: 'if-set',
    }),
    user: string(5, { doc: 'The Ceph user to sign in as.', default: 'admin' }),
  },
  { doc: 'A Ceph block device, attached to the node.' },
);
export interface RBDVolumeSource extends Of<typeof RBDVolumeSource> {}

export const ScaleIOPersistentVolumeSource = struct(
  'io.k8s.api.core.v1.ScaleIOPersistentVolumeSource',
  {
    fsType: string(9, {
      doc: 'The file system to mount or make, such as ext4; the plugin chooses when absent.',
      default: 'xfs',
    }),
    gateway: required(string(1, { doc: "The address of ScaleIO's gateway.", emit: 'always' })),
    protectionDomain: string(5, { doc: 'The protection domain that holds the storage.' }),
    readOnly: boolean(10, { doc: 'Mount without letting pods write; false when absent.' }),
    secretRef: required(
      ref(3, SecretReference, { doc: 'The secret with the credentials for the storage.', emit: 'if-set' }),
    ),
    sslEnabled: boolean(4, { doc: 'Whether to speak TLS with the gateway; false when absent.' }),
    storageMode: string(7, {
      doc: 'ThickProvisioned or ThinProvisioned: whether space is taken at once.',
      default: 'ThinProvisioned',
    }),
    storagePool: string(6, { doc: 'The pool within the protection domain.' }),
    system: required(string(2, { doc: 'The name of the storage system.', emit: 'always' })),
    volumeName: string(8, { doc: 'The name of a volume made before.' }),
  },
  { doc: 'A ScaleIO volume, for a persistent volume.' },
);
export interface ScaleIOPersistentVolumeSource extends Of<typeof ScaleIOPersistentVolumeSource> {}

export const ScaleIOVolumeSource = struct(
  'io.k8s.api.core.v1.ScaleIOVolumeSource',
  {
    fsType: string(9, {
      doc: 'The file system to mount or make, such as ext4; the plugin chooses when absent.',
      default: 'xfs',
    }),
    gateway: required(string(1, { doc: "The address of ScaleIO's gateway.", emit: 'always' })),
    protectionDomain: string(5, { doc: 'The protection domain that holds the storage.' }),
    readOnly: boolean(10, { doc: 'Mount without letting pods write; false when absent.' }),
    secretRef: required(
      ref(3, LocalObjectReference, {
        doc: 'The secret with the credentials for the storage.',
        emit: 'if-set',
      }),
    ),
    sslEnabled: boolean(4, { doc: 'Whether to speak TLS with the gateway; false when absent.' }),
    storageMode: string(7, {
      doc: 'ThickProvisioned or ThinProvisioned: whether space is taken at once.',
      default: 'ThinProvisioned',
    }),
    storagePool: string(6, { doc: 'The pool within the protection domain.' }),
    system: required(string(2, { doc: 'The name of the storage system.', emit: 'always' })),
    volumeName: string(8, { doc: 'The name of a volume made before.' }),
  },
  { doc: 'A ScaleIO volume, attached to the node.' },
);
export interface ScaleIOVolumeSource extends Of<typeof ScaleIOVolumeSource> {}

export const StorageOSPersistentVolumeSource = struct(
  'io.k8s.api.core.v1.StorageOSPersistentVolumeSource',
  {
    fsType: string(3, {
      doc: 'The file system to mount or make, such as ext4; the plugin chooses when absent.',
    }),
    readOnly: boolean(4, { doc: 'Mount without letting pods write; false when absent.' }),
    secretRef: ref(5, ObjectReference, {
      doc: 'The secret with the credentials for the storage.',
      emit: 'if-set',
    }),
    volumeName: string(1, { doc: "The volume's name within its StorageOS namespace." }),
    volumeNamespace: string(2, { doc: "The StorageOS namespace; the pod's own when absent." }),
  },
  { doc: 'A StorageOS volume, for a persistent volume.' },
);
export interface StorageOSPersistentVolumeSource extends Of<typeof StorageOSPersistentVolumeSource> {}

export const StorageOSVolumeSource = struct(
  'io.k8s.api.core.v1.StorageOSVolumeSource',
  {
    fsType: string(3, {
      doc: 'The file system to mount or make, such as ext4; the plugin chooses when absent.',
    }),
    readOnly: boolean(4, { doc: 'Mount without letting pods write; false when absent.' }),
    secretRef: ref(5, LocalObjectReference, {
      doc: 'The secret with the credentials for the storage.',
      emit: 'if-set',
    }),
    volumeName: string(1, { doc: "The volume's name within its StorageOS namespace." }),
    volumeNamespace: string(2, { doc: "The StorageOS namespace; the pod's own when absent." }),
  },
  { doc: 'A StorageOS volume, attached to the node.' },
);
export interface StorageOSVolumeSource extends Of<typeof StorageOSVolumeSource> {}
