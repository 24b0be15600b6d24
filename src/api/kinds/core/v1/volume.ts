import { type Of, ref, required, string, struct } from '../../../schema/notation.ts';
import { ConfigMapVolumeSource, DownwardAPIVolumeSource, SecretVolumeSource } from './volumes/api-content.ts';
import {
  AWSElasticBlockStoreVolumeSource,
  AzureDiskVolumeSource,
  AzureFileVolumeSource,
  CinderVolumeSource,
  GCEPersistentDiskVolumeSource,
  PhotonPersistentDiskVolumeSource,
  PortworxVolumeSource,
  VsphereVirtualDiskVolumeSource,
} from './volumes/cloud-disks.ts';
import {
  FCVolumeSource,
  ISCSIVolumeSource,
  RBDVolumeSource,
  ScaleIOVolumeSource,
  StorageOSVolumeSource,
} from './volumes/network-disks.ts';
import {
  CephFSVolumeSource,
  FlockerVolumeSource,
  GlusterfsVolumeSource,
  NFSVolumeSource,
  QuobyteVolumeSource,
} from './volumes/network-files.ts';
import {
  EmptyDirVolumeSource,
  GitRepoVolumeSource,
  HostPathVolumeSource,
  ImageVolumeSource,
} from './volumes/node-local.ts';
import { ProjectedVolumeSource } from './volumes/projected.ts';
import {
  CSIVolumeSource,
  EphemeralVolumeSource,
  FlexVolumeSource,
  PersistentVolumeClaimVolumeSource,
} from './volumes/provisioned.ts';

export const Volume = struct(
  'io.k8s.api.core.v1.Volume',
  {
    awsElasticBlockStore: ref(4, AWSElasticBlockStoreVolumeSource, {
      doc: "A disk of Amazon's block store.",
      emit: 'if-set',
      inline: [2],
    }),
    azureDisk: ref(22, AzureDiskVolumeSource, { doc: 'A data disk of Azure.', emit: 'if-set', inline: [2] }),
    azureFile: ref(18, AzureFileVolumeSource, { doc: 'A file share of Azure.', emit: 'if-set', inline: [2] }),
    cephfs: ref(14, CephFSVolumeSource, {
      doc: 'A directory of a Ceph file system.',
      emit: 'if-set',
      inline: [2],
    }),
    cinder: ref(13, CinderVolumeSource, { doc: 'A disk of OpenStack.', emit: 'if-set', inline: [2] }),
    configMap: ref(19, ConfigMapVolumeSource, {
      doc: 'The keys of a config map as files.',
      emit: 'if-set',
      inline: [2],
    }),
    csi: ref(28, CSIVolumeSource, {
      doc: 'A volume that a CSI driver makes for this pod.',
      emit: 'if-set',
      inline: [2],
    }),
    downwardAPI: ref(16, DownwardAPIVolumeSource, {
      doc: 'Fields of the pod as files.',
      emit: 'if-set',
      inline: [2],
    }),
    emptyDir: ref(2, EmptyDirVolumeSource, {
      doc: 'An empty directory that lives as long as the pod.',
      emit: 'if-set',
      inline: [2],
    }),
    ephemeral: ref(29, EphemeralVolumeSource, {
      doc: 'A claim that is made for this pod and goes with it.',
      emit: 'if-set',
      inline: [2],
    }),
    fc: ref(17, FCVolumeSource, { doc: 'A Fibre Channel disk.', emit: 'if-set', inline: [2] }),
    flexVolume: ref(12, FlexVolumeSource, {
      doc: 'A volume that an exec plugin mounts.',
      emit: 'if-set',
      inline: [2],
    }),
    flocker: ref(15, FlockerVolumeSource, { doc: 'A data set of Flocker.', emit: 'if-set', inline: [2] }),
    gcePersistentDisk: ref(3, GCEPersistentDiskVolumeSource, {
      doc: 'A disk of Google Compute Engine.',
      emit: 'if-set',
      inline: [2],
    }),
    gitRepo: ref(5, GitRepoVolumeSource, {
      doc: 'A clone of a git repository; deprecated.',
      emit: 'if-set',
      inline: [2],
    }),
    glusterfs: ref(9, GlusterfsVolumeSource, { doc: 'A volume of Gluster.', emit: 'if-set', inline: [2] }),
    hostPath: ref(1, HostPathVolumeSource, {
      doc: 'A file or directory of the node.',
      emit: 'if-set',
      inline: [2],
    }),
    image: ref(30, ImageVolumeSource, { doc: 'The files of an image.', emit: 'if-set', inline: [2] }),
    iscsi: ref(8, ISCSIVolumeSource, { doc: 'A disk reached by iSCSI.', emit: 'if-set', inline: [2] }),
    name: required(string(1, { doc: 'The name by which containers mount it.', emit: 'always' })),
    nfs: ref(7, NFSVolumeSource, { doc: 'A directory on an NFS server.', emit: 'if-set', inline: [2] }),
    persistentVolumeClaim: ref(10, PersistentVolumeClaimVolumeSource, {
      doc: 'A claim in the same namespace.',
      emit: 'if-set',
      inline: [2],
    }),
    photonPersistentDisk: ref(23, PhotonPersistentDiskVolumeSource, {
      doc: "A disk of VMware's Photon controller.",
      emit: 'if-set',
      inline: [2],
    }),
    portworxVolume: ref(24, PortworxVolumeSource, {
      doc: 'A volume of Portworx.',
      emit: 'if-set',
      inline: [2],
    }),
    projected: ref(26, ProjectedVolumeSource, {
      doc: 'Several sources in one directory.',
      emit: 'if-set',
      inline: [2],
    }),
    quobyte: ref(21, QuobyteVolumeSource, { doc: 'A volume of Quobyte.', emit: 'if-set', inline: [2] }),
    rbd: ref(11, RBDVolumeSource, { doc: 'A block device of Ceph.', emit: 'if-set', inline: [2] }),
    scaleIO: ref(25, ScaleIOVolumeSource, { doc: 'A volume of ScaleIO.', emit: 'if-set', inline: [2] }),
    secret: ref(6, SecretVolumeSource, {
      doc: 'The keys of a secret as files.',
      emit: 'if-set',
      inline: [2],
    }),
    storageos: ref(27, StorageOSVolumeSource, { doc: 'A volume of StorageOS.', emit: 'if-set', inline: [2] }),
    vsphereVolume: ref(20, VsphereVirtualDiskVolumeSource, {
      doc: 'A disk of vSphere.',
      emit: 'if-set',
      inline: [2],
    }),
  },
  { doc: 'Files that containers of the pod share.' },
);
export interface Volume extends Of<typeof Volume> {}
