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
      doc: 'AWS EBS disk.',
      emit: 'if-set',
      inline: [2],
    }),
    azureDisk: ref(22, AzureDiskVolumeSource, { doc: 'Azure data disk.', emit: 'if-set', inline: [2] }),
    azureFile: ref(18, AzureFileVolumeSource, { doc: 'Azure file share.', emit: 'if-set', inline: [2] }),
    cephfs: ref(14, CephFSVolumeSource, {
      doc: 'Directory of a Ceph file system.',
      emit: 'if-set',
      inline: [2],
    }),
    cinder: ref(13, CinderVolumeSource, { doc: 'OpenStack Cinder volume.', emit: 'if-set', inline: [2] }),
    configMap: ref(19, ConfigMapVolumeSource, {
      doc: 'Volume with a file for each key of a ConfigMap.',
      emit: 'if-set',
      inline: [2],
    }),
    csi: ref(28, CSIVolumeSource, {
      doc: 'Volume that a CSI driver provides for the lifetime of the pod.',
      emit: 'if-set',
      inline: [2],
    }),
    downwardAPI: ref(16, DownwardAPIVolumeSource, {
      doc: 'Files with fields of the pod.',
      emit: 'if-set',
      inline: [2],
    }),
    emptyDir: ref(2, EmptyDirVolumeSource, {
      doc: 'Empty directory that shares the lifetime of the pod.',
      emit: 'if-set',
      inline: [2],
    }),
    ephemeral: ref(29, EphemeralVolumeSource, {
      doc: 'Volume from a claim that is created for the pod and deleted with it.',
      emit: 'if-set',
      inline: [2],
    }),
    fc: ref(17, FCVolumeSource, { doc: 'Fibre Channel disk.', emit: 'if-set', inline: [2] }),
    flexVolume: ref(12, FlexVolumeSource, {
      doc: 'Deprecated: volume of an exec-based plugin.',
      emit: 'if-set',
      inline: [2],
    }),
    flocker: ref(15, FlockerVolumeSource, { doc: 'Flocker dataset.', emit: 'if-set', inline: [2] }),
    gcePersistentDisk: ref(3, GCEPersistentDiskVolumeSource, {
      doc: 'Google Compute Engine disk.',
      emit: 'if-set',
      inline: [2],
    }),
    gitRepo: ref(5, GitRepoVolumeSource, {
      doc: 'Deprecated: directory that is filled from a Git repository.',
      emit: 'if-set',
      inline: [2],
    }),
    glusterfs: ref(9, GlusterfsVolumeSource, { doc: 'GlusterFS volume.', emit: 'if-set', inline: [2] }),
    hostPath: ref(1, HostPathVolumeSource, {
      doc: 'File or directory on the node.',
      emit: 'if-set',
      inline: [2],
    }),
    image: ref(30, ImageVolumeSource, {
      doc: 'Read-only contents of an image.',
      emit: 'if-set',
      inline: [2],
    }),
    iscsi: ref(8, ISCSIVolumeSource, { doc: 'iSCSI disk.', emit: 'if-set', inline: [2] }),
    name: required(
      string(1, {
        doc: 'Name of the volume, unique within the pod. Containers refer to it.',
        emit: 'always',
      }),
    ),
    nfs: ref(7, NFSVolumeSource, {
      doc: 'Directory that an NFS server exports.',
      emit: 'if-set',
      inline: [2],
    }),
    persistentVolumeClaim: ref(10, PersistentVolumeClaimVolumeSource, {
      doc: 'Volume of a PersistentVolumeClaim in the namespace of the pod.',
      emit: 'if-set',
      inline: [2],
    }),
    photonPersistentDisk: ref(23, PhotonPersistentDiskVolumeSource, {
      doc: 'VMware Photon Controller disk.',
      emit: 'if-set',
      inline: [2],
    }),
    portworxVolume: ref(24, PortworxVolumeSource, {
      doc: 'Portworx volume.',
      emit: 'if-set',
      inline: [2],
    }),
    projected: ref(26, ProjectedVolumeSource, {
      doc: 'Volume with files from several sources.',
      emit: 'if-set',
      inline: [2],
    }),
    quobyte: ref(21, QuobyteVolumeSource, { doc: 'Quobyte volume.', emit: 'if-set', inline: [2] }),
    rbd: ref(11, RBDVolumeSource, { doc: 'Ceph RADOS block device.', emit: 'if-set', inline: [2] }),
    scaleIO: ref(25, ScaleIOVolumeSource, { doc: 'ScaleIO volume.', emit: 'if-set', inline: [2] }),
    secret: ref(6, SecretVolumeSource, {
      doc: 'Volume with a file for each key of a Secret.',
      emit: 'if-set',
      inline: [2],
    }),
    storageos: ref(27, StorageOSVolumeSource, { doc: 'StorageOS volume.', emit: 'if-set', inline: [2] }),
    vsphereVolume: ref(20, VsphereVirtualDiskVolumeSource, {
      doc: 'vSphere volume.',
      emit: 'if-set',
      inline: [2],
    }),
  },
  { doc: 'Storage that the containers of a pod can mount.' },
);
export interface Volume extends Of<typeof Volume> {}
