// Volumes from claims and from drivers outside Kubernetes (CSI, FlexVolume).
import { boolean, map, type Of, ref, required, string, struct, text } from '../../../../schema/notation.ts';
import { PersistentVolumeClaimTemplate } from '../claim-spec.ts';
import { LocalObjectReference, SecretReference } from '../references.ts';

export const PersistentVolumeClaimVolumeSource = struct(
  'io.k8s.api.core.v1.PersistentVolumeClaimVolumeSource',
  {
    claimName: required(string(1, { doc: 'Name of the PersistentVolumeClaim.', emit: 'always' })),
    readOnly: boolean(2, { doc: 'Whether the volume is mounted read-only. Defaults to false.' }),
  },
  { doc: 'Volume of a PersistentVolumeClaim in the namespace of the pod.' },
);
export interface PersistentVolumeClaimVolumeSource extends Of<typeof PersistentVolumeClaimVolumeSource> {}

export const EphemeralVolumeSource = struct(
  'io.k8s.api.core.v1.EphemeralVolumeSource',
  {
    volumeClaimTemplate: ref(1, PersistentVolumeClaimTemplate, {
      doc: 'Template of the claim. Its name is composed of the names of pod and volume.',
      emit: 'if-set',
    }),
  },
  { doc: 'Volume from a claim that is created for the pod and deleted with it.' },
);
export interface EphemeralVolumeSource extends Of<typeof EphemeralVolumeSource> {}

export const CSIPersistentVolumeSource = struct(
  'io.k8s.api.core.v1.CSIPersistentVolumeSource',
  {
    controllerExpandSecretRef: ref(9, SecretReference, {
      doc: 'Secret passed to the CSI driver in ControllerExpandVolume.',
      emit: 'if-set',
    }),
    controllerPublishSecretRef: ref(6, SecretReference, {
      doc: 'Secret passed to the CSI driver in ControllerPublishVolume and ControllerUnpublishVolume.',
      emit: 'if-set',
    }),
    driver: required(string(1, { doc: 'Name of the CSI driver.', emit: 'always' })),
    fsType: string(4, {
      doc: 'File system type, such as ext4. By default, the volume plugin chooses it.',
    }),
    nodeExpandSecretRef: ref(10, SecretReference, {
      doc: 'Secret passed to the CSI driver in NodeExpandVolume.',
      emit: 'if-set',
    }),
    nodePublishSecretRef: ref(8, SecretReference, {
      doc: 'Secret passed to the CSI driver in NodePublishVolume.',
      emit: 'if-set',
    }),
    nodeStageSecretRef: ref(7, SecretReference, {
      doc: 'Secret passed to the CSI driver in NodeStageVolume.',
      emit: 'if-set',
    }),
    readOnly: boolean(3, { doc: 'Whether the volume is mounted read-only. Defaults to false.' }),
    volumeAttributes: map(5, text, { doc: 'Attributes of the volume that are passed to the driver.' }),
    volumeHandle: required(
      string(2, { doc: 'Unique ID of the volume, as returned by the driver.', emit: 'always' }),
    ),
  },
  { doc: 'Volume of a CSI driver for a PersistentVolume.' },
);
export interface CSIPersistentVolumeSource extends Of<typeof CSIPersistentVolumeSource> {}

export const CSIVolumeSource = struct(
  'io.k8s.api.core.v1.CSIVolumeSource',
  {
    driver: required(string(1, { doc: 'Name of the CSI driver.', emit: 'always' })),
    fsType: string(3, {
      doc: 'File system type, such as ext4. By default, the volume plugin chooses it.',
      emit: 'if-set',
    }),
    nodePublishSecretRef: ref(5, LocalObjectReference, {
      doc: 'Secret passed to the CSI driver in NodePublishVolume and NodeUnpublishVolume.',
      emit: 'if-set',
    }),
    readOnly: boolean(2, {
      doc: 'Whether the volume is mounted read-only. Defaults to false.',
      emit: 'if-set',
    }),
    volumeAttributes: map(4, text, { doc: 'Attributes of the volume that are passed to the driver.' }),
  },
  { doc: 'Volume that a CSI driver provides for the lifetime of a pod.' },
);
export interface CSIVolumeSource extends Of<typeof CSIVolumeSource> {}

export const FlexPersistentVolumeSource = struct(
  'io.k8s.api.core.v1.FlexPersistentVolumeSource',
  {
    driver: required(string(1, { doc: 'Name of the driver.', emit: 'always' })),
    fsType: string(2, {
      doc: 'File system type, such as ext4. By default, the volume plugin chooses it.',
    }),
    options: map(5, text, { doc: 'Options that are passed to the driver.' }),
    readOnly: boolean(4, { doc: 'Whether the volume is mounted read-only. Defaults to false.' }),
    secretRef: ref(3, SecretReference, {
      doc: 'Secret with the credentials for the storage.',
      emit: 'if-set',
    }),
  },
  { doc: 'Deprecated: volume of an exec-based plugin for a PersistentVolume.' },
);
export interface FlexPersistentVolumeSource extends Of<typeof FlexPersistentVolumeSource> {}

export const FlexVolumeSource = struct(
  'io.k8s.api.core.v1.FlexVolumeSource',
  {
    driver: required(string(1, { doc: 'Name of the driver.', emit: 'always' })),
    fsType: string(2, {
      doc: 'File system type, such as ext4. By default, the volume plugin chooses it.',
    }),
    options: map(5, text, { doc: 'Options that are passed to the driver.' }),
    readOnly: boolean(4, { doc: 'Whether the volume is mounted read-only. Defaults to false.' }),
    secretRef: ref(3, LocalObjectReference, {
      doc: 'Secret with the credentials for the storage.',
      emit: 'if-set',
    }),
  },
  { doc: 'Deprecated: volume of an exec-based plugin.' },
);
export interface FlexVolumeSource extends Of<typeof FlexVolumeSource> {}
