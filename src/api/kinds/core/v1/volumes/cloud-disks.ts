// Disks and file shares of cloud providers and virtualization platforms.
import { boolean, int32, type Of, ref, required, string, struct } from '../../../../schema/notation.ts';
import { LocalObjectReference, SecretReference } from '../references.ts';

export const AWSElasticBlockStoreVolumeSource = struct(
  'io.k8s.api.core.v1.AWSElasticBlockStoreVolumeSource',
  {
    fsType: string(2, {
      doc: 'The file system to mount or make, such as ext4; the plugin chooses when absent.',
    }),
    partition: int32(3, { doc: 'Which partition to mount; 0 or absent takes the whole disk.' }),
    readOnly: boolean(4, { doc: 'Mount without letting pods write; false when absent.' }),
    volumeID: required(string(1, { doc: "The disk's id at Amazon.", emit: 'always' })),
  },
  { doc: "A disk of Amazon's block store, attached to the node." },
);
export interface AWSElasticBlockStoreVolumeSource extends Of<typeof AWSElasticBlockStoreVolumeSource> {}

export const AzureDiskVolumeSource = struct(
  'io.k8s.api.core.v1.AzureDiskVolumeSource',
  {
    cachingMode: string(3, {
      doc: 'How the host caches the disk: None, ReadOnly or ReadWrite.',
      enum: ['None', 'ReadOnly', 'ReadWrite'],
      default: 'ReadWrite',
      emit: 'if-set',
    }),
    diskName: required(string(1, { doc: "The disk's name in the storage account.", emit: 'always' })),
    diskURI: required(string(2, { doc: 'Where the disk lies in the storage account.', emit: 'always' })),
    fsType: string(4, {
      doc: 'The file system to mount or make, such as ext4; the plugin chooses when absent.',
      default: 'ext4',
      emit: 'if-set',
    }),
    kind: string(6, {
      doc: 'Shared, Dedicated or Managed: whose storage account holds the disk.',
      enum: ['Dedicated', 'Managed', 'Shared'],
      default: 'Shared',
      emit: 'if-set',
    }),
    readOnly: boolean(5, {
      doc: 'Mount without letting pods write; false when absent.',
      default: false,
      emit: 'if-set',
    }),
  },
  { doc: 'A data disk of Azure, attached to the node.' },
);
export interface AzureDiskVolumeSource extends Of<typeof AzureDiskVolumeSource> {}

export const AzureFilePersistentVolumeSource = struct(
  'io.k8s.api.core.v1.AzureFilePersistentVolumeSource',
  {
    readOnly: boolean(3, { doc: 'Mount without letting pods write; false when absent.' }),
    secretName: required(
      string(1, { doc: "The secret with the storage account's name and key.", emit: 'always' }),
    ),
    secretNamespace: string(4, {
      doc: "The namespace of that secret; the claim's own when absent.",
      emit: 'if-set',
    }),
    shareName: required(string(2, { doc: 'The name of the share at Azure.', emit: 'always' })),
  },
  { doc: 'A file share of Azure, for a persistent volume.' },
);
export interface AzureFilePersistentVolumeSource extends Of<typeof AzureFilePersistentVolumeSource> {}

export const AzureFileVolumeSource = struct(
  'io.k8s.api.core.v1.AzureFileVolumeSource',
  {
    readOnly: boolean(3, { doc: 'Mount without letting pods write; false when absent.' }),
    secretName: required(
      string(1, { doc: "The secret with the storage account's name and key.", emit: 'always' }),
    ),
    shareName: required(string(2, { doc: 'The name of the share at Azure.', emit: 'always' })),
  },
  { doc: 'A file share of Azure.' },
);
export interface AzureFileVolumeSource extends Of<typeof AzureFileVolumeSource> {}

