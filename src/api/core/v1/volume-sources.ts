import { LabelSelector } from '../../meta/v1/label-selector.ts';
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
} from '../../schema/notation.ts';
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
    fsType: string(2),
    partition: int32(3),
    readOnly: boolean(4),
    volumeID: required(string(1, { emit: 'always' })),
  },
);
export interface AWSElasticBlockStoreVolumeSource extends Of<typeof AWSElasticBlockStoreVolumeSource> {}

export const AzureDiskVolumeSource = struct('io.k8s.api.core.v1.AzureDiskVolumeSource', {
  cachingMode: string(3, { enum: ['None', 'ReadOnly', 'ReadWrite'], default: 'ReadWrite', emit: 'if-set' }),
  diskName: required(string(1, { emit: 'always' })),
  diskURI: required(string(2, { emit: 'always' })),
  fsType: string(4, { default: 'ext4', emit: 'if-set' }),
  kind: string(6, { enum: ['Dedicated', 'Managed', 'Shared'], default: 'Shared', emit: 'if-set' }),
  readOnly: boolean(5, { default: false, emit: 'if-set' }),
});
export interface AzureDiskVolumeSource extends Of<typeof AzureDiskVolumeSource> {}

export const AzureFilePersistentVolumeSource = struct('io.k8s.api.core.v1.AzureFilePersistentVolumeSource', {
  readOnly: boolean(3),
  secretName: required(string(1, { emit: 'always' })),
  secretNamespace: string(4, { emit: 'if-set' }),
  shareName: required(string(2, { emit: 'always' })),
});
export interface AzureFilePersistentVolumeSource extends Of<typeof AzureFilePersistentVolumeSource> {}

export const AzureFileVolumeSource = struct('io.k8s.api.core.v1.AzureFileVolumeSource', {
  readOnly: boolean(3),
  secretName: required(string(1, { emit: 'always' })),
  shareName: required(string(2, { emit: 'always' })),
});
export interface AzureFileVolumeSource extends Of<typeof AzureFileVolumeSource> {}

export const CSIPersistentVolumeSource = struct('io.k8s.api.core.v1.CSIPersistentVolumeSource', {
  controllerExpandSecretRef: ref(9, SecretReference, { emit: 'if-set' }),
  controllerPublishSecretRef: ref(6, SecretReference, { emit: 'if-set' }),
  driver: required(string(1, { emit: 'always' })),
  fsType: string(4),
  nodeExpandSecretRef: ref(10, SecretReference, { emit: 'if-set' }),
  nodePublishSecretRef: ref(8, SecretReference, { emit: 'if-set' }),
  nodeStageSecretRef: ref(7, SecretReference, { emit: 'if-set' }),
  readOnly: boolean(3),
  volumeAttributes: map(5, text),
  volumeHandle: required(string(2, { emit: 'always' })),
});
export interface CSIPersistentVolumeSource extends Of<typeof CSIPersistentVolumeSource> {}

export const CSIVolumeSource = struct('io.k8s.api.core.v1.CSIVolumeSource', {
  driver: required(string(1, { emit: 'always' })),
  fsType: string(3, { emit: 'if-set' }),
  nodePublishSecretRef: ref(5, LocalObjectReference, { emit: 'if-set' }),
  readOnly: boolean(2, { emit: 'if-set' }),
  volumeAttributes: map(4, text),
});
export interface CSIVolumeSource extends Of<typeof CSIVolumeSource> {}

export const CephFSPersistentVolumeSource = struct('io.k8s.api.core.v1.CephFSPersistentVolumeSource', {
  monitors: required(list(1, text, { emit: 'always', listType: 'atomic' })),
  path: string(2),
  readOnly: boolean(6),
  secretFile: string(4),
  secretRef: ref(5, SecretReference, { emit: 'if-set' }),
  user: string(3),
});
export interface CephFSPersistentVolumeSource extends Of<typeof CephFSPersistentVolumeSource> {}

