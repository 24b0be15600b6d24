// Validates Jobs and CronJobs.
// Paths and messages follow k8s.io/kubernetes pkg/apis/batch/validation. Called through rule-book.ts.
import { addAll } from '../../../kit/lists.ts';
import type { CronJob } from '../../kinds/batch/v1/cron-job.ts';
import type { Job } from '../../kinds/batch/v1/job.ts';
import type { JobSpec } from '../../kinds/batch/v1/job-spec.ts';
import { cronComplaint } from '../cron.ts';
import { type FieldError, invalid, nonNegative, notSupported, required } from '../field.ts';
import { validateLabelSelector, validateTemplateLabels } from '../labels.ts';
import { isDNS1123Label } from '../names.ts';
import { type NameRule, subdomainName, unchanged } from '../object-meta.ts';
import { withAllowances } from '../pod/changes/allowances.ts';
import { validatePodTemplate } from '../pod/pod-spec.ts';
import type { Rules } from '../rules.ts';
import { jobPolicyErrors } from './job-policies.ts';
import { jobStatusErrors } from './job-status.ts';
import { jobTemplateErrors } from './job-template.ts';

const counts = [
  'parallelism',
  'completions',
  'activeDeadlineSeconds',
  'backoffLimit',
  'ttlSecondsAfterFinished',
  'backoffLimitPerIndex',
  'maxFailedIndexes',
] as const;

function validateJobSpec(spec: JobSpec, path: string): FieldError[] {
  const errors = counts.flatMap((count) => nonNegative(`${path}.${count}`, spec[count]));
  const mode = spec.completionMode;
  if (mode !== undefined && mode !== 'Indexed' && mode !== 'NonIndexed')
    errors.push(notSupported(`${path}.completionMode`, mode, ['Indexed', 'NonIndexed']));
  if (mode === 'Indexed' && spec.completions === undefined)
    errors.push(required(`${path}.completions`, 'when completion mode is Indexed'));
  if (mode !== 'Indexed' && spec.backoffLimitPerIndex !== undefined)
    errors.push(
      invalid(`${path}.backoffLimitPerIndex`, spec.backoffLimitPerIndex, 'requires indexed completion mode'),
    );
  addAll(errors, jobPolicyErrors(spec, path));
  addAll(errors, validatePodTemplate(spec.template ?? {}, `${path}.template`));
  const policy = spec.template?.spec?.restartPolicy;
  const policyPath = `${path}.template.spec.restartPolicy`;
  if (policy !== 'OnFailure' && policy !== 'Never')
    errors.push(required(policyPath, 'valid values: "OnFailure", "Never"'));
  else if (spec.podFailurePolicy && policy !== 'Never')
    errors.push(invalid(policyPath, policy, 'only "Never" is supported when podFailurePolicy is specified'));
  return errors;
}

function job({ metadata, spec }: Job): FieldError[] {
  if (!spec) return [required('spec')];
  const errors = [...hostNameErrors(metadata.name, spec), ...validateJobSpec(spec, 'spec')];
  if (!spec.selector) return [...errors, required('spec.selector')];
  const selectorErrors = validateLabelSelector(spec.selector, 'spec.selector');
  if (selectorErrors.length === 0)
    addAll(errors, validateTemplateLabels(spec.selector, spec.template.metadata?.labels, 'spec.template'));
  return [...errors, ...selectorErrors];
}

/** The host name of the pod with the last index must be valid. */
function hostNameErrors(
  name: string | undefined,
  { completionMode, completions = 0 }: JobSpec,
): FieldError[] {
  const last = `${name}-${completions - 1}`;
  if (!name || completionMode !== 'Indexed' || completions <= 0 || isDNS1123Label(last).length === 0)
    return [];
  return [invalid('metadata.name', name, `will not able to create pod with invalid DNS label: ${last}`)];
}

const fixed = [
  'selector',
  'completionMode',
  'podFailurePolicy',
  'backoffLimitPerIndex',
  'managedBy',
  'successPolicy',
] as const;

/** An indexed job may be scaled. That it has completions is checked elsewhere. */
function completionsErrors(spec: Job['spec'], old: Job['spec']): FieldError[] {
  const path = 'spec.completions';
  const { completionMode, completions, parallelism } = spec ?? {};
  if (completionMode !== 'Indexed') return unchanged(path, completions, old?.completions);
  if (completions === undefined || completions === old?.completions || completions === parallelism) return [];
  return [invalid(path, completions, 'can only be modified in tandem with spec.parallelism')];
}

