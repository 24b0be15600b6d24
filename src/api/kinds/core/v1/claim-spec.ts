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
        doc: 'Pending, InProgress or Infeasible.',
        enum: ['InProgress', 'Infeasible', 'Pending'],
        emit: 'always',
      }),
    ),
    targetVolumeAttributesClassName: string(1, {
      doc: 'The attributes class that the volume is changing to.',
    }),
  },
  { doc: "How far a change of the volume's attributes has come." },
);
export interface ModifyVolumeStatus extends Of<typeof ModifyVolumeStatus> {}

export const PersistentVolumeClaimSpec = struct(
  'io.k8s.api.core.v1.PersistentVolumeClaimSpec',
  {
    accessModes: list(1, text, {
      doc: 'ReadWriteOnce, ReadOnlyMany, ReadWriteMany or ReadWriteOncePod.',
      listType: 'atomic',
    }),
    dataSource: ref(7, TypedLocalObjectReference, {
      doc: 'A snapshot or claim to begin with.',
      emit: 'if-set',
    }),
    dataSourceRef: ref(8, TypedObjectReference, { doc: 'Any object to begin with.', emit: 'if-set' }),
    resources: ref(2, VolumeResourceRequirements, { doc: 'How much is needed.', emit: 'always' }),
    selector: ref(4, LabelSelector, { doc: 'The labels of volumes that will do.', emit: 'if-set' }),
    storageClassName: string(5, {
      doc: 'The storage class; the default one if left out, none if empty.',
      emit: 'if-set',
    }),
    volumeAttributesClassName: string(9, { doc: 'The class of changeable attributes.', emit: 'if-set' }),
    volumeMode: string(6, {
      doc: 'Filesystem or Block.',
      assumed: 'Filesystem',
      enum: ['Block', 'Filesystem'],
      emit: 'if-set',
    }),
    volumeName: string(3, { doc: 'The volume that was found.' }),
  },
  { doc: 'What storage is wished for.' },
);
export interface PersistentVolumeClaimSpec extends Of<typeof PersistentVolumeClaimSpec> {}

export const PersistentVolumeClaimTemplate = struct(
  'io.k8s.api.core.v1.PersistentVolumeClaimTemplate',
  {
    metadata: ref(1, ObjectMeta, {
      doc: 'Labels and annotations of the claim; other fields are refused.',
      emit: 'always',
    }),
    spec: required(ref(2, PersistentVolumeClaimSpec, { doc: 'What the claim asks for.', emit: 'always' })),
  },
  { doc: 'What a claim made for a pod looks like.' },
);
export interface PersistentVolumeClaimTemplate extends Of<typeof PersistentVolumeClaimTemplate> {}