export const CephFSVolumeSource = struct('io.k8s.api.core.v1.CephFSVolumeSource', {
  monitors: required(list(1, text, { emit: 'always', listType: 'atomic' })),
  path: string(2),
  readOnly: boolean(6),
  secretFile: string(4),
  secretRef: ref(5, LocalObjectReference, { emit: 'if-set' }),
  user: string(3),
});
export interface CephFSVolumeSource extends Of<typeof CephFSVolumeSource> {}

export const CinderPersistentVolumeSource = struct('io.k8s.api.core.v1.CinderPersistentVolumeSource', {
  fsType: string(2),
  readOnly: boolean(3),
  secretRef: ref(4, SecretReference, { emit: 'if-set' }),
  volumeID: required(string(1, { emit: 'always' })),
});
export interface CinderPersistentVolumeSource extends Of<typeof CinderPersistentVolumeSource> {}

export const CinderVolumeSource = struct('io.k8s.api.core.v1.CinderVolumeSource', {
  fsType: string(2),
  readOnly: boolean(3),
  secretRef: ref(4, LocalObjectReference, { emit: 'if-set' }),
  volumeID: required(string(1, { emit: 'always' })),
});
export interface CinderVolumeSource extends Of<typeof CinderVolumeSource> {}

export const ClusterTrustBundleProjection = struct('io.k8s.api.core.v1.ClusterTrustBundleProjection', {
  labelSelector: ref(3, LabelSelector, { emit: 'if-set' }),
  name: string(1, { emit: 'if-set' }),
  optional: boolean(5, { emit: 'if-set' }),
  path: required(string(4, { emit: 'always' })),
  signerName: string(2, { emit: 'if-set' }),
});
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

export const ConfigMapProjection = struct('io.k8s.api.core.v1.ConfigMapProjection', {
  items: list(2, KeyToPath, { listType: 'atomic' }),
  name: string(1, { inline: [1] }),
  optional: boolean(4, { emit: 'if-set' }),
});
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

export const DownwardAPIVolumeFile = struct('io.k8s.api.core.v1.DownwardAPIVolumeFile', {
  fieldRef: ref(2, ObjectFieldSelector, { emit: 'if-set' }),
  mode: int32(4, { emit: 'if-set' }),
  path: required(string(1, { emit: 'always' })),
  resourceFieldRef: ref(3, ResourceFieldSelector, { emit: 'if-set' }),
});
export interface DownwardAPIVolumeFile extends Of<typeof DownwardAPIVolumeFile> {}

export const DownwardAPIProjection = struct('io.k8s.api.core.v1.DownwardAPIProjection', {
  items: list(1, DownwardAPIVolumeFile, { listType: 'atomic' }),
});
export interface DownwardAPIProjection extends Of<typeof DownwardAPIProjection> {}

export const DownwardAPIVolumeSource = struct('io.k8s.api.core.v1.DownwardAPIVolumeSource', {
  defaultMode: int32(2, { assumed: 0o644, emit: 'if-set' }),
  items: list(1, DownwardAPIVolumeFile, { listType: 'atomic' }),
});
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

export const EphemeralVolumeSource = struct('io.k8s.api.core.v1.EphemeralVolumeSource', {
  volumeClaimTemplate: ref(1, PersistentVolumeClaimTemplate, { emit: 'if-set' }),
});
export interface EphemeralVolumeSource extends Of<typeof EphemeralVolumeSource> {}

export const FCVolumeSource = struct('io.k8s.api.core.v1.FCVolumeSource', {
  fsType: string(3),
  lun: int32(2, { emit: 'if-set' }),
  readOnly: boolean(4),
  targetWWNs: list(1, text, { listType: 'atomic' }),
  wwids: list(5, text, { listType: 'atomic' }),
});
export interface FCVolumeSource extends Of<typeof FCVolumeSource> {}

