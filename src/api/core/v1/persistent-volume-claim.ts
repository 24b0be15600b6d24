import { resource } from '../../meta/v1/resource.ts';
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
} from '../../schema/notation.ts';
import { ModifyVolumeStatus, PersistentVolumeClaimSpec } from './claim-spec.ts';

export const PersistentVolumeClaimCondition = struct('io.k8s.api.core.v1.PersistentVolumeClaimCondition', {
  lastProbeTime: time(3, { emit: 'always' }),
  lastTransitionTime: time(4, { emit: 'always' }),
  message: string(6),
  reason: string(5),
  status: required(string(2, { emit: 'always' })),
  type: required(string(1, { emit: 'always' })),
});
export interface PersistentVolumeClaimCondition extends Of<typeof PersistentVolumeClaimCondition> {}

export const PersistentVolumeClaimStatus = struct('io.k8s.api.core.v1.PersistentVolumeClaimStatus', {
  accessModes: list(2, text, { listType: 'atomic' }),
  allocatedResourceStatuses: map(7, text, { mapType: 'granular' }),
  allocatedResources: map(5, amount),
  capacity: map(3, amount),
  conditions: list(4, PersistentVolumeClaimCondition, { listType: 'map', keys: ['type'], merge: 'type' }),
  currentVolumeAttributesClassName: string(8, { emit: 'if-set' }),
  modifyVolumeStatus: ref(9, ModifyVolumeStatus, { emit: 'if-set' }),
  phase: string(1, { assumed: 'Pending', enum: ['Bound', 'Lost', 'Pending'] }),
});
export interface PersistentVolumeClaimStatus extends Of<typeof PersistentVolumeClaimStatus> {}

export const PersistentVolumeClaim = resource(
  'io.k8s.api.core.v1.PersistentVolumeClaim',
  {
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
