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
    lastProbeTime: time(3, { doc: 'Last time the condition was checked.', emit: 'always' }),
    lastTransitionTime: time(4, {
      doc: 'Last time the condition changed from one status to another.',
      emit: 'always',
    }),
    message: string(6, { doc: 'Human-readable message with details.' }),
    reason: string(5, { doc: 'Brief machine-readable reason in CamelCase.' }),
    status: required(string(2, { doc: 'Status of the condition: True, False or Unknown.', emit: 'always' })),
    type: required(string(1, { doc: 'Type of the condition.', emit: 'always' })),
  },
  { doc: 'Condition of a PersistentVolumeClaim at a certain point.' },
);
export interface PersistentVolumeClaimCondition extends Of<typeof PersistentVolumeClaimCondition> {}

export const PersistentVolumeClaimStatus = struct(
  'io.k8s.api.core.v1.PersistentVolumeClaimStatus',
  {
    accessModes: list(2, text, {
      doc: 'Access modes of the volume that the claim is bound to.',
      listType: 'atomic',
    }),
    allocatedResourceStatuses: map(7, text, {
      doc: 'Status of a resize by resource.',
      mapType: 'granular',
    }),
    allocatedResources: map(5, amount, { doc: 'Amounts allocated during a resize, by resource.' }),
    capacity: map(3, amount, { doc: 'Actual resources of the volume that the claim is bound to.' }),
    conditions: list(4, PersistentVolumeClaimCondition, {
      doc: 'Latest observations of the current state, such as Resizing.',
      listType: 'map',
      keys: ['type'],
      merge: 'type',
    }),
    currentVolumeAttributesClassName: string(8, {
      doc: 'Name of the VolumeAttributesClass that the volume currently has.',
      emit: 'if-set',
    }),
    modifyVolumeStatus: ref(9, ModifyVolumeStatus, {
      doc: 'Progress of a change of the VolumeAttributesClass. Not set if no change is in progress.',
      emit: 'if-set',
    }),
    phase: string(1, {
      doc: 'Current phase of the claim: Pending, Bound or Lost.',
      assumed: 'Pending',
      enum: ['Bound', 'Lost', 'Pending'],
    }),
  },
  { doc: 'Observed state of the claim.' },
);
export interface PersistentVolumeClaimStatus extends Of<typeof PersistentVolumeClaimStatus> {}

export const PersistentVolumeClaim = resource(
  'io.k8s.api.core.v1.PersistentVolumeClaim',
  {
    doc: 'Requests storage for pods.',
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