export const FlexPersistentVolumeSource = struct('io.k8s.api.core.v1.FlexPersistentVolumeSource', {
  driver: required(string(1, { emit: 'always' })),
  fsType: string(2),
  options: map(5, text),
  readOnly: boolean(4),
  secretRef: ref(3, SecretReference, { emit: 'if-set' }),
});
export interface FlexPersistentVolumeSource extends Of<typeof FlexPersistentVolumeSource> {}

export const FlexVolumeSource = struct('io.k8s.api.core.v1.FlexVolumeSource', {
  driver: required(string(1, { emit: 'always' })),
  fsType: string(2),
  options: map(5, text),
  readOnly: boolean(4),
  secretRef: ref(3, LocalObjectReference, { emit: 'if-set' }),
});
export interface FlexVolumeSource extends Of<typeof FlexVolumeSource> {}

export const FlockerVolumeSource = struct('io.k8s.api.core.v1.FlockerVolumeSource', {
  datasetName: string(1),
  datasetUUID: string(2),
});
export interface FlockerVolumeSource extends Of<typeof FlockerVolumeSource> {}

export const GCEPersistentDiskVolumeSource = struct('io.k8s.api.core.v1.GCEPersistentDiskVolumeSource', {
  fsType: string(2),
  partition: int32(3),
  pdName: required(string(1, { emit: 'always' })),
  readOnly: boolean(4),
});
export interface GCEPersistentDiskVolumeSource extends Of<typeof GCEPersistentDiskVolumeSource> {}

export const GitRepoVolumeSource = struct('io.k8s.api.core.v1.GitRepoVolumeSource', {
  directory: string(3),
  repository: required(string(1, { emit: 'always' })),
  revision: string(2),
});
export interface GitRepoVolumeSource extends Of<typeof GitRepoVolumeSource> {}

export const GlusterfsPersistentVolumeSource = struct('io.k8s.api.core.v1.GlusterfsPersistentVolumeSource', {
  endpoints: required(string(1, { emit: 'always' })),
  endpointsNamespace: string(4, { emit: 'if-set' }),
  path: required(string(2, { emit: 'always' })),
  readOnly: boolean(3),
});
export interface GlusterfsPersistentVolumeSource extends Of<typeof GlusterfsPersistentVolumeSource> {}

export const GlusterfsVolumeSource = struct('io.k8s.api.core.v1.GlusterfsVolumeSource', {
  endpoints: required(string(1, { emit: 'always' })),
  path: required(string(2, { emit: 'always' })),
  readOnly: boolean(3),
});
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

export const ISCSIPersistentVolumeSource = struct('io.k8s.api.core.v1.ISCSIPersistentVolumeSource', {
  chapAuthDiscovery: boolean(8),
  chapAuthSession: boolean(11),
  fsType: string(5),
  initiatorName: string(12, { emit: 'if-set' }),
  iqn: required(string(2, { emit: 'always' })),
  iscsiInterface: string(4, { default: 'default' }),
  lun: required(int32(3, { emit: 'always' })),
  portals: list(7, text, { listType: 'atomic' }),
  readOnly: boolean(6),
  secretRef: ref(10, SecretReference, { emit: 'if-set' }),
  targetPortal: required(string(1, { emit: 'always' })),
});
export interface ISCSIPersistentVolumeSource extends Of<typeof ISCSIPersistentVolumeSource> {}

export const ISCSIVolumeSource = struct('io.k8s.api.core.v1.ISCSIVolumeSource', {
  chapAuthDiscovery: boolean(8),
  chapAuthSession: boolean(11),
  fsType: string(5),
  initiatorName: string(12, { emit: 'if-set' }),
  iqn: required(string(2, { emit: 'always' })),
  iscsiInterface: string(4, { default: 'default' }),
  lun: required(int32(3, { emit: 'always' })),
  portals: list(7, text, { listType: 'atomic' }),
  readOnly: boolean(6),
  secretRef: ref(10, LocalObjectReference, { emit: 'if-set' }),
  targetPortal: required(string(1, { emit: 'always' })),
});
export interface ISCSIVolumeSource extends Of<typeof ISCSIVolumeSource> {}

