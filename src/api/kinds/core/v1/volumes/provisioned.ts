// Volumes from claims and from drivers outside Kubernetes (CSI, FlexVolume).
import { boolean, map, type Of, ref, required, string, struct, text } from '../../../../schema/notation.ts';
import { PersistentVolumeClaimTemplate } from '../claim-spec.ts';
import { LocalObjectReference, SecretReference } from '../references.ts';

export const PersistentVolumeClaimVolumeSource = struct(
  'io.k8s.api.core.v1.PersistentVolumeClaimVolumeSource',
  {
    claimName: required(string(1, { doc: 'The name of the claim.', emit: 'always' })),
    readOnly: boolean(2, { doc: 'Mount it read-only.' }),
  },
  { doc: 'A claim in the same namespace.' },
);
export interface PersistentVolumeClaimVolumeSource extends Of<typeof PersistentVolumeClaimVolumeSource> {}

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
