// Disks and file shares of cloud providers and virtualization platforms.
import { boolean, int32, type Of, ref, required, string, struct } from '../../../../schema/notation.ts';
import { LocalObjectReference, SecretReference } from '../references.ts';

export const AWSElasticBlockStoreVolumeSource = struct(
  'io.k8s.api.core.v1.AWSElasticBlockStoreVolumeSource',
  {
    fsType: string(2, {
      doc: 'File system type, such as ext4. By default, the volume plugin chooses it.',
    }),
    partition: int32(3, { doc: 'Partition to mount. By default, the disk is mounted as a whole.' }),
    readOnly: boolean(4, { doc: 'Whether the volume is mounted read-only. Defaults to false.' }),
    volumeID: required(string(1, { doc: 'ID of the EBS volume.', emit: 'always' })),
  },
  { doc: 'AWS EBS disk that is attached to the node.' },
);
export interface AWSElasticBlockStoreVolumeSource extends Of<typeof AWSElasticBlockStoreVolumeSource> {}

export const AzureDiskVolumeSource = struct(
  'io.k8s.api.core.v1.AzureDiskVolumeSource',
  {
    cachingMode: string(3, {
      doc: 'Caching mode of the host: None, ReadOnly or ReadWrite.',
      enum: ['None', 'ReadOnly', 'ReadWrite'],
      default: 'ReadWrite',
      emit: 'if-set',
    }),
    diskName: required(string(1, { doc: 'Name of the data disk in blob storage.', emit: 'always' })),
    diskURI: required(string(2, { doc: 'URI of the data disk in blob storage.', emit: 'always' })),
    fsType: string(4, {
      doc: 'File system type, such as ext4. By default, the volume plugin chooses it.',
      default: 'ext4',
      emit: 'if-set',
    }),
    kind: string(6, {
      doc: 'Kind of the storage account that holds the disk: Shared, Dedicated or Managed.',
      enum: ['Dedicated', 'Managed', 'Shared'],
      default: 'Shared',
      emit: 'if-set',
    }),
    readOnly: boolean(5, {
      doc: 'Whether the volume is mounted read-only. Defaults to false.',
      default: false,
      emit: 'if-set',
    }),
  },
  { doc: 'Azure data disk that is attached to the node.' },
);
export interface AzureDiskVolumeSource extends Of<typeof AzureDiskVolumeSource> {}

export const AzureFilePersistentVolumeSource = struct(
  'io.k8s.api.core.v1.AzureFilePersistentVolumeSource',
  {
    readOnly: boolean(3, { doc: 'Whether the volume is mounted read-only. Defaults to false.' }),
    secretName: required(
      string(1, {
        doc: 'Name of the Secret that contains the name and the key of the storage account.',
        emit: 'always',
      }),
    ),
    secretNamespace: string(4, {
      doc: 'Namespace of the Secret. Defaults to that of the claim.',
      emit: 'if-set',
    }),
    shareName: required(string(2, { doc: 'Name of the file share.', emit: 'always' })),
  },
  { doc: 'Azure file share for a PersistentVolume.' },
);
export interface AzureFilePersistentVolumeSource extends Of<typeof AzureFilePersistentVolumeSource> {}

export const AzureFileVolumeSource = struct(
  'io.k8s.api.core.v1.AzureFileVolumeSource',
  {
    readOnly: boolean(3, { doc: 'Whether the volume is mounted read-only. Defaults to false.' }),
    secretName: required(
      string(1, {
        doc: 'Name of the Secret that contains the name and the key of the storage account.',
        emit: 'always',
      }),
    ),
    shareName: required(string(2, { doc: 'Name of the file share.', emit: 'always' })),
  },
  { doc: 'Azure file share.' },
);
export interface AzureFileVolumeSource extends Of<typeof AzureFileVolumeSource> {}