export const ImageVolumeSource = struct('io.k8s.api.core.v1.ImageVolumeSource', {
  pullPolicy: string(2, { enum: ['Always', 'IfNotPresent', 'Never'] }),
  reference: string(1),
});
export interface ImageVolumeSource extends Of<typeof ImageVolumeSource> {}

export const LocalVolumeSource = struct('io.k8s.api.core.v1.LocalVolumeSource', {
  fsType: string(2, { emit: 'if-set' }),
  path: required(string(1, { emit: 'always' })),
});
export interface LocalVolumeSource extends Of<typeof LocalVolumeSource> {}

export const NFSVolumeSource = struct('io.k8s.api.core.v1.NFSVolumeSource', {
  path: required(string(2, { emit: 'always' })),
  readOnly: boolean(3),
  server: required(string(1, { emit: 'always' })),
});
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
    fsType: string(2),
    pdID: required(string(1, { emit: 'always' })),
  },
);
export interface PhotonPersistentDiskVolumeSource extends Of<typeof PhotonPersistentDiskVolumeSource> {}

export const PodCertificateProjection = struct('io.k8s.api.core.v1.PodCertificateProjection', {
  certificateChainPath: string(6),
  credentialBundlePath: string(4),
  keyPath: string(5),
  keyType: required(string(2)),
  maxExpirationSeconds: int32(3, { emit: 'if-set' }),
  signerName: required(string(1)),
  userAnnotations: map(7, text),
});
export interface PodCertificateProjection extends Of<typeof PodCertificateProjection> {}

export const PortworxVolumeSource = struct('io.k8s.api.core.v1.PortworxVolumeSource', {
  fsType: string(2),
  readOnly: boolean(3),
  volumeID: required(string(1, { emit: 'always' })),
});
export interface PortworxVolumeSource extends Of<typeof PortworxVolumeSource> {}

export const SecretProjection = struct('io.k8s.api.core.v1.SecretProjection', {
  items: list(2, KeyToPath, { listType: 'atomic' }),
  name: string(1, { inline: [1] }),
  optional: boolean(4, { emit: 'if-set' }),
});
export interface SecretProjection extends Of<typeof SecretProjection> {}

export const ServiceAccountTokenProjection = struct('io.k8s.api.core.v1.ServiceAccountTokenProjection', {
  audience: string(1),
  expirationSeconds: int64(2, { assumed: 3600, emit: 'if-set' }),
  path: required(string(3, { emit: 'always' })),
});
export interface ServiceAccountTokenProjection extends Of<typeof ServiceAccountTokenProjection> {}

export const VolumeProjection = struct('io.k8s.api.core.v1.VolumeProjection', {
  clusterTrustBundle: ref(5, ClusterTrustBundleProjection, { emit: 'if-set' }),
  configMap: ref(3, ConfigMapProjection, { emit: 'if-set' }),
  downwardAPI: ref(2, DownwardAPIProjection, { emit: 'if-set' }),
  podCertificate: ref(6, PodCertificateProjection, { emit: 'if-set' }),
  secret: ref(1, SecretProjection, { emit: 'if-set' }),
  serviceAccountToken: ref(4, ServiceAccountTokenProjection, { emit: 'if-set' }),
});
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

export const QuobyteVolumeSource = struct('io.k8s.api.core.v1.QuobyteVolumeSource', {
  group: string(5),
  readOnly: boolean(3),
  registry: required(string(1, { emit: 'always' })),
  tenant: string(6),
  user: string(4),
  volume: required(string(2, { emit: 'always' })),
});
export interface QuobyteVolumeSource extends Of<typeof QuobyteVolumeSource> {}

