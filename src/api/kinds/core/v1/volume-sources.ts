import { LabelSelector } from '../../../meta/v1/label-selector.ts';
import {
  boolean,
  int32,
  int64,
  list,
  map,
  type Of,
  quantity,
  ref,
  required,
  string,
  struct,
  text,
} from '../../../schema/notation.ts';
import { PersistentVolumeClaimTemplate } from './claim-spec.ts';
import {
  LocalObjectReference,
  ObjectFieldSelector,
  ObjectReference,
  ResourceFieldSelector,
  SecretReference,
} from './references.ts';

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

export const CSIPersistentVolumeSource = struct(
  'io.k8s.api.core.v1.CSIPersistentVolumeSource',
  {
    controllerExpandSecretRef: ref(9, SecretReference, {
      doc: 'The secret given to the driver when its controller grows the volume.',
      emit: 'if-set',
    }),
    controllerPublishSecretRef: ref(6, SecretReference, {
      doc: 'The secret given to the driver when the volume is attached or detached.',
      emit: 'if-set',
    }),
    driver: required(
      string(1, { doc: 'The name of the CSI driver that serves the volume.', emit: 'always' }),
    ),
    fsType: string(4, {
      doc: 'The file system to mount or make, such as ext4; the plugin chooses when absent.',
    }),
    nodeExpandSecretRef: ref(10, SecretReference, {
      doc: 'The secret given to the driver when the node grows the volume.',
      emit: 'if-set',
    }),
    nodePublishSecretRef: ref(8, SecretReference, {
      doc: 'The secret given to the driver when the volume is mounted for a pod.',
      emit: 'if-set',
    }),
    nodeStageSecretRef: ref(7, SecretReference, {
      doc: 'The secret given to the driver when the node prepares the volume.',
      emit: 'if-set',
    }),
    readOnly: boolean(3, { doc: 'Mount without letting pods write; false when absent.' }),
    volumeAttributes: map(5, text, { doc: "The driver's own settings of this volume, by name." }),
    volumeHandle: required(
      string(2, { doc: "The driver's id of the volume; it stays the same for good.", emit: 'always' }),
    ),
  },
  { doc: 'A volume that a CSI driver keeps, for a persistent volume.' },
);
export interface CSIPersistentVolumeSource extends Of<typeof CSIPersistentVolumeSource> {}

export const CSIVolumeSource = struct(
  'io.k8s.api.core.v1.CSIVolumeSource',
  {
    driver: required(string(1, { doc: 'The name of the CSI driver that makes the volume.', emit: 'always' })),
    fsType: string(3, {
      doc: 'The file system to mount or make, such as ext4; the plugin chooses when absent.',
      emit: 'if-set',
    }),
    nodePublishSecretRef: ref(5, LocalObjectReference, {
      doc: 'The secret given to the driver when it mounts and unmounts the volume.',
      emit: 'if-set',
    }),
    readOnly: boolean(2, { doc: 'Mount without letting pods write; false when absent.', emit: 'if-set' }),
    volumeAttributes: map(4, text, { doc: "The driver's own settings of this volume, by name." }),
  },
  { doc: 'A volume that a CSI driver makes for the life of a pod.' },
);
export interface CSIVolumeSource extends Of<typeof CSIVolumeSource> {}

export const CephFSPersistentVolumeSource = struct(
  'io.k8s.api.core.v1.CephFSPersistentVolumeSource',
  {
    monitors: required(
      list(1, text, { doc: "The addresses of Ceph's monitors.", emit: 'always', listType: 'atomic' }),
    ),
    path: string(2, { doc: 'The directory to mount; / when absent.' }),
    readOnly: boolean(6, { doc: 'Mount without letting pods write; false when absent.' }),
    secretFile: string(4, { doc: 'A key ring file on the node, used when there is no secret.' }),
    secretRef: ref(5, SecretReference, {
      doc: "The secret with the user's key; it goes before secretFile.",
      emit: 'if-set',
    }),
    user: string(3, { doc: 'The Ceph user; admin when absent.' }),
  },
  { doc: 'A directory of a Ceph file system, for a persistent volume.' },
);
export interface CephFSPersistentVolumeSource extends Of<typeof CephFSPersistentVolumeSource> {}