function jobUpdate(j: Job, old: Job): FieldError[] {
  const errors = withAllowances(job(j), () => job(old));
  addAll(errors, completionsErrors(j.spec, old.spec));
  for (const key of fixed) addAll(errors, unchanged(`spec.${key}`, j.spec?.[key], old.spec?.[key]));
  addAll(errors, jobTemplateErrors(j, old));
  return errors;
}

export const jobRules: Rules<Job> = { create: job, update: jobUpdate, status: jobStatusErrors };

/** Every part of a name begins with a capital: this leaves out offsets, which Intl takes for zones. */
const zonePattern = /^[A-Z][A-Za-z0-9_+-]*(\/[A-Z][A-Za-z0-9_+-]*)*$/;

function timeZoneErrors(zone: string | undefined): FieldError[] {
  if (zone === undefined) return [];
  const path = 'spec.timeZone';
  if (zone === '') return [invalid(path, zone, 'timeZone must be nil or non-empty string')];
  if (zone.toLowerCase() === 'local')
    return [
      invalid(
        path,
        zone,
        'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones',
      ),
    ];
  return zonePattern.test(zone) && isKnownZone(zone)
    ? []
    : [invalid(path, zone, `unknown time zone ${zone}`)];
}

/** Zones of the database that Intl does not know. */
const ONLY_IN_GO = new Set(['Factory']);

/** Intl takes names in any case; Go's are exact. */
function isKnownZone(zone: string): boolean {
  if (ONLY_IN_GO.has(zone)) return true;
  try {
    const known = new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone;
    return known === zone || known.toLowerCase() !== zone.toLowerCase();
  } catch {
    return false;
  }
}

const concurrency = ['Allow', 'Forbid', 'Replace'];

/** A zone in the schedule stays where the stored schedule has one. */
function scheduleErrors({ schedule, timeZone }: CronJob['spec'], old?: CronJob['spec']): FieldError[] {
  const path = 'spec.schedule';
  if (!schedule) return [required(path)];
  const complaint = cronComplaint(schedule);
  const errors = complaint ? [invalid(path, schedule, complaint)] : [];
  if (!schedule.includes('TZ')) return errors;
  if (!old?.schedule?.includes('TZ'))
    errors.push(invalid(path, schedule, 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead'));
  else if (timeZone !== undefined)
    errors.push(invalid(path, schedule, 'cannot use both timeZone field and TZ or CRON_TZ in schedule'));
  return errors;
}

function concurrencyErrors({ concurrencyPolicy: policy }: CronJob['spec']): FieldError[] {
  const path = 'spec.concurrencyPolicy';
  if (!policy) return [required(path)];
  return concurrency.includes(policy) ? [] : [notSupported(path, policy, concurrency)];
}

/** Selectors are always generated. */
function templateErrors(spec: JobSpec | undefined): FieldError[] {
  const path = 'spec.jobTemplate.spec';
  if (!spec) return [required(path)];
  const { selector, manualSelector } = spec;
  return [
    ...validateJobSpec(spec, path),
    ...(selector ? [invalid(`${path}.selector`, selector, '`selector` will be auto-generated')] : []),
    ...(manualSelector ? [notSupported(`${path}.manualSelector`, true, ['nil', 'false'])] : []),
  ];
}

function cronJob({ spec }: CronJob, old?: CronJob): FieldError[] {
  return [
    ...scheduleErrors(spec, old?.spec),
    ...nonNegative('spec.startingDeadlineSeconds', spec.startingDeadlineSeconds),
    ...(old && old.spec.timeZone === spec.timeZone ? [] : timeZoneErrors(spec.timeZone)),
    ...concurrencyErrors(spec),
    ...templateErrors(spec.jobTemplate.spec),
    ...nonNegative('spec.successfulJobsHistoryLimit', spec.successfulJobsHistoryLimit),
    ...nonNegative('spec.failedJobsHistoryLimit', spec.failedJobsHistoryLimit),
  ];
}

/** Length of the suffix that is added to the names of jobs. */
const cronJobName: NameRule = (name, prefix) =>
  !prefix && name.length > 52
    ? [...subdomainName(name, prefix), 'must be no more than 52 characters']
    : subdomainName(name, prefix);

export const cronJobRules: Rules<CronJob> = {
  name: cronJobName,
  create: cronJob,
  update: (c, old) => withAllowances(cronJob(c, old), () => cronJob(old)),
};
