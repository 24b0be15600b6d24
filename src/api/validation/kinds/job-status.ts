// The status of a Job, which a controller of somebody else's may write (spec.managedBy): clients may rely on it. A rule is
// applied only when one of the fields that it is about has changed, so that a status that broke one before can still be
// written. Follows validateJobStatus (pkg/apis/batch/validation) and getStatusValidationOptions (pkg/registry/batch/job).
import type { Job, JobStatus } from '../../kinds/batch/v1/job.ts';
import { conditionOf, isConditionTrue } from '../../meta/v1/conditions.ts';
import {
  duplicate,
  errorsOfItems,
  type FieldError,
  invalid,
  invalidContent,
  nonNegative,
  required,
} from '../field.ts';
import { semanticEqual } from '../semantic.ts';
import { indexesIn, LONGEST_INDEXES } from './job-policies.ts';

/** Fields of the status, conditions that are or are not True, and whether the job is finished. */
type Aspect = keyof JobStatus | 'Complete' | 'Failed' | 'FailureTarget' | 'SuccessCriteriaMet' | 'finished';

interface Rule {
  /** It is always applied when left out. */
  readonly about?: readonly Aspect[];
  check(job: Job, old: Job): FieldError | readonly FieldError[] | false | undefined;
}

const is = (job: Job, type: string): boolean => isConditionTrue(job, type);
const isFinished = (job: Job): boolean => is(job, 'Complete') || is(job, 'Failed');
const isIndexed = ({ spec }: Job): boolean => spec?.completionMode === 'Indexed';

const conditions = (detail: string): FieldError => invalidContent('status.conditions', detail);
const both = (job: Job, one: string, other: string, text: string): FieldError | false =>
  is(job, one) && is(job, other) && conditions(`cannot set ${text} conditions`);

const RULES: readonly Rule[] = [
  {
    check: ({ status = {} }) =>
      (['active', 'succeeded', 'failed', 'ready', 'terminating'] as const).flatMap((count) =>
        nonNegative(`status.${count}`, status[count]),
      ),
  },
  { check: ({ status }) => uncountedErrors(status?.uncountedTerminatedPods ?? {}) },
  {
    about: ['Complete', 'Failed'],
    check: (job) => both(job, 'Complete', 'Failed', 'Complete=True and Failed=true'),
  },
  {
    about: ['Complete', 'FailureTarget'],
    check: (job) => both(job, 'Complete', 'FailureTarget', 'Complete=True and FailureTarget=true'),
  },
  {
    about: ['Complete', 'completionTime'],
    check: (job) =>
      job.status?.completionTime !== undefined &&
      !is(job, 'Complete') &&
      invalid(
        'status.completionTime',
        job.status.completionTime,
        'cannot set completionTime when there is no Complete=True condition',
      ),
  },
  {
    about: ['Complete', 'completionTime'],
    check: (job) =>
      job.status?.completionTime === undefined &&
      is(job, 'Complete') &&
      required('status.completionTime', 'completionTime is required for Complete jobs'),
  },
  {
    about: ['startTime', 'completionTime'],
    check: ({ status: { startTime, completionTime } = {} }) =>
      startTime !== undefined &&
      completionTime !== undefined &&
      Date.parse(completionTime) < Date.parse(startTime) &&
      invalid('status.completionTime', completionTime, 'must be equal to or after `startTime`'),
  },
  {
    about: ['Failed', 'failedIndexes'],
    check: (job) =>
      is(job, 'Failed') &&
      !is(job, 'FailureTarget') &&
      conditions('cannot set Failed=True condition without the FailureTarget=true condition'),
  },
  {
    about: ['Complete', 'SuccessCriteriaMet'],
    check: (job) =>
      is(job, 'Complete') &&
      !is(job, 'SuccessCriteriaMet') &&
      conditions('cannot set Complete=True condition without the SuccessCriteriaMet=true condition'),
  },
  {
    about: ['finished', 'active'],
    check: (job) => atEnd(job, 'active', 'active>0 is invalid for finished job'),
  },
  {
    about: ['finished', 'startTime'],
    check: (job) =>
      job.status?.startTime === undefined &&
      isFinished(job) &&
      !(job.spec?.suspend && job.spec.completions === 0) &&
      required('status.startTime', 'startTime is required for finished job'),
  },
  {
    about: ['finished', 'uncountedTerminatedPods'],
    check: (job) => {
      const { succeeded = [], failed = [] } = job.status?.uncountedTerminatedPods ?? {};
      const path = 'status.uncountedTerminatedPods';
      return (
        succeeded.length + failed.length > 0 &&
        isFinished(job) &&
        invalid(path, job.status?.uncountedTerminatedPods, 'must be empty for finished job')
      );
    },
  },
  { about: ['completedIndexes'], check: (job) => indexErrors(job, 'completedIndexes') },
  {
    about: ['failedIndexes'],
    check: (job) => job.spec?.backoffLimitPerIndex !== undefined && indexErrors(job, 'failedIndexes'),
  },
  {
    about: ['completedIndexes'],
    check: (job) =>
      Boolean(job.status?.completedIndexes) &&
      !isIndexed(job) &&
      invalid(
        'status.completedIndexes',
        job.status?.completedIndexes,
        'cannot set non-empty completedIndexes when non-indexed completion mode',
      ),
  },
  {
    about: ['failedIndexes'],
    check: (job) =>
      job.status?.failedIndexes !== undefined &&
      job.spec?.backoffLimitPerIndex === undefined &&
      invalid(
        'status.failedIndexes',
        job.status.failedIndexes,
        'cannot set non-null failedIndexes when backoffLimitPerIndex is null',
      ),
  },
  {
    about: ['finished', 'terminating'],
    check: (job) => atEnd(job, 'terminating', 'terminating>0 is invalid for finished job'),
  },
  {
    about: ['ready', 'active'],
    check: ({ status: { ready = 0, active = 0 } = {} }) =>
      ready > active && invalid('status.ready', ready, 'cannot set more ready pods than active'),
  },
  { check: (job) => both(job, 'SuccessCriteriaMet', 'Failed', 'SuccessCriteriaMet=True and Failed=true') },
  {
    check: (job) =>
      both(job, 'SuccessCriteriaMet', 'FailureTarget', 'SuccessCriteriaMet=True and FailureTarget=true'),
  },
  {
    check: (job, old) =>
      ['Failed', 'Complete', 'FailureTarget']
        .filter((type) => is(old, type) && !is(job, type))
        .map((type) => conditions(`cannot disable the terminal ${type}=True condition`)),
  },
  { check: (job, old) => falling(job, old, 'failed') },
  {
    // Both are lowered together where an indexed job is scaled down.
    check: (job, old) =>
      !(isIndexed(job) && job.spec?.completions === job.spec?.parallelism) && falling(job, old, 'succeeded'),
  },
  {
    check: ({ status: { completionTime } = {} }, old) =>
      completionTime !== undefined &&
      old.status?.completionTime !== undefined &&
      completionTime !== old.status.completionTime &&
      invalid('status.completionTime', completionTime, 'field is immutable'),
  },
  {
    about: ['startTime'],
    check: (job, old) =>
      old.status?.startTime !== undefined &&
      !job.spec?.suspend &&
      !isResuming(job, old) &&
      invalid('status.startTime', job.status?.startTime, 'field is immutable for unsuspended job once set'),
  },
  {
    check: (job, old) =>
      is(old, 'SuccessCriteriaMet') &&
      !is(job, 'SuccessCriteriaMet') &&
      conditions('cannot disable the SuccessCriteriaMet=True condition'),
  },
];