export const CephFSVolumeSource = struct(
  'io.k8s.api.core.v1.CephFSVolumeSource',
  {
    monitors: required(
      list(1, text, { doc: "The addresses of Ceph's monitors.", emit: 'always', listType: 'atomic' }),
    ),
    path: string(2, { doc: 'The directory to mount; / when absent.' }),
    readOnly: boolean(6, { doc: 'Mount without letting pods write; false when absent.' }),
    secretFile: string(4, { doc: 'A key ring file on the node, used when there is no secret.' }),
    secretRef: ref(5, LocalObjectReference, {
      doc: "The secret with the user's key; it goes before secretFile.",
      emit: 'if-set',
    }),
    user: string(3, { doc: 'The Ceph user; admin when absent.' }),
  },
  { doc: 'A directory of a Ceph file system.' },
);
export interface CephFSVolumeSource extends Of<typeof CephFSVolumeSource> {}

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

export const ClusterTrustBundleProjection = struct(
  'io.k8s.api.core.v1.ClusterTrustBundleProjection',
  {
    labelSelector: ref(3, LabelSelector, {
      doc: 'Which bundles of the signer to take; none when absent, all when empty.',
      emit: 'if-set',
    }),
    name: string(1, { doc: 'One bundle by name; excludes signerName and labelSelector.', emit: 'if-set' }),
    optional: boolean(5, { doc: 'Start the pod even when the bundle does not exist.', emit: 'if-set' }),
    path: required(string(4, { doc: 'Where the file lies, relative to the volume.', emit: 'always' })),
    signerName: string(2, { doc: 'Take the bundles of this signer; excludes name.', emit: 'if-set' }),
  },
  { doc: 'The certificates of cluster trust bundles as one file.' },
);
export interface ClusterTrustBundleProjection extends Of<typeof ClusterTrustBundleProjection> {}

export const KeyToPath = struct(
  'io.k8s.api.core.v1.KeyToPath',
  {
    key: required(string(1, { doc: 'The key.', emit: 'always' })),
    mode: int32(3, { doc: 'The mode of the file.', emit: 'if-set' }),
    path: required(string(2, { doc: 'Where the file appears.', emit: 'always' })),
  },
  { doc: 'One key and its file.' },
);
export interface KeyToPath extends Of<typeof KeyToPath> {}

export const ConfigMapProjection = struct(
  'io.k8s.api.core.v1.ConfigMapProjection',
  {
    items: list(2, KeyToPath, {
      doc: 'Which keys become which files; all keys when absent.',
      listType: 'atomic',
    }),
    name: string(1, { doc: "The config map's name, in the pod's namespace.", inline: [1] }),
    optional: boolean(4, {
      doc: 'Start the pod even when the config map or a key is missing.',
      emit: 'if-set',
    }),
  },
  { doc: 'The keys of a config map as files of a projected volume.' },
);
export interface ConfigMapProjection extends Of<typeof ConfigMapProjection> {}

export const ConfigMapVolumeSource = struct(
  'io.k8s.api.core.v1.ConfigMapVolumeSource',
  {
    defaultMode: int32(3, { doc: 'The mode of the files.', assumed: 0o644, emit: 'if-set' }),
    items: list(2, KeyToPath, { doc: 'Only these keys, at these paths.', listType: 'atomic' }),
    name: string(1, { doc: 'The name of the config map.', inline: [1] }),
    optional: boolean(4, { doc: 'Go on if it does not exist.', emit: 'if-set' }),
  },
  { doc: 'The keys of a config map as files.' },
);
export interface ConfigMapVolumeSource extends Of<typeof ConfigMapVolumeSource> {}

export const DownwardAPIVolumeFile = struct(
  'io.k8s.api.core.v1.DownwardAPIVolumeFile',
  {
    fieldRef: ref(2, ObjectFieldSelector, { doc: 'Which field of the pod to tell.', emit: 'if-set' }),
    mode: int32(4, {
      doc: "The file's permission bits; the volume's defaultMode when absent.",
      emit: 'if-set',
    }),
    path: required(
      string(1, { doc: "Where the file lies, relative to the volume, without '..'.", emit: 'always' }),
    ),
    resourceFieldRef: ref(3, ResourceFieldSelector, {
      doc: 'Which request or limit of a container to tell.',
      emit: 'if-set',
    }),
  },
  { doc: 'One file that tells a fact about the pod.' },
);
export interface DownwardAPIVolumeFile extends Of<typeof DownwardAPIVolumeFile> {}

export const DownwardAPIProjection = struct(
  'io.k8s.api.core.v1.DownwardAPIProjection',
  {
    items: list(1, DownwardAPIVolumeFile, { doc: 'The files and what each one tells.', listType: 'atomic' }),
  },
  { doc: 'Facts about the pod as files of a projected volume.' },
);
export interface DownwardAPIProjection extends Of<typeof DownwardAPIProjection> {}

