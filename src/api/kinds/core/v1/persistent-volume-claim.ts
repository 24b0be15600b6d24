import { resource } from '../../../meta/v1/resource.ts';
import {
  amount,
  list,
  map,
  type Of,
  ref,
  required,
  string,
  struct,
  text,
  time,
} from '../../../schema/notation.ts';
import { ModifyVolumeStatus, PersistentVolumeClaimSpec } from './claim-spec.ts';

export const PersistentVolumeClaimCondition = struct(
  'io.k8s.api.core.v1.PersistentVolumeClaimCondition',
  {
    lastProbeTime: time(3, { doc: 'When it was last looked at.', emit: 'always' }),
    lastTransitionTime: time(4, { doc: 'When the status last changed.', emit: 'always' }),
    message: string(6, { doc: 'Why, for people.' }),
    reason: string(5, { doc: 'Why, in one word.' }),
    status: required(string(2, { doc: 'True, False or Unknown.', emit: 'always' })),
    type: required(string(1, { doc: 'Which aspect.', emit: 'always' })),
  },
  { doc: 'What is known about one aspect of a claim.' },
);
export interface PersistentVolumeClaimCondition extends Of<typeof PersistentVolumeClaimCondition> {}

export const PersistentVolumeClaimStatus = struct(
  'io.k8s.api.core.v1.PersistentVolumeClaimStatus',
  {
    accessModes: list(2, text, { doc: 'The modes of the volume.', listType: 'atomic' }),
    allocatedResourceStatuses: map(7, text, {
      doc: 'How far resizing has come, by resource.',
      mapType: 'granular',
    }),
    allocatedResources: map(5, amount, { doc: 'The size granted so far while resizing, by resource.' }),
    capacity: map(3, amount, { doc: 'The size of the volume.' }),
    conditions: list(4, PersistentVolumeClaimCondition, {
      doc: 'Resizing and the like.',
      listType: 'map',
      keys: ['type'],
      merge: 'type',
    }),
    currentVolumeAttributesClassName: string(8, {
      doc: 'The attributes class that the volume has now; none when absent.',
      emit: 'if-set',
    }),
    modifyVolumeStatus: ref(9, ModifyVolumeStatus, {
      doc: 'How far a change of attributes class has come; absent when none runs.',
      emit: 'if-set',
    }),
    phase: string(1, {
      doc: 'Pending, Bound or Lost.',
      assumed: 'Pending',
      enum: ['Bound', 'Lost', 'Pending'],
    }),
  },
  { doc: 'What became of the wish.' },
);
export interface PersistentVolumeClaimStatus extends Of<typeof PersistentVolumeClaimStatus> {}

export const PersistentVolumeClaim = resource(
  'io.k8s.api.core.v1.PersistentVolumeClaim',
  {
    doc: 'A wish for storage.',
    group: '',
    version: 'v1',
    kind: 'PersistentVolumeClaim',
    plural: 'persistentvolumeclaims',
    singular: 'persistentvolumeclaim',
    namespaced: true,
    shortNames: ['pvc'],
    storageVersionHash: 'QWTyNDq0dC4=',
    subresources: { status: { kind: 'PersistentVolumeClaim', verbs: ['get', 'patch', 'update'] } },
  },
  {
    spec: ref(2, PersistentVolumeClaimSpec, { emit: 'always' }),
    status: ref(3, PersistentVolumeClaimStatus, { emit: 'always' }),
  },
);
export interface PersistentVolumeClaim extends Of<typeof PersistentVolumeClaim> {}
