import { resource } from '../../../meta/v1/resource.ts';
import { int32, list, type Of, ref, required, string, struct, text, time } from '../../../schema/notation.ts';
import { JobSpec } from './job-spec.ts';

export const JobCondition = struct(
  'io.k8s.api.batch.v1.JobCondition',
  {
    lastProbeTime: time(3, { doc: 'When it was last looked at.', emit: 'always' }),
    lastTransitionTime: time(4, { doc: 'When the status last changed.', emit: 'always' }),
    message: string(6, { doc: 'Why, for people.' }),
    reason: string(5, { doc: 'Why, in one word.' }),
    status: required(string(2, { doc: 'True, False or Unknown.', emit: 'always' })),
    type: required(string(1, { doc: 'Which aspect.', emit: 'always' })),
  },
  { doc: 'What is known about one aspect of a job.' },
);
export interface JobCondition extends Of<typeof JobCondition> {}

export const UncountedTerminatedPods = struct(
  'io.k8s.api.batch.v1.UncountedTerminatedPods',
  {
    failed: list(2, text, { doc: 'The uids of failed pods.', listType: 'set' }),
    succeeded: list(1, text, { doc: 'The uids of succeeded pods.', listType: 'set' }),
  },
  { doc: 'Pods that have ended but are not yet in the counts.' },
);
export interface UncountedTerminatedPods extends Of<typeof UncountedTerminatedPods> {}

export const JobStatus = struct(
  'io.k8s.api.batch.v1.JobStatus',
  {
    active: int32(4, { doc: 'Pods that run.' }),
    completedIndexes: string(7, { doc: 'Indexes that have succeeded.' }),
    completionTime: time(3, { doc: 'When the job succeeded.', emit: 'if-set' }),
    conditions: list(1, JobCondition, {
      doc: 'Complete, failed, suspended.',
      listType: 'atomic',
      merge: 'type',
    }),
    failed: int32(6, { doc: 'Pods that failed.' }),
    failedIndexes: string(10, { doc: 'Indexes that have failed.', emit: 'if-set' }),
    ready: int32(9, { doc: 'Pods that are ready.', emit: 'if-set' }),
    startTime: time(2, { doc: 'When the job was started.', emit: 'if-set' }),
    succeeded: int32(5, { doc: 'Pods that succeeded.' }),
    terminating: int32(11, { doc: 'Pods that are ending.', emit: 'if-set' }),
    uncountedTerminatedPods: ref(8, UncountedTerminatedPods, {
      doc: 'Pods that have ended but are not counted yet.',
      emit: 'if-set',
    }),
  },
  { doc: 'How far the job is.' },
);
export interface JobStatus extends Of<typeof JobStatus> {}

export const Job = resource(
  'io.k8s.api.batch.v1.Job',
  {
    doc: 'Runs pods until so many of them have succeeded.',
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
