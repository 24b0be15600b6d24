import { resource } from '../../../meta/v1/resource.ts';
import { int32, list, type Of, ref, required, string, struct, text, time } from '../../../schema/notation.ts';
import { JobSpec } from './job-spec.ts';

export const JobCondition = struct(
  'io.k8s.api.batch.v1.JobCondition',
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
  { doc: 'Condition of a Job at a certain point.' },
);
export interface JobCondition extends Of<typeof JobCondition> {}

export const UncountedTerminatedPods = struct(
  'io.k8s.api.batch.v1.UncountedTerminatedPods',
  {
    failed: list(2, text, { doc: 'UIDs of failed pods.', listType: 'set' }),
    succeeded: list(1, text, { doc: 'UIDs of succeeded pods.', listType: 'set' }),
  },
  { doc: 'UIDs of pods that have terminated but are not counted in the status yet.' },
);
export interface UncountedTerminatedPods extends Of<typeof UncountedTerminatedPods> {}

export const JobStatus = struct(
  'io.k8s.api.batch.v1.JobStatus',
  {
    active: int32(4, { doc: 'Number of pods that are pending or running and not terminating.' }),
    completedIndexes: string(7, { doc: 'Indexes that have succeeded, such as 1,3-5.' }),
    completionTime: time(3, { doc: 'Time at which the Job completed successfully.', emit: 'if-set' }),
    conditions: list(1, JobCondition, {
      doc: 'Latest observations of the current state.',
      listType: 'atomic',
      merge: 'type',
    }),
    failed: int32(6, { doc: 'Number of pods that failed.' }),
    failedIndexes: string(10, { doc: 'Indexes that have failed, such as 1,3-5.', emit: 'if-set' }),
    ready: int32(9, { doc: 'Number of pods with a Ready condition.', emit: 'if-set' }),
    startTime: time(2, { doc: 'Time at which the controller started processing the Job.', emit: 'if-set' }),
    succeeded: int32(5, { doc: 'Number of pods that succeeded.' }),
    terminating: int32(11, { doc: 'Total number of pods that are terminating.', emit: 'if-set' }),
    uncountedTerminatedPods: ref(8, UncountedTerminatedPods, {
      doc: 'UIDs of pods that have terminated but are not counted in the status yet.',
      emit: 'if-set',
    }),
  },
  { doc: 'Observed progress of the Job.' },
);
export interface JobStatus extends Of<typeof JobStatus> {}

export const Job = resource(
  'io.k8s.api.batch.v1.Job',
  {
    doc: 'Runs pods until a specified number of them has completed successfully.',
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
