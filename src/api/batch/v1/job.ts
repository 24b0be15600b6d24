import { resource } from '../../meta/v1/resource.ts';
import { int32, list, type Of, ref, required, string, struct, text, time } from '../../schema/notation.ts';
import { JobSpec } from './job-spec.ts';

export const JobCondition = struct('io.k8s.api.batch.v1.JobCondition', {
  lastProbeTime: time(3, { emit: 'always' }),
  lastTransitionTime: time(4, { emit: 'always' }),
  message: string(6),
  reason: string(5),
  status: required(string(2, { emit: 'always' })),
  type: required(string(1, { emit: 'always' })),
});
export interface JobCondition extends Of<typeof JobCondition> {}

export const UncountedTerminatedPods = struct('io.k8s.api.batch.v1.UncountedTerminatedPods', {
  failed: list(2, text, { listType: 'set' }),
  succeeded: list(1, text, { listType: 'set' }),
});
export interface UncountedTerminatedPods extends Of<typeof UncountedTerminatedPods> {}

export const JobStatus = struct('io.k8s.api.batch.v1.JobStatus', {
  active: int32(4),
  completedIndexes: string(7),
  completionTime: time(3, { emit: 'if-set' }),
  conditions: list(1, JobCondition, { listType: 'atomic', merge: 'type' }),
  failed: int32(6),
  failedIndexes: string(10, { emit: 'if-set' }),
  ready: int32(9, { emit: 'if-set' }),
  startTime: time(2, { emit: 'if-set' }),
  succeeded: int32(5),
  terminating: int32(11, { emit: 'if-set' }),
  uncountedTerminatedPods: ref(8, UncountedTerminatedPods, { emit: 'if-set' }),
});
export interface JobStatus extends Of<typeof JobStatus> {}

export const Job = resource(
  'io.k8s.api.batch.v1.Job',
  {
    group: 'batch',
    version: 'v1',
    kind: 'Job',
    plural: 'jobs',
    singular: 'job',
    namespaced: true,
    categories: ['all'],
    storageVersionHash: 'mudhfqk/qZY=',
    subresources: { status: { kind: 'Job', verbs: ['get', 'patch', 'update'] } },
  },
  {
    spec: ref(2, JobSpec, { emit: 'always' }),
    status: ref(3, JobStatus, { emit: 'always' }),
  },
);
export interface Job extends Of<typeof Job> {}