export const RBDPersistentVolumeSource = struct('io.k8s.api.core.v1.RBDPersistentVolumeSource', {
  fsType: string(3),
  image: required(string(2, { emit: 'always' })),
  keyring: string(6, { default: '/etc/ceph/keyring' }),
  monitors: required(list(1, text, { emit: 'always', listType: 'atomic' })),
  pool: string(4, { default: 'rbd' }),
  readOnly: boolean(8),
  secretRef: ref(7, SecretReference, { emit: 'if-set' }),
  user: string(5, { default: 'admin' }),
});
export interface RBDPersistentVolumeSource extends Of<typeof RBDPersistentVolumeSource> {}

export const RBDVolumeSource = struct('io.k8s.api.core.v1.RBDVolumeSource', {
  fsType: string(3),
  image: required(string(2, { emit: 'always' })),
  keyring: string(6, { default: '/etc/ceph/keyring' }),
  monitors: required(list(1, text, { emit: 'always', listType: 'atomic' })),
  pool: string(4, { default: 'rbd' }),
  readOnly: boolean(8),
  secretRef: ref(7, LocalObjectReference, { emit: 'if-set' }),
  user: string(5, { default: 'admin' }),
});
export interface RBDVolumeSource extends Of<typeof RBDVolumeSource> {}

export const ScaleIOPersistentVolumeSource = struct('io.k8s.api.core.v1.ScaleIOPersistentVolumeSource', {
  fsType: string(9, { default: 'xfs' }),
  gateway: required(string(1, { emit: 'always' })),
  protectionDomain: string(5),
  readOnly: boolean(10),
  secretRef: required(ref(3, SecretReference, { emit: 'if-set' })),
  sslEnabled: boolean(4),
  storageMode: string(7, { default: 'ThinProvisioned' }),
  storagePool: string(6),
  system: required(string(2, { emit: 'always' })),
  volumeName: string(8),
});
export interface ScaleIOPersistentVolumeSource extends Of<typeof ScaleIOPersistentVolumeSource> {}

export const ScaleIOVolumeSource = struct('io.k8s.api.core.v1.ScaleIOVolumeSource', {
  fsType: string(9, { default: 'xfs' }),
  gateway: required(string(1, { emit: 'always' })),
  protectionDomain: string(5),
  readOnly: boolean(10),
  secretRef: required(ref(3, LocalObjectReference, { emit: 'if-set' })),
  sslEnabled: boolean(4),
  storageMode: string(7, { default: 'ThinProvisioned' }),
  storagePool: string(6),
  system: required(string(2, { emit: 'always' })),
  volumeName: string(8),
});
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

export const StorageOSPersistentVolumeSource = struct('io.k8s.api.core.v1.StorageOSPersistentVolumeSource', {
  fsType: string(3),
  readOnly: boolean(4),
  secretRef: ref(5, ObjectReference, { emit: 'if-set' }),
  volumeName: string(1),
  volumeNamespace: string(2),
});
export interface StorageOSPersistentVolumeSource extends Of<typeof StorageOSPersistentVolumeSource> {}

export const StorageOSVolumeSource = struct('io.k8s.api.core.v1.StorageOSVolumeSource', {
  fsType: string(3),
  readOnly: boolean(4),
  secretRef: ref(5, LocalObjectReference, { emit: 'if-set' }),
  volumeName: string(1),
  volumeNamespace: string(2),
});
export interface StorageOSVolumeSource extends Of<typeof StorageOSVolumeSource> {}

export const VsphereVirtualDiskVolumeSource = struct('io.k8s.api.core.v1.VsphereVirtualDiskVolumeSource', {
  fsType: string(2),
  storagePolicyID: string(4),
  storagePolicyName: string(3),
  volumePath: required(string(1, { emit: 'always' })),
});
export interface VsphereVirtualDiskVolumeSource extends Of<typeof VsphereVirtualDiskVolumeSource> {}