export const CinderPersistentVolumeSource = struct(
  'io.k8s.api.core.v1.CinderPersistentVolumeSource',
  {
    fsType: string(2, {
      doc: 'File system type, such as ext4. By default, the volume plugin chooses it.',
    }),
    readOnly: boolean(3, { doc: 'Whether the volume is mounted read-only. Defaults to false.' }),
    secretRef: ref(4, SecretReference, {
      doc: 'Secret with the credentials for the storage.',
      emit: 'if-set',
    }),
    volumeID: required(string(1, { doc: 'ID of the Cinder volume.', emit: 'always' })),
  },
  { doc: 'OpenStack Cinder volume for a PersistentVolume.' },
);
export interface CinderPersistentVolumeSource extends Of<typeof CinderPersistentVolumeSource> {}

export const CinderVolumeSource = struct(
  'io.k8s.api.core.v1.CinderVolumeSource',
  {
    fsType: string(2, {
      doc: 'File system type, such as ext4. By default, the volume plugin chooses it.',
    }),
    readOnly: boolean(3, { doc: 'Whether the volume is mounted read-only. Defaults to false.' }),
    secretRef: ref(4, LocalObjectReference, {
      doc: 'Secret with the credentials for the storage.',
      emit: 'if-set',
    }),
    volumeID: required(string(1, { doc: 'ID of the Cinder volume.', emit: 'always' })),
  },
  { doc: 'OpenStack Cinder volume that is attached to the node.' },
);
export interface CinderVolumeSource extends Of<typeof CinderVolumeSource> {}

export const GCEPersistentDiskVolumeSource = struct(
  'io.k8s.api.core.v1.GCEPersistentDiskVolumeSource',
  {
    fsType: string(2, {
      doc: 'File system type, such as ext4. By default, the volume plugin chooses it.',
    }),
    partition: int32(3, { doc: 'Partition to mount. By default, the disk is mounted as a whole.' }),
    pdName: required(string(1, { doc: 'Name of the disk.', emit: 'always' })),
    readOnly: boolean(4, { doc: 'Whether the volume is mounted read-only. Defaults to false.' }),
  },
  { doc: 'Google Compute Engine disk that is attached to the node.' },
);
export interface GCEPersistentDiskVolumeSource extends Of<typeof GCEPersistentDiskVolumeSource> {}

export const PhotonPersistentDiskVolumeSource = struct(
  'io.k8s.api.core.v1.PhotonPersistentDiskVolumeSource',
  {
    fsType: string(2, {
      doc: 'File system type, such as ext4. By default, the volume plugin chooses it.',
    }),
    pdID: required(string(1, { doc: 'ID of the Photon Controller disk.', emit: 'always' })),
  },
  { doc: 'Deprecated: VMware Photon Controller disk.' },
);
export interface PhotonPersistentDiskVolumeSource extends Of<typeof PhotonPersistentDiskVolumeSource> {}

export const PortworxVolumeSource = struct(
  'io.k8s.api.core.v1.PortworxVolumeSource',
  {
    fsType: string(2, {
      doc: 'File system type, such as ext4. By default, the volume plugin chooses it.',
    }),
    readOnly: boolean(3, { doc: 'Whether the volume is mounted read-only. Defaults to false.' }),
    volumeID: required(string(1, { doc: 'ID of the Portworx volume.', emit: 'always' })),
  },
  { doc: 'Portworx volume that is attached to the node.' },
);
export interface PortworxVolumeSource extends Of<typeof PortworxVolumeSource> {}

export const VsphereVirtualDiskVolumeSource = struct(
  'io.k8s.api.core.v1.VsphereVirtualDiskVolumeSource',
  {
    fsType: string(2, {
      doc: 'File system type, such as ext4. By default, the volume plugin chooses it.',
    }),
    storagePolicyID: string(4, { doc: 'ID of the storage policy named in storagePolicyName.' }),
    storagePolicyName: string(3, { doc: 'Name of the storage policy.' }),
    volumePath: required(string(1, { doc: 'Path of the virtual disk.', emit: 'always' })),
  },
  { doc: 'vSphere volume that is attached to the node.' },
);
export interface VsphereVirtualDiskVolumeSource extends Of<typeof VsphereVirtualDiskVolumeSource> {}
