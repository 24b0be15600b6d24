import { ObjectMeta } from '../../../meta/v1/object-meta.ts';
import { resource } from '../../../meta/v1/resource.ts';
import {
  boolean,
  int32,
  int64,
  list,
  type Of,
  ref,
  required,
  string,
  struct,
  time,
} from '../../../schema/notation.ts';
import { ObjectReference } from '../../core/v1/references.ts';
import { JobSpec } from './job-spec.ts';

export const JobTemplateSpec = struct(
  'io.k8s.api.batch.v1.JobTemplateSpec',
  {
    metadata: ref(1, ObjectMeta, { doc: 'Labels and annotations of the jobs.', emit: 'always' }),
    spec: ref(2, JobSpec, { doc: 'What the jobs run.', emit: 'always' }),
  },
  { doc: 'What the jobs look like.' },
);
export interface JobTemplateSpec extends Of<typeof JobTemplateSpec> {}

export const CronJobSpec = struct(
  'io.k8s.api.batch.v1.CronJobSpec',
  {
    concurrencyPolicy: string(3, {
      doc: 'What to do if the last job still runs: Allow, Forbid or Replace.',
      assumed: 'Allow',
      enum: ['Allow', 'Forbid', 'Replace'],
    }),
    failedJobsHistoryLimit: int32(7, { doc: 'How many failed jobs are kept.', assumed: 1, emit: 'if-set' }),
    jobTemplate: required(ref(5, JobTemplateSpec, { doc: 'What the jobs look like.', emit: 'always' })),
    schedule: required(string(1, { doc: "When, in cron's form.", emit: 'always' })),
    startingDeadlineSeconds: int64(2, { doc: 'How late a job may still start.', emit: 'if-set' }),
    successfulJobsHistoryLimit: int32(6, {
      doc: 'How many succeeded jobs are kept.',
      assumed: 3,
      emit: 'if-set',
    }),
    suspend: boolean(4, { doc: 'Make no jobs for now.', assumed: false, emit: 'if-set' }),
    timeZone: string(8, { doc: 'The time zone of the schedule.', emit: 'if-set' }),
  },
  { doc: 'When, and what.' },
);
export interface CronJobSpec extends Of<typeof CronJobSpec> {}

export const CronJobStatus = struct(
  'io.k8s.api.batch.v1.CronJobStatus',
  {
    active: list(1, ObjectReference, { doc: 'Jobs that run.', listType: 'atomic' }),
    lastScheduleTime: time(4, { doc: 'When the last job was due.', emit: 'if-set' }),
    lastSuccessfulTime: time(5, { doc: 'When a job last succeeded.', emit: 'if-set' }),
  },
  { doc: 'What was made.' },
);
export interface CronJobStatus extends Of<typeof CronJobStatus> {}

export const CronJob = resource(
  'io.k8s.api.batch.v1.CronJob',
  {
    doc: 'Makes jobs at certain times.',
    group: 'batch',
    version: 'v1',
    kind: 'CronJob',
    plural: 'cronjobs',
    singular: 'cronjob',
    namespaced: true,
    shortNames: ['cj'],
    categories: ['all'],
    storageVersionHash: 'sd5LIXh4Fjs=',
    subresources: { status: { kind: 'CronJob', verbs: ['get', 'patch', 'update'] } },
  },
  {
    spec: required(ref(2, CronJobSpec, { emit: 'always' })),
    status: ref(3, CronJobStatus, { emit: 'always' }),
  },
);
export interface CronJob extends Of<typeof CronJob> {}
