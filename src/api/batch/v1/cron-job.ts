import { ObjectReference } from '../../core/v1/references.ts';
import { ObjectMeta } from '../../meta/v1/object-meta.ts';
import { resource } from '../../meta/v1/resource.ts';
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
} from '../../schema/notation.ts';
import { JobSpec } from './job-spec.ts';

export const JobTemplateSpec = struct('io.k8s.api.batch.v1.JobTemplateSpec', {
  metadata: ref(1, ObjectMeta, { emit: 'always' }),
  spec: ref(2, JobSpec, { emit: 'always' }),
});
export interface JobTemplateSpec extends Of<typeof JobTemplateSpec> {}

export const CronJobSpec = struct('io.k8s.api.batch.v1.CronJobSpec', {
  concurrencyPolicy: string(3, { assumed: 'Allow', enum: ['Allow', 'Forbid', 'Replace'] }),
  failedJobsHistoryLimit: int32(7, { assumed: 1, emit: 'if-set' }),
  jobTemplate: required(ref(5, JobTemplateSpec, { emit: 'always' })),
  schedule: required(string(1, { emit: 'always' })),
  startingDeadlineSeconds: int64(2, { emit: 'if-set' }),
  successfulJobsHistoryLimit: int32(6, { assumed: 3, emit: 'if-set' }),
  suspend: boolean(4, { assumed: false, emit: 'if-set' }),
  timeZone: string(8, { emit: 'if-set' }),
});
export interface CronJobSpec extends Of<typeof CronJobSpec> {}

export const CronJobStatus = struct('io.k8s.api.batch.v1.CronJobStatus', {
  active: list(1, ObjectReference, { listType: 'atomic' }),
  lastScheduleTime: time(4, { emit: 'if-set' }),
  lastSuccessfulTime: time(5, { emit: 'if-set' }),
});
export interface CronJobStatus extends Of<typeof CronJobStatus> {}

export const CronJob = resource(
  'io.k8s.api.batch.v1.CronJob',
  {
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