export const DownwardAPIVolumeSource = struct(
  'io.k8s.api.core.v1.DownwardAPIVolumeSource',
  {
    defaultMode: int32(2, {
      doc: 'Permission bits of files that set no mode of their own; 0644 when absent.',
      assumed: 0o644,
      emit: 'if-set',
    }),
    items: list(1, DownwardAPIVolumeFile, { doc: 'The files and what each one tells.', listType: 'atomic' }),
  },
  { doc: 'Facts about the pod as files.' },
);
export interface DownwardAPIVolumeSource extends Of<typeof DownwardAPIVolumeSource> {}

export const EmptyDirVolumeSource = struct(
  'io.k8s.api.core.v1.EmptyDirVolumeSource',
  {
    medium: string(1, { doc: 'Memory keeps it in RAM; the default is disk.' }),
    sizeLimit: quantity(2, { doc: 'How much it may hold.', emit: 'if-set' }),
  },
  { doc: 'An empty directory that lives as long as the pod.' },
);
export interface EmptyDirVolumeSource extends Of<typeof EmptyDirVolumeSource> {}

export const EphemeralVolumeSource = struct(
  'io.k8s.api.core.v1.EphemeralVolumeSource',
  {
    volumeClaimTemplate: ref(1, PersistentVolumeClaimTemplate, {
      doc: 'The claim to make, named after the pod and the volume.',
      emit: 'if-set',
    }),
  },
  { doc: 'A claim made for the pod and deleted with it.' },
);
export interface EphemeralVolumeSource extends Of<typeof EphemeralVolumeSource> {}

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

export const FlexPersistentVolumeSource = struct(
  'io.k8s.api.core.v1.FlexPersistentVolumeSource',
  {
    driver: required(string(1, { doc: 'The name of the plugin.', emit: 'always' })),
    fsType: string(2, {
      doc: 'The file system to mount or make, such as ext4; the plugin chooses when absent.',
    }),
    options: map(5, text, { doc: "The plugin's own settings, by name." }),
    readOnly: boolean(4, { doc: 'Mount without letting pods write; false when absent.' }),
    secretRef: ref(3, SecretReference, {
      doc: 'The secret with the credentials for the storage.',
      emit: 'if-set',
    }),
  },
  { doc: 'A volume of an exec plugin on the node, for a persistent volume.' },
);
export interface FlexPersistentVolumeSource extends Of<typeof FlexPersistentVolumeSource> {}

export const FlexVolumeSource = struct(
  'io.k8s.api.core.v1.FlexVolumeSource',
  {
    driver: required(string(1, { doc: 'The name of the plugin.', emit: 'always' })),
    fsType: string(2, {
      doc: 'The file system to mount or make, such as ext4; the plugin chooses when absent.',
    }),
    options: map(5, text, { doc: "The plugin's own settings, by name." }),
    readOnly: boolean(4, { doc: 'Mount without letting pods write; false when absent.' }),
    secretRef: ref(3, LocalObjectReference, {
      doc: 'The secret with the credentials for the storage.',
      emit: 'if-set',
    }),
  },
  { doc: 'A volume that an exec plugin on the node mounts.' },
);
export interface FlexVolumeSource extends Of<typeof FlexVolumeSource> {}

export const FlockerVolumeSource = struct(
  'io.k8s.api.core.v1.FlockerVolumeSource',
  {
    datasetName: string(1, { doc: 'The data set by name; excludes datasetUUID.' }),
    datasetUUID: string(2, { doc: 'The data set by id; excludes datasetName.' }),
  },
  { doc: 'A data set of Flocker; long out of use.' },
);
export interface FlockerVolumeSource extends Of<typeof FlockerVolumeSource> {}

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

export const GitRepoVolumeSource = struct(
  'io.k8s.api.core.v1.GitRepoVolumeSource',
  {
    directory: string(3, { doc: 'Where to clone to; a directory named like the repository when absent.' }),
    repository: required(string(1, { doc: 'The URL of the repository.', emit: 'always' })),
    revision: string(2, { doc: "The commit to check out; the repository's head when absent." }),
  },
  { doc: 'A directory filled from a git repository; deprecated.' },
);
export interface GitRepoVolumeSource extends Of<typeof GitRepoVolumeSource> {}

export const GlusterfsPersistentVolumeSource = struct(
  'io.k8s.api.core.v1.GlusterfsPersistentVolumeSource',
  {
    endpoints: required(
      string(1, { doc: "The Endpoints object that lists Gluster's servers.", emit: 'always' }),
    ),
    endpointsNamespace: string(4, {
      doc: "The namespace of those endpoints; the claim's when absent.",
      emit: 'if-set',
    }),
    path: required(string(2, { doc: 'The name of the Gluster volume.', emit: 'always' })),
    readOnly: boolean(3, { doc: 'Mount without letting pods write; false when absent.' }),
  },
  { doc: 'A Gluster volume, for a persistent volume.' },
);
export interface GlusterfsPersistentVolumeSource extends Of<typeof GlusterfsPersistentVolumeSource> {}

