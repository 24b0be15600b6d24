import { LabelSelector } from '../../../meta/v1/label-selector.ts';
import { ObjectMeta } from '../../../meta/v1/object-meta.ts';
import { list, type Of, ref, required, string, struct, text } from '../../../schema/notation.ts';
import { TypedLocalObjectReference, TypedObjectReference } from './references.ts';
import { VolumeResourceRequirements } from './resources.ts';

export const ModifyVolumeStatus = struct(
  'io.k8s.api.core.v1.ModifyVolumeStatus',
  {
    status: required(
      string(2, {
        doc: 'Status of the change: Pending, InProgress or Infeasible.',
        enum: ['InProgress', 'Infeasible', 'Pending'],
        emit: 'always',
      }),
    ),
    targetVolumeAttributesClassName: string(1, {
      doc: 'Name of the VolumeAttributesClass that the volume is being changed to.',
    }),
  },
  { doc: 'Progress of a change of the VolumeAttributesClass of a volume.' },
);
export interface ModifyVolumeStatus extends Of<typeof ModifyVolumeStatus> {}

export const PersistentVolumeClaimSpec = struct(
  'io.k8s.api.core.v1.PersistentVolumeClaimSpec',
  {
    accessModes: list(1, text, {
      doc: 'Desired access modes: ReadWriteOnce, ReadOnlyMany, ReadWriteMany or ReadWriteOncePod.',
      listType: 'atomic',
    }),
    dataSource: ref(7, TypedLocalObjectReference, {
      doc: 'VolumeSnapshot or PersistentVolumeClaim that provides the initial contents.',
      emit: 'if-set',
    }),
    dataSourceRef: ref(8, TypedObjectReference, {
      doc: 'Object of any kind that provides the initial contents.',
      emit: 'if-set',
    }),
    resources: ref(2, VolumeResourceRequirements, {
      doc: 'Minimum resources that the volume should have.',
      emit: 'always',
    }),
    selector: ref(4, LabelSelector, { doc: 'Label selector for the volumes to consider.', emit: 'if-set' }),
    storageClassName: string(5, {
      doc: 'Name of the StorageClass. Defaults to the default class; an empty string requests a volume without a class.',
      emit: 'if-set',
    }),
    volumeAttributesClassName: string(9, { doc: 'Name of the VolumeAttributesClass.', emit: 'if-set' }),
    volumeMode: string(6, {
      doc: 'Mode of the volume: Filesystem or Block. Defaults to Filesystem.',
      assumed: 'Filesystem',
      enum: ['Block', 'Filesystem'],
      emit: 'if-set',
    }),
    volumeName: string(3, { doc: 'Name of the PersistentVolume that the claim is bound to.' }),
  },
  { doc: 'Desired characteristics of the volume.' },
);
export interface PersistentVolumeClaimSpec extends Of<typeof PersistentVolumeClaimSpec> {}

export const PersistentVolumeClaimTemplate = struct(
  'io.k8s.api.core.v1.PersistentVolumeClaimTemplate',
  {
    metadata: ref(1, ObjectMeta, {
      doc: 'Labels and annotations of the claim. No other fields are allowed.',
      emit: 'always',
    }),
    spec: required(
      ref(2, PersistentVolumeClaimSpec, { doc: 'Desired characteristics of the volume.', emit: 'always' }),
    ),
  },
  { doc: 'Template of a claim that is created for a pod.' },
);
export interface PersistentVolumeClaimTemplate extends Of<typeof PersistentVolumeClaimTemplate> {}
