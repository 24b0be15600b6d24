import { resource } from '../../../meta/v1/resource.ts';
import { amount, list, map, type Of, ref, string, struct, text, time } from '../../../schema/notation.ts';
import { NodeSelector } from './node-affinity.ts';
import { ObjectReference } from './references.ts';
import {
  AWSElasticBlockStoreVolumeSource,
  AzureDiskVolumeSource,
  AzureFilePersistentVolumeSource,
  CinderPersistentVolumeSource,
  GCEPersistentDiskVolumeSource,
  PhotonPersistentDiskVolumeSource,
  PortworxVolumeSource,
  VsphereVirtualDiskVolumeSource,
} from './volumes/cloud-disks.ts';
import {
  FCVolumeSource,
  ISCSIPersistentVolumeSource,
  RBDPersistentVolumeSource,
  ScaleIOPersistentVolumeSource,
  StorageOSPersistentVolumeSource,
} from './volumes/network-disks.ts';
import {
  CephFSPersistentVolumeSource,
  FlockerVolumeSource,
  GlusterfsPersistentVolumeSource,
  NFSVolumeSource,
  QuobyteVolumeSource,
} from './volumes/network-files.ts';
import { HostPathVolumeSource, LocalVolumeSource } from './volumes/node-local.ts';
import { CSIPersistentVolumeSource, FlexPersistentVolumeSource } from './volumes/provisioned.ts';

export const VolumeNodeAffinity = struct(
  'io.k8s.api.core.v1.VolumeNodeAffinity',
  {
    required: ref(1, NodeSelector, {
      doc: 'Requirements that the node must meet. By default, any node can access the volume.',
      emit: 'if-set',
    }),
  },
  { doc: 'Restricts the nodes from which a volume can be accessed.' },
);
export interface VolumeNodeAffinity extends Of<typeof VolumeNodeAffinity> {}

