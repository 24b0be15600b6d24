import { LabelSelector } from '../../meta/v1/label-selector.ts';
import { ObjectMeta } from '../../meta/v1/object-meta.ts';
import { list, type Of, ref, required, string, struct, text } from '../../schema/notation.ts';
import { TypedLocalObjectReference, TypedObjectReference } from './references.ts';
import { VolumeResourceRequirements } from './resources.ts';

export const ModifyVolumeStatus = struct('io.k8s.api.core.v1.ModifyVolumeStatus', {
  status: required(string(2, { enum: ['InProgress', 'Infeasible', 'Pending'], emit: 'always' })),
  targetVolumeAttributesClassName: string(1),
});
export interface ModifyVolumeStatus extends Of<typeof ModifyVolumeStatus> {}

export const PersistentVolumeClaimSpec = struct('io.k8s.api.core.v1.PersistentVolumeClaimSpec', {
  accessModes: list(1, text, { listType: 'atomic' }),
  dataSource: ref(7, TypedLocalObjectReference, { emit: 'if-set' }),
  dataSourceRef: ref(8, TypedObjectReference, { emit: 'if-set' }),
  resources: ref(2, VolumeResourceRequirements, { emit: 'always' }),
  selector: ref(4, LabelSelector, { emit: 'if-set' }),
  storageClassName: string(5, { emit: 'if-set' }),
  volumeAttributesClassName: string(9, { emit: 'if-set' }),
  volumeMode: string(6, { assumed: 'Filesystem', enum: ['Block', 'Filesystem'], emit: 'if-set' }),
  volumeName: string(3),
});
export interface PersistentVolumeClaimSpec extends Of<typeof PersistentVolumeClaimSpec> {}

export const PersistentVolumeClaimTemplate = struct('io.k8s.api.core.v1.PersistentVolumeClaimTemplate', {
  metadata: ref(1, ObjectMeta, { emit: 'always' }),
  spec: required(ref(2, PersistentVolumeClaimSpec, { emit: 'always' })),
});
export interface PersistentVolumeClaimTemplate extends Of<typeof PersistentVolumeClaimTemplate> {}