export const GlusterfsVolumeSource = struct(
  'io.k8s.api.core.v1.GlusterfsVolumeSource',
  {
    endpoints: required(
      string(1, { doc: "The Endpoints object that lists Gluster's servers.", emit: 'always' }),
    ),
    path: required(string(2, { doc: 'The name of the Gluster volume.', emit: 'always' })),
    readOnly: boolean(3, { doc: 'Mount without letting pods write; false when absent.' }),
  },
  { doc: 'A Gluster volume, shared by many pods.' },
);
export interface GlusterfsVolumeSource extends Of<typeof GlusterfsVolumeSource> {}

export const HostPathVolumeSource = struct(
  'io.k8s.api.core.v1.HostPathVolumeSource',
  {
    path: required(string(1, { doc: 'The path on the node.', emit: 'always' })),
    type: string(2, {
      doc: 'What must be there, or is to be made: Directory, DirectoryOrCreate, File, FileOrCreate, Socket and so on.',
      assumed: '',
      enum: [
        '',
        'BlockDevice',
        'CharDevice',
        'Directory',
        'DirectoryOrCreate',
        'File',
        'FileOrCreate',
        'Socket',
      ],
      emit: 'if-set',
    }),
  },
  { doc: 'A file or directory of the node.' },
);
export interface HostPathVolumeSource extends Of<typeof HostPathVolumeSource> {}

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

export const ImageVolumeSource = struct(
  'io.k8s.api.core.v1.ImageVolumeSource',
  {
    pullPolicy: string(2, {
      doc: 'When to pull: Always, IfNotPresent or Never; chosen by the tag when absent.',
      enum: ['Always', 'IfNotPresent', 'Never'],
    }),
    reference: string(1, { doc: 'The image to mount, named as for a container.' }),
  },
  { doc: 'The files of an image, mounted read-only.' },
);
export interface ImageVolumeSource extends Of<typeof ImageVolumeSource> {}

export const LocalVolumeSource = struct(
  'io.k8s.api.core.v1.LocalVolumeSource',
  {
    fsType: string(2, {
      doc: 'The file system to mount or make, such as ext4; the plugin chooses when absent.',
      emit: 'if-set',
    }),
    path: required(
      string(1, { doc: 'Where it lies on the node: a directory or block device.', emit: 'always' }),
    ),
  },
  { doc: 'A disk or directory of one node.' },
);
export interface LocalVolumeSource extends Of<typeof LocalVolumeSource> {}

export const NFSVolumeSource = struct(
  'io.k8s.api.core.v1.NFSVolumeSource',
  {
    path: required(string(2, { doc: 'The exported directory.', emit: 'always' })),
    readOnly: boolean(3, { doc: 'Mount without letting pods write; false when absent.' }),
    server: required(string(1, { doc: 'The name or address of the NFS server.', emit: 'always' })),
  },
  { doc: 'A directory that an NFS server exports.' },
);
export interface NFSVolumeSource extends Of<typeof NFSVolumeSource> {}

export const PersistentVolumeClaimVolumeSource = struct(
  'io.k8s.api.core.v1.PersistentVolumeClaimVolumeSource',
  {
    claimName: required(string(1, { doc: 'The name of the claim.', emit: 'always' })),
    readOnly: boolean(2, { doc: 'Mount it read-only.' }),
  },
  { doc: 'A claim in the same namespace.' },
);
export interface PersistentVolumeClaimVolumeSource extends Of<typeof PersistentVolumeClaimVolumeSource> {}

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

export const PodCertificateProjection = struct(
  'io.k8s.api.core.v1.PodCertificateProjection',
  {
    certificateChainPath: string(6, { doc: 'The file for the certificate chain alone.' }),
    credentialBundlePath: string(4, { doc: 'The file for key and certificate chain together.' }),
    keyPath: string(5, { doc: 'The file for the private key alone.' }),
    keyType: required(string(2, { doc: 'What key to make, such as RSA3072, ECDSAP256 or ED25519.' })),
    maxExpirationSeconds: int32(3, {
      doc: 'The longest life wanted for the certificate; 86400 seconds when absent.',
      emit: 'if-set',
    }),
    signerName: required(string(1, { doc: 'Who shall sign the certificate.' })),
    userAnnotations: map(7, text, { doc: 'Words to the signer, handed on as they are.' }),
  },
  { doc: 'A key and certificates for the pod, renewed as they age.' },
);
export interface PodCertificateProjection extends Of<typeof PodCertificateProjection> {}

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