export const PersistentVolumeSpec = struct(
  'io.k8s.api.core.v1.PersistentVolumeSpec',
  {
    accessModes: list(3, text, { doc: 'Ways in which the volume can be mounted.', listType: 'atomic' }),
    awsElasticBlockStore: ref(2, AWSElasticBlockStoreVolumeSource, {
      doc: 'AWS EBS disk.',
      emit: 'if-set',
      inline: [2],
    }),
    azureDisk: ref(16, AzureDiskVolumeSource, { doc: 'Azure data disk.', emit: 'if-set', inline: [2] }),
    azureFile: ref(13, AzureFilePersistentVolumeSource, {
      doc: 'Azure file share.',
      emit: 'if-set',
      inline: [2],
    }),
    capacity: map(1, amount, { doc: 'Resources of the volume, in particular its size.' }),
    cephfs: ref(9, CephFSPersistentVolumeSource, {
      doc: 'Directory of a Ceph file system.',
      emit: 'if-set',
      inline: [2],
    }),
    cinder: ref(8, CinderPersistentVolumeSource, {
      doc: 'OpenStack Cinder volume.',
      emit: 'if-set',
      inline: [2],
    }),
    claimRef: ref(4, ObjectReference, {
      doc: 'Claim that the volume is bound to.',
      emit: 'if-set',
      mapType: 'granular',
    }),
    csi: ref(22, CSIPersistentVolumeSource, {
      doc: 'Volume of a CSI driver.',
      emit: 'if-set',
      inline: [2],
    }),
    fc: ref(10, FCVolumeSource, { doc: 'Fibre Channel disk.', emit: 'if-set', inline: [2] }),
    flexVolume: ref(12, FlexPersistentVolumeSource, {
      doc: 'Deprecated: volume of an exec-based plugin.',
      emit: 'if-set',
      inline: [2],
    }),
    flocker: ref(11, FlockerVolumeSource, { doc: 'Flocker dataset.', emit: 'if-set', inline: [2] }),
    gcePersistentDisk: ref(1, GCEPersistentDiskVolumeSource, {
      doc: 'Google Compute Engine disk.',
      emit: 'if-set',
      inline: [2],
    }),
    glusterfs: ref(4, GlusterfsPersistentVolumeSource, {
      doc: 'GlusterFS volume.',
      emit: 'if-set',
      inline: [2],
    }),
    hostPath: ref(3, HostPathVolumeSource, {
      doc: 'Directory on the node. For development and testing only.',
      emit: 'if-set',
      inline: [2],
    }),
    iscsi: ref(7, ISCSIPersistentVolumeSource, {
      doc: 'iSCSI disk.',
      emit: 'if-set',
      inline: [2],
    }),
    local: ref(20, LocalVolumeSource, {
      doc: 'Directory or device that is attached to a single node.',
      emit: 'if-set',
      inline: [2],
    }),
    mountOptions: list(7, text, {
      doc: 'Mount options, such as ro or soft. They are not validated.',
      listType: 'atomic',
    }),
    nfs: ref(5, NFSVolumeSource, {
      doc: 'Directory that an NFS server exports.',
      emit: 'if-set',
      inline: [2],
    }),
    nodeAffinity: ref(9, VolumeNodeAffinity, {
      doc: 'Nodes from which the volume can be accessed.',
      emit: 'if-set',
    }),
    persistentVolumeReclaimPolicy: string(5, {
      doc: 'What happens to the volume when its claim is deleted: Retain, Delete or Recycle.',
      enum: ['Delete', 'Recycle', 'Retain'],
    }),
    photonPersistentDisk: ref(17, PhotonPersistentDiskVolumeSource, {
      doc: 'VMware Photon Controller disk.',
      emit: 'if-set',
      inline: [2],
    }),
    portworxVolume: ref(18, PortworxVolumeSource, {
      doc: 'Portworx volume.',
      emit: 'if-set',
      inline: [2],
    }),
    quobyte: ref(15, QuobyteVolumeSource, { doc: 'Quobyte volume.', emit: 'if-set', inline: [2] }),
    rbd: ref(6, RBDPersistentVolumeSource, { doc: 'Ceph RADOS block device.', emit: 'if-set', inline: [2] }),
    scaleIO: ref(19, ScaleIOPersistentVolumeSource, {
      doc: 'ScaleIO volume.',
      emit: 'if-set',
      inline: [2],
    }),
    storageClassName: string(6, { doc: 'Name of the StorageClass that the volume belongs to.' }),
    storageos: ref(21, StorageOSPersistentVolumeSource, {
      doc: 'StorageOS volume.',
      emit: 'if-set',
      inline: [2],
    }),
    volumeAttributesClassName: string(10, {
      doc: 'Name of the VolumeAttributesClass that the volume belongs to.',
      emit: 'if-set',
    }),
    volumeMode: string(8, {
      doc: 'Mode of the volume: Filesystem or Block. Defaults to Filesystem.',
      enum: ['Block', 'Filesystem'],
      emit: 'if-set',
    }),
    vsphereVolume: ref(14, VsphereVirtualDiskVolumeSource, {
      doc: 'vSphere volume.',
      emit: 'if-set',
      inline: [2],
    }),
  },
  { doc: 'Storage, access and binding of the volume.' },
);
export interface PersistentVolumeSpec extends Of<typeof PersistentVolumeSpec> {}

export const PersistentVolumeStatus = struct(
  'io.k8s.api.core.v1.PersistentVolumeStatus',
  {
    lastPhaseTransitionTime: time(4, {
      doc: 'Time at which the volume entered its current phase.',
      emit: 'if-set',
    }),
    message: string(2, { doc: 'Human-readable message with details.' }),
    phase: string(1, {
      doc: 'Current phase of the volume: Pending, Available, Bound, Released or Failed.',
      assumed: 'Pending',
      enum: ['Available', 'Bound', 'Failed', 'Pending', 'Released'],
    }),
    reason: string(3, { doc: 'Brief machine-readable reason in CamelCase.' }),
  },
  { doc: 'Observed phase of the volume.' },
);
export interface PersistentVolumeStatus extends Of<typeof PersistentVolumeStatus> {}

export const PersistentVolume = resource(
  'io.k8s.api.core.v1.PersistentVolume',
  {
    doc: 'Storage in the cluster, provisioned by an administrator or dynamically.',
    group: '',
    version: 'v1',
    kind: 'PersistentVolume',
    plural: 'persistentvolumes',
    singular: 'persistentvolume',
    namespaced: false,
    shortNames: ['pv'],
    storageVersionHash: 'HN/zwEC+JgM=',
    subresources: { status: { kind: 'PersistentVolume', verbs: ['get', 'patch', 'update'] } },
  },
  {
    spec: ref(2, PersistentVolumeSpec, { emit: 'always' }),
    status: ref(3, PersistentVolumeStatus, { emit: 'always' }),
  },
);
export interface PersistentVolume extends Of<typeof PersistentVolume> {}
