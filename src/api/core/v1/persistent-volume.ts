import { resource } from '../../meta/v1/resource.ts';
import { amount, list, map, type Of, ref, string, struct, text, time } from '../../schema/notation.ts';
import { NodeSelector } from './node-affinity.ts';
import { ObjectReference } from './references.ts';
import {
  AWSElasticBlockStoreVolumeSource,
  AzureDiskVolumeSource,
  AzureFilePersistentVolumeSource,
  CephFSPersistentVolumeSource,
  CinderPersistentVolumeSource,
  CSIPersistentVolumeSource,
  FCVolumeSource,
  FlexPersistentVolumeSource,
  FlockerVolumeSource,
  GCEPersistentDiskVolumeSource,
  GlusterfsPersistentVolumeSource,
  HostPathVolumeSource,
  ISCSIPersistentVolumeSource,
  LocalVolumeSource,
  NFSVolumeSource,
  PhotonPersistentDiskVolumeSource,
  PortworxVolumeSource,
  QuobyteVolumeSource,
  RBDPersistentVolumeSource,
  ScaleIOPersistentVolumeSource,
  StorageOSPersistentVolumeSource,
  VsphereVirtualDiskVolumeSource,
} from './volume-sources.ts';

export const VolumeNodeAffinity = struct('io.k8s.api.core.v1.VolumeNodeAffinity', {
  required: ref(1, NodeSelector, { emit: 'if-set' }),
});
export interface VolumeNodeAffinity extends Of<typeof VolumeNodeAffinity> {}

export const PersistentVolumeSpec = struct('io.k8s.api.core.v1.PersistentVolumeSpec', {
  accessModes: list(3, text, { listType: 'atomic' }),
  awsElasticBlockStore: ref(2, AWSElasticBlockStoreVolumeSource, {
    emit: 'if-set',
    inline: [2],
  }),
  azureDisk: ref(16, AzureDiskVolumeSource, { emit: 'if-set', inline: [2] }),
  azureFile: ref(13, AzureFilePersistentVolumeSource, { emit: 'if-set', inline: [2] }),
  capacity: map(1, amount),
  cephfs: ref(9, CephFSPersistentVolumeSource, { emit: 'if-set', inline: [2] }),
  cinder: ref(8, CinderPersistentVolumeSource, { emit: 'if-set', inline: [2] }),
  claimRef: ref(4, ObjectReference, { emit: 'if-set', mapType: 'granular' }),
  csi: ref(22, CSIPersistentVolumeSource, { emit: 'if-set', inline: [2] }),
  fc: ref(10, FCVolumeSource, { emit: 'if-set', inline: [2] }),
  flexVolume: ref(12, FlexPersistentVolumeSource, { emit: 'if-set', inline: [2] }),
  flocker: ref(11, FlockerVolumeSource, { emit: 'if-set', inline: [2] }),
  gcePersistentDisk: ref(1, GCEPersistentDiskVolumeSource, {
    emit: 'if-set',
    inline: [2],
  }),
  glusterfs: ref(4, GlusterfsPersistentVolumeSource, { emit: 'if-set', inline: [2] }),
  hostPath: ref(3, HostPathVolumeSource, { emit: 'if-set', inline: [2] }),
  iscsi: ref(7, ISCSIPersistentVolumeSource, { emit: 'if-set', inline: [2] }),
  local: ref(20, LocalVolumeSource, { emit: 'if-set', inline: [2] }),
  mountOptions: list(7, text, { listType: 'atomic' }),
  nfs: ref(5, NFSVolumeSource, { emit: 'if-set', inline: [2] }),
  nodeAffinity: ref(9, VolumeNodeAffinity, { emit: 'if-set' }),
  persistentVolumeReclaimPolicy: string(5, { enum: ['Delete', 'Recycle', 'Retain'] }),
  photonPersistentDisk: ref(17, PhotonPersistentDiskVolumeSource, {
    emit: 'if-set',
    inline: [2],
  }),
  portworxVolume: ref(18, PortworxVolumeSource, { emit: 'if-set', inline: [2] }),
  quobyte: ref(15, QuobyteVolumeSource, { emit: 'if-set', inline: [2] }),
  rbd: ref(6, RBDPersistentVolumeSource, { emit: 'if-set', inline: [2] }),
  scaleIO: ref(19, ScaleIOPersistentVolumeSource, { emit: 'if-set', inline: [2] }),
  storageClassName: string(6),
  storageos: ref(21, StorageOSPersistentVolumeSource, { emit: 'if-set', inline: [2] }),
  volumeAttributesClassName: string(10, { emit: 'if-set' }),
  volumeMode: string(8, { enum: ['Block', 'Filesystem'], emit: 'if-set' }),
  vsphereVolume: ref(14, VsphereVirtualDiskVolumeSource, {
    emit: 'if-set',
    inline: [2],
  }),
});
export interface PersistentVolumeSpec extends Of<typeof PersistentVolumeSpec> {}

export const PersistentVolumeStatus = struct('io.k8s.api.core.v1.PersistentVolumeStatus', {
  lastPhaseTransitionTime: time(4, { emit: 'if-set' }),
  message: string(2),
  phase: string(1, { assumed: 'Pending', enum: ['Available', 'Bound', 'Failed', 'Pending', 'Released'] }),
  reason: string(3),
});
export interface PersistentVolumeStatus extends Of<typeof PersistentVolumeStatus> {}

export const PersistentVolume = resource(
  'io.k8s.api.core.v1.PersistentVolume',
  {
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
