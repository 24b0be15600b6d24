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
      doc: 'What a node must match; every node will do when absent.',
      emit: 'if-set',
    }),
  },
  { doc: 'Which nodes can reach a volume.' },
);
export interface VolumeNodeAffinity extends Of<typeof VolumeNodeAffinity> {}

export const PersistentVolumeSpec = struct(
  'io.k8s.api.core.v1.PersistentVolumeSpec',
  {
    accessModes: list(3, text, { doc: 'How it can be mounted.', listType: 'atomic' }),
    awsElasticBlockStore: ref(2, AWSElasticBlockStoreVolumeSource, {
      doc: "A disk of Amazon's block store.",
      emit: 'if-set',
      inline: [2],
    }),
    azureDisk: ref(16, AzureDiskVolumeSource, { doc: 'A data disk of Azure.', emit: 'if-set', inline: [2] }),
    azureFile: ref(13, AzureFilePersistentVolumeSource, {
      doc: 'A file share of Azure.',
      emit: 'if-set',
      inline: [2],
    }),
    capacity: map(1, amount, { doc: 'Its size.' }),
    cephfs: ref(9, CephFSPersistentVolumeSource, {
      doc: 'A directory of a Ceph file system.',
      emit: 'if-set',
      inline: [2],
    }),
    cinder: ref(8, CinderPersistentVolumeSource, {
      doc: 'A disk of OpenStack.',
      emit: 'if-set',
      inline: [2],
    }),
    claimRef: ref(4, ObjectReference, { doc: 'The claim that has it.', emit: 'if-set', mapType: 'granular' }),
    csi: ref(22, CSIPersistentVolumeSource, {
      doc: 'A volume of a CSI driver.',
      emit: 'if-set',
      inline: [2],
    }),
    fc: ref(10, FCVolumeSource, { doc: 'A Fibre Channel disk.', emit: 'if-set', inline: [2] }),
    flexVolume: ref(12, FlexPersistentVolumeSource, {
      doc: 'A volume that an exec plugin mounts.',
      emit: 'if-set',
      inline: [2],
    }),
    flocker: ref(11, FlockerVolumeSource, { doc: 'A data set of Flocker.', emit: 'if-set', inline: [2] }),
    gcePersistentDisk: ref(1, GCEPersistentDiskVolumeSource, {
      doc: 'A disk of Google Compute Engine.',
      emit: 'if-set',
      inline: [2],
    }),
    glusterfs: ref(4, GlusterfsPersistentVolumeSource, {
      doc: 'A volume of Gluster.',
      emit: 'if-set',
      inline: [2],
    }),
    hostPath: ref(3, HostPathVolumeSource, {
      doc: 'A directory of the node, for tests.',
      emit: 'if-set',
      inline: [2],
    }),
    iscsi: ref(7, ISCSIPersistentVolumeSource, {
      doc: 'A disk reached by iSCSI.',
      emit: 'if-set',
      inline: [2],
    }),
    local: ref(20, LocalVolumeSource, {
      doc: 'A disk or directory of one node.',
      emit: 'if-set',
      inline: [2],
    }),
    mountOptions: list(7, text, { doc: 'Options for mounting.', listType: 'atomic' }),
    nfs: ref(5, NFSVolumeSource, { doc: 'A directory on an NFS server.', emit: 'if-set', inline: [2] }),
    nodeAffinity: ref(9, VolumeNodeAffinity, {
      doc: 'The nodes from which it can be reached.',
      emit: 'if-set',
    }),
    persistentVolumeReclaimPolicy: string(5, {
      doc: 'What becomes of it when its claim goes: Retain, Delete or Recycle.',
      enum: ['Delete', 'Recycle', 'Retain'],
    }),
    photonPersistentDisk: ref(17, PhotonPersistentDiskVolumeSource, {
      doc: "A disk of VMware's Photon controller.",
      emit: 'if-set',
      inline: [2],
    }),
    portworxVolume: ref(18, PortworxVolumeSource, {
      doc: 'A volume of Portworx.',
      emit: 'if-set',
      inline: [2],
    }),
    quobyte: ref(15, QuobyteVolumeSource, { doc: 'A volume of Quobyte.', emit: 'if-set', inline: [2] }),
    rbd: ref(6, RBDPersistentVolumeSource, { doc: 'A block device of Ceph.', emit: 'if-set', inline: [2] }),
    scaleIO: ref(19, ScaleIOPersistentVolumeSource, {
      doc: 'A volume of ScaleIO.',
      emit: 'if-set',
      inline: [2],
    }),
    storageClassName: string(6, { doc: 'Its storage class.' }),
    storageos: ref(21, StorageOSPersistentVolumeSource, {
      doc: 'A volume of StorageOS.',
      emit: 'if-set',
      inline: [2],
    }),
    volumeAttributesClassName: string(10, { doc: 'Its class of changeable attributes.', emit: 'if-set' }),
    volumeMode: string(8, { doc: 'Filesystem or Block.', enum: ['Block', 'Filesystem'], emit: 'if-set' }),
    vsphereVolume: ref(14, VsphereVirtualDiskVolumeSource, {
      doc: 'A disk of vSphere.',
      emit: 'if-set',
      inline: [2],
    }),
  },
  { doc: 'What the storage is and who has it.' },
);
export interface PersistentVolumeSpec extends Of<typeof PersistentVolumeSpec> {}

export const PersistentVolumeStatus = struct(
  'io.k8s.api.core.v1.PersistentVolumeStatus',
  {
    lastPhaseTransitionTime: time(4, { doc: 'Since when it is in its phase.', emit: 'if-set' }),
    message: string(2, { doc: 'Why, for people.' }),
    phase: string(1, {
      doc: 'Pending, Available, Bound, Released or Failed.',
      assumed: 'Pending',
      enum: ['Available', 'Bound', 'Failed', 'Pending', 'Released'],
    }),
    reason: string(3, { doc: 'Why, in one word.' }),
  },
  { doc: 'The state of the storage.' },
);
export interface PersistentVolumeStatus extends Of<typeof PersistentVolumeStatus> {}

export const PersistentVolume = resource(
  'io.k8s.api.core.v1.PersistentVolume',
  {
    doc: 'A piece of storage.',
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
