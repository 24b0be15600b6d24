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
    metadata: ref(1, ObjectMeta, { doc: 'Labels and annotations of the Jobs.', emit: 'always' }),
    spec: ref(2, JobSpec, { doc: 'Desired behavior of the Jobs.', emit: 'always' }),
  },
  { doc: 'Template of the Jobs to create.' },
);
export interface JobTemplateSpec extends Of<typeof JobTemplateSpec> {}

export const CronJobSpec = struct(
  'io.k8s.api.batch.v1.CronJobSpec',
  {
    concurrencyPolicy: string(3, {
      doc: 'What to do if the previous Job is still running: Allow, Forbid or Replace. Defaults to Allow.',
      assumed: 'Allow',
      enum: ['Allow', 'Forbid', 'Replace'],
    }),
    failedJobsHistoryLimit: int32(7, {
      doc: 'Number of failed Jobs to keep. Defaults to 1.',
      assumed: 1,
      emit: 'if-set',
    }),
    jobTemplate: required(
      ref(5, JobTemplateSpec, { doc: 'Template of the Jobs to create.', emit: 'always' }),
    ),
    schedule: required(string(1, { doc: 'Schedule in cron format.', emit: 'always' })),
    startingDeadlineSeconds: int64(2, {
      doc: 'Deadline in seconds for starting a Job that missed its scheduled time.',
      emit: 'if-set',
    }),
    successfulJobsHistoryLimit: int32(6, {
      doc: 'Number of successful Jobs to keep. Defaults to 3.',
      assumed: 3,
      emit: 'if-set',
    }),
    suspend: boolean(4, {
      doc: 'Whether no further Jobs are started. Running Jobs are not affected.',
      assumed: false,
      emit: 'if-set',
    }),
    timeZone: string(8, {
      doc: 'Name of the time zone of the schedule. Defaults to the time zone of the controller manager.',
      emit: 'if-set',
    }),
  },
  { doc: 'Desired schedule and Job template.' },
);
export interface CronJobSpec extends Of<typeof CronJobSpec> {}

export const CronJobStatus = struct(
  'io.k8s.api.batch.v1.CronJobStatus',
  {
    active: list(1, ObjectReference, { doc: 'Jobs that are currently running.', listType: 'atomic' }),
    lastScheduleTime: time(4, { doc: 'Last time a Job was scheduled.', emit: 'if-set' }),
    lastSuccessfulTime: time(5, { doc: 'Last time a Job completed successfully.', emit: 'if-set' }),
  },
  { doc: 'Observed state of the CronJob.' },
);
export interface CronJobStatus extends Of<typeof CronJobStatus> {}

export const CronJob = resource(
  'io.k8s.api.batch.v1.CronJob',
  {
    doc: 'Creates Jobs on a repeating schedule.',
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