export const CinderPersistentVolumeSource = struct(
  'io.k8s.api.core.v1.CinderPersistentVolumeSource',
  {
    fsType: string(2, {
      doc: 'The file system to mount or make, such as ext4; the plugin chooses when absent.',
    }),
    readOnly: boolean(3, { doc: 'Mount without letting pods write; false when absent.' }),
    secretRef: ref(4, SecretReference, {
      doc: 'The secret with the credentials for the storage.',
      emit: 'if-set',
    }),
    volumeID: required(string(1, { doc: "The disk's id at OpenStack.", emit: 'always' })),
  },
  { doc: 'A disk of OpenStack, for a persistent volume.' },
);
export interface CinderPersistentVolumeSource extends Of<typeof CinderPersistentVolumeSource> {}

export const CinderVolumeSource = struct(
  'io.k8s.api.core.v1.CinderVolumeSource',
  {
    fsType: string(2, {
      doc: 'The file system to mount or make, such as ext4; the plugin chooses when absent.',
    }),
    readOnly: boolean(3, { doc: 'Mount without letting pods write; false when absent.' }),
    secretRef: ref(4, LocalObjectReference, {
      doc: 'The secret with the credentials for the storage.',
      emit: 'if-set',
    }),
    volumeID: required(string(1, { doc: "The disk's id at OpenStack.", emit: 'always' })),
  },
  { doc: 'A disk of OpenStack, attached to the node.' },
);
export interface CinderVolumeSource extends Of<typeof CinderVolumeSource> {}

export const GCEPersistentDiskVolumeSource = struct(
  'io.k8s.api.core.v1.GCEPersistentDiskVolumeSource',
  {
    fsType: string(2, {
      doc: 'The file system to mount or make, such as ext4; the plugin chooses when absent.',
    }),
    partition: int32(3, { doc: 'Which partition to mount; 0 or absent takes the whole disk.' }),
    pdName: required(string(1, { doc: "The disk's name at Google.", emit: 'always' })),
    readOnly: boolean(4, { doc: 'Mount without letting pods write; false when absent.' }),
  },
  { doc: 'A disk of Google Compute Engine, attached to the node.' },
);
export interface GCEPersistentDiskVolumeSource extends Of<typeof GCEPersistentDiskVolumeSource> {}

export const PhotonPersistentDiskVolumeSource = struct(
  'io.k8s.api.core.v1.PhotonPersistentDiskVolumeSource',
  {
    fsType: string(2, {
      doc: 'The file system to mount or make, such as ext4; the plugin chooses when absent.',
    }),
    pdID: required(string(1, { doc: "The disk's id at Photon.", emit: 'always' })),
  },
  { doc: "A disk of VMware's Photon controller; long out of use." },
);
export interface PhotonPersistentDiskVolumeSource extends Of<typeof PhotonPersistentDiskVolumeSource> {}

export const PortworxVolumeSource = struct(
  'io.k8s.api.core.v1.PortworxVolumeSource',
  {
    fsType: string(2, {
      doc: 'The file system to mount or make, such as ext4; the plugin chooses when absent.',
    }),
    readOnly: boolean(3, { doc: 'Mount without letting pods write; false when absent.' }),
    volumeID: required(string(1, { doc: "The volume's id at Portworx.", emit: 'always' })),
  },
  { doc: 'A Portworx volume, attached to the node.' },
);
export interface PortworxVolumeSource extends Of<typeof PortworxVolumeSource> {}

export const VsphereVirtualDiskVolumeSource = struct(
  'io.k8s.api.core.v1.VsphereVirtualDiskVolumeSource',
  {
    fsType: string(2, {
      doc: 'The file system to mount or make, such as ext4; the plugin chooses when absent.',
    }),
    storagePolicyID: string(4, { doc: 'The id of the storage policy that goes with storagePolicyName.' }),
    storagePolicyName: string(3, { doc: 'The name of the storage policy.' }),
    volumePath: required(string(1, { doc: 'The path of the disk at vSphere.', emit: 'always' })),
  },
  { doc: 'A disk of vSphere, attached to the node.' },
);
export interface VsphereVirtualDiskVolumeSource extends Of<typeof VsphereVirtualDiskVolumeSource> {}