export const SecretProjection = struct(
  'io.k8s.api.core.v1.SecretProjection',
  {
    items: list(2, KeyToPath, {
      doc: 'Which keys become which files; all keys when absent.',
      listType: 'atomic',
    }),
    name: string(1, { doc: "The secret's name, in the pod's namespace.", inline: [1] }),
    optional: boolean(4, { doc: 'Start the pod even when the secret or a key is missing.', emit: 'if-set' }),
  },
  { doc: 'The keys of a secret as files of a projected volume.' },
);
export interface SecretProjection extends Of<typeof SecretProjection> {}

export const ServiceAccountTokenProjection = struct(
  'io.k8s.api.core.v1.ServiceAccountTokenProjection',
  {
    audience: string(1, { doc: 'For whom the token is meant; the API server when absent.' }),
    expirationSeconds: int64(2, {
      doc: 'How long the token is good, at least 600 seconds.',
      assumed: 3600,
      emit: 'if-set',
    }),
    path: required(string(3, { doc: 'Where the file lies, relative to the volume.', emit: 'always' })),
  },
  { doc: "A token of the pod's service account, renewed before it expires." },
);
export interface ServiceAccountTokenProjection extends Of<typeof ServiceAccountTokenProjection> {}

export const VolumeProjection = struct(
  'io.k8s.api.core.v1.VolumeProjection',
  {
    clusterTrustBundle: ref(5, ClusterTrustBundleProjection, {
      doc: 'Certificates from cluster trust bundles.',
      emit: 'if-set',
    }),
    configMap: ref(3, ConfigMapProjection, { doc: 'The keys of a config map.', emit: 'if-set' }),
    downwardAPI: ref(2, DownwardAPIProjection, { doc: 'Facts about the pod.', emit: 'if-set' }),
    podCertificate: ref(6, PodCertificateProjection, {
      doc: 'A key and certificates made for the pod.',
      emit: 'if-set',
    }),
    secret: ref(1, SecretProjection, { doc: 'The keys of a secret.', emit: 'if-set' }),
    serviceAccountToken: ref(4, ServiceAccountTokenProjection, {
      doc: "A token of the pod's service account.",
      emit: 'if-set',
    }),
  },
  { doc: 'One source of a projected volume; exactly one member is set.' },
);
export interface VolumeProjection extends Of<typeof VolumeProjection> {}

export const ProjectedVolumeSource = struct(
  'io.k8s.api.core.v1.ProjectedVolumeSource',
  {
    defaultMode: int32(2, { doc: 'The mode of the files.', assumed: 0o644, emit: 'if-set' }),
    sources: list(1, VolumeProjection, {
      doc: 'Where the files come from.',
      emit: 'always',
      listType: 'atomic',
    }),
  },
  { doc: 'Several sources in one directory.' },
);
export interface ProjectedVolumeSource extends Of<typeof ProjectedVolumeSource> {}

export const QuobyteVolumeSource = struct(
  'io.k8s.api.core.v1.QuobyteVolumeSource',
  {
    group: string(5, { doc: 'The group to access files as; none when absent.' }),
    readOnly: boolean(3, { doc: 'Mount without letting pods write; false when absent.' }),
    registry: required(
      string(1, { doc: "Quobyte's registries, as host:port, separated by commas.", emit: 'always' }),
    ),
    tenant: string(6, { doc: 'The Quobyte tenant that owns the volume.' }),
    user: string(4, { doc: "The user to access files as; the service account's when absent." }),
    volume: required(string(2, { doc: 'The name of the Quobyte volume.', emit: 'always' })),
  },
  { doc: 'A Quobyte volume; long out of use.' },
);
export interface QuobyteVolumeSource extends Of<typeof QuobyteVolumeSource> {}

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

export const SecretVolumeSource = struct(
  'io.k8s.api.core.v1.SecretVolumeSource',
  {
    defaultMode: int32(3, { doc: 'The mode of the files.', assumed: 0o644, emit: 'if-set' }),
    items: list(2, KeyToPath, { doc: 'Only these keys, at these paths.', listType: 'atomic' }),
    optional: boolean(4, { doc: 'Go on if it does not exist.', emit: 'if-set' }),
    secretName: string(1, { doc: 'The name of the secret.' }),
  },
  { doc: 'The keys of a secret as files.' },
);
export interface SecretVolumeSource extends Of<typeof SecretVolumeSource> {}

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