export function jobStatusErrors(job: Job, old: Job): FieldError[] {
  const applied = RULES.filter(({ about }) => !about || about.some((aspect) => hasChanged(aspect, job, old)));
  return applied.flatMap(({ check }) => check(job, old) || []);
}

function hasChanged(aspect: Aspect, job: Job, old: Job): boolean {
  if (aspect === 'finished') return isFinished(job) !== isFinished(old);
  if (/^[A-Z]/.test(aspect)) return is(job, aspect) !== is(old, aspect);
  const field = aspect as keyof JobStatus;
  return !semanticEqual(job.status?.[field], old.status?.[field]);
}

const isResuming = (job: Job, old: Job): boolean =>
  is(old, 'Suspended') && conditionOf(job, 'Suspended')?.status === 'False';

const atEnd = (job: Job, count: 'active' | 'terminating', detail: string): FieldError | false => {
  const value = job.status?.[count] ?? 0;
  return value > 0 && isFinished(job) && invalid(`status.${count}`, value, detail);
};

const falling = (job: Job, old: Job, count: 'failed' | 'succeeded'): FieldError | false => {
  const value = job.status?.[count] ?? 0;
  return (
    value < (old.status?.[count] ?? 0) &&
    invalid(`status.${count}`, value, `cannot decrease the ${count} counter`)
  );
};

/** Longer texts are not read: a job that has so many ranges is the controller's own. */
function indexErrors(job: Job, field: 'completedIndexes' | 'failedIndexes'): FieldError | false {
  const text = job.status?.[field] ?? '';
  const { completions } = job.spec ?? {};
  if (completions === undefined || text.length > LONGEST_INDEXES) return false;
  const read = indexesIn(text, completions);
  return (
    typeof read !== 'number' && invalid(`status.${field}`, text, `error parsing ${field}: ${read.complaint}`)
  );
}

function uncountedErrors(uncounted: NonNullable<JobStatus['uncountedTerminatedPods']>): FieldError[] {
  const seen = new Set<string>();
  return (['succeeded', 'failed'] as const).flatMap((outcome) =>
    errorsOfItems(uncounted[outcome], (uid, i) => {
      const path = `status.uncountedTerminatedPods.${outcome}[${i}]`;
      if (uid === '') return [invalid(path, uid, 'must not be empty')];
      if (seen.has(uid)) return [duplicate(path, uid)];
      seen.add(uid);
      return [];
    }),
  );
}
