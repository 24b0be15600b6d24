// The policies of a Job: what becomes of failed pods, when it has succeeded, when pods are replaced, who manages it, and the
// limits of indexed jobs, which bound the sizes of their status. Follows pkg/apis/batch/validation.
import { addAll } from '../../../kit/lists.ts';
import type {
  JobSpec,
  PodFailurePolicyOnExitCodesRequirement,
  PodFailurePolicyRule,
  SuccessPolicyRule,
} from '../../kinds/batch/v1/job-spec.ts';
import {
  complaints,
  duplicate,
  errorsOfItems,
  type FieldError,
  invalid,
  nonNegative,
  notSupported,
  required,
  tooLong,
  tooMany,
} from '../field.ts';
import { validateLabelName } from '../labels.ts';
import { isDNS1123Subdomain } from '../names.ts';

const MOST_RULES = 20;
const MOST_EXIT_CODES = 255;
const MOST_PATTERNS = 20;
const LONGEST_MANAGER = 63;
/** Characters of a text that names indexes. */
export const LONGEST_INDEXES = 64 * 1024;
const MOST_PARALLEL = 100_000;
const MOST_FAILED = 100_000;
/** Of an indexed job with more completions and a back-off limit per index, fewer pods may run and fewer indexes may fail. */
const MANY_COMPLETIONS = 100_000;
const MOST_OF_MANY = 10_000;

const ACTIONS = ['Count', 'FailIndex', 'FailJob', 'Ignore'];
const OPERATORS = ['In', 'NotIn'];
const STATUSES = ['False', 'True', 'Unknown'];

const listed = (values: readonly string[]): string =>
  `valid values: [${values.map((v) => `"${v}"`).join(' ')}]`;

const isIndexed = ({ completionMode }: JobSpec): boolean => completionMode === 'Indexed';

export function jobPolicyErrors(spec: JobSpec, path: string): FieldError[] {
  const { podFailurePolicy, successPolicy } = spec;
  const errors = [...managerErrors(spec, path), ...indexedErrors(spec, path)];
  if (podFailurePolicy) addAll(errors, failureErrors(spec, `${path}.podFailurePolicy.rules`));
  if (successPolicy && !isIndexed(spec))
    errors.push(invalid(`${path}.successPolicy`, successPolicy, 'requires indexed completion mode'));
  else if (successPolicy) addAll(errors, successErrors(spec, `${path}.successPolicy.rules`));
  return [...errors, ...replacementErrors(spec, `${path}.podReplacementPolicy`)];
}

function managerErrors({ managedBy }: JobSpec, path: string): FieldError[] {
  if (managedBy === undefined) return [];
  const field = `${path}.managedBy`;
  if (managedBy === '') return [required(field)];
  const slash = managedBy.indexOf('/');
  const [host, rest] = [managedBy.slice(0, Math.max(0, slash)), managedBy.slice(slash + 1)];
  if (!host || !rest)
    return [invalid(field, managedBy, 'must be a domain-prefixed path (such as "acme.io/foo")')];
  const errors = complaints(field, host, isDNS1123Subdomain(host));
  if (managedBy.length > LONGEST_MANAGER) errors.push(tooLong(field, LONGEST_MANAGER));
  return errors;
}

function indexedErrors(spec: JobSpec, path: string): FieldError[] {
  const { maxFailedIndexes, backoffLimitPerIndex, parallelism = 0, completions } = spec;
  const errors: FieldError[] = [];
  if (maxFailedIndexes !== undefined && backoffLimitPerIndex === undefined)
    errors.push(required(`${path}.backoffLimitPerIndex`, 'when maxFailedIndexes is specified'));
  if (!isIndexed(spec)) {
    if (maxFailedIndexes !== undefined)
      errors.push(invalid(`${path}.maxFailedIndexes`, maxFailedIndexes, 'requires indexed completion mode'));
    return errors;
  }
  const most = (field: 'parallelism' | 'maxFailedIndexes', limit: number, why = '') => {
    const value = spec[field];
    if (value !== undefined && value > limit)
      errors.push(invalid(`${path}.${field}`, value, `must be less than or equal to ${limit}${why}`));
  };
  most('parallelism', MOST_PARALLEL, ' when completion mode is Indexed');
  if (maxFailedIndexes !== undefined && completions !== undefined && maxFailedIndexes > completions)
    errors.push(
      invalid(`${path}.maxFailedIndexes`, maxFailedIndexes, 'must be less than or equal to completions'),
    );
  most('maxFailedIndexes', MOST_FAILED);
  if ((completions ?? 0) <= MANY_COMPLETIONS || backoffLimitPerIndex === undefined) return errors;
  if (maxFailedIndexes === undefined)
    errors.push(
      required(`${path}.maxFailedIndexes`, `must be specified when completions is above ${MANY_COMPLETIONS}`),
    );
  const why = ` when completions are above ${MANY_COMPLETIONS} and used with backoff limit per index`;
  if (parallelism > MOST_OF_MANY) most('parallelism', MOST_OF_MANY, why);
  most('maxFailedIndexes', MOST_OF_MANY, why);
  return errors;
}

function replacementErrors({ podReplacementPolicy: value, podFailurePolicy }: JobSpec, path: string) {
  if (value === undefined) return [];
  const supported = podFailurePolicy ? ['Failed'] : ['Failed', 'TerminatingOrFailed'];
  return supported.includes(value) ? [] : [notSupported(path, value, supported)];
}

function failureErrors(spec: JobSpec, path: string): FieldError[] {
  const rules = spec.podFailurePolicy?.rules ?? [];
  if (rules.length > MOST_RULES) return [tooMany(path, rules.length, MOST_RULES)];
  const { containers = [], initContainers = [] } = spec.template?.spec ?? {};
  const names = new Set([...containers, ...initContainers].map(({ name }) => name));
  return errorsOfItems(rules, (rule, i) => failureRuleErrors(spec, rule, `${path}[${i}]`, names));
}

function failureRuleErrors(
  spec: JobSpec,
  rule: PodFailurePolicyRule,
  path: string,
  containers: ReadonlySet<string>,
): FieldError[] {
  const { action, onExitCodes, onPodConditions = [] } = rule;
  const errors: FieldError[] = [];
  if (!action) errors.push(required(`${path}.action`, listed(ACTIONS)));
  else if (!ACTIONS.includes(action)) errors.push(notSupported(`${path}.action`, action, ACTIONS));
  else if (action === 'FailIndex' && spec.backoffLimitPerIndex === undefined)
    errors.push(invalid(`${path}.action`, action, 'requires the backoffLimitPerIndex to be set'));
  if (onExitCodes) addAll(errors, exitCodeErrors(onExitCodes, `${path}.onExitCodes`, containers));
  addAll(errors, conditionErrors(onPodConditions, `${path}.onPodConditions`));
  const either = 'OnExitCodes and OnPodConditions is';
  if (onExitCodes && onPodConditions.length > 0)
    errors.push(invalid(path, rule, `specifying both ${either} not supported`));
  if (!onExitCodes && onPodConditions.length === 0)
    errors.push(invalid(path, rule, `specifying one of ${either} required`));
  return errors;
}

function conditionErrors(
  patterns: NonNullable<PodFailurePolicyRule['onPodConditions']>,
  path: string,
): FieldError[] {
  if (patterns.length > MOST_PATTERNS) return [tooMany(path, patterns.length, MOST_PATTERNS)];
  return errorsOfItems(patterns, ({ type, status }, i) => {
    const errors = [...validateLabelName(type, `${path}[${i}].type`)];
    if (!status) errors.push(required(`${path}[${i}].status`, listed(STATUSES)));
    else if (!STATUSES.includes(status)) errors.push(notSupported(`${path}[${i}].status`, status, STATUSES));
    return errors;
  });
}

function exitCodeErrors(
  { operator, containerName, values = [] }: PodFailurePolicyOnExitCodesRequirement,
  path: string,
  containers: ReadonlySet<string>,
): FieldError[] {
  const errors: FieldError[] = [];
  if (!operator) errors.push(required(`${path}.operator`, listed(OPERATORS)));
  else if (!OPERATORS.includes(operator)) errors.push(notSupported(`${path}.operator`, operator, OPERATORS));
  if (containerName !== undefined && !containers.has(containerName))
    errors.push(
      invalid(
        `${path}.containerName`,
        containerName,
        'must be one of the container or initContainer names in the pod template',
      ),
    );
  if (values.length === 0)
    return [...errors, invalid(`${path}.values`, values, 'at least one value is required')];
  if (values.length > MOST_EXIT_CODES)
    return [...errors, tooMany(`${path}.values`, values.length, MOST_EXIT_CODES)];
  for (const [i, value] of values.entries()) {
    if (operator === 'In' && value === 0)
      errors.push(invalid(`${path}.values[${i}]`, value, 'must not be 0 for the In operator'));
    if (values.indexOf(value) < i) errors.push(duplicate(`${path}.values[${i}]`, value));
  }
  if (values.some((value, i) => i > 0 && values[i - 1]! > value))
    errors.push(invalid(`${path}.values`, values, 'must be ordered'));
  return errors;
}

function successErrors({ successPolicy, completions = 0 }: JobSpec, path: string): FieldError[] {
  const rules = successPolicy?.rules ?? [];
  if (rules.length === 0)
    return [required(path, 'at least one rules must be specified when the successPolicy is specified')];
  if (rules.length > MOST_RULES) return [tooMany(path, rules.length, MOST_RULES)];
  return errorsOfItems(rules, (rule, i) => successRuleErrors(rule, `${path}[${i}]`, completions));
}

function successRuleErrors(
  { succeededCount, succeededIndexes }: SuccessPolicyRule,
  path: string,
  completions: number,
): FieldError[] {
  const errors: FieldError[] = [];
  if (succeededCount === undefined && succeededIndexes === undefined)
    errors.push(required(path, 'at least one of succeededCount or succeededIndexes must be specified'));
  let total = Number.POSITIVE_INFINITY;
  if (succeededIndexes !== undefined) {
    const field = `${path}.succeededIndexes`;
    if (succeededIndexes.length > LONGEST_INDEXES) return [...errors, tooLong(field, LONGEST_INDEXES)];
    const read = indexesIn(succeededIndexes, completions);
    if (typeof read === 'number') total = read;
    else errors.push(invalid(field, succeededIndexes, `error parsing succeededIndexes: ${read.complaint}`));
  }
  if (succeededCount === undefined) return errors;
  const field = `${path}.succeededCount`;
  addAll(errors, nonNegative(field, succeededCount));
  const most = (limit: number, what: string) => {
    if (succeededCount > limit)
      errors.push(
        invalid(field, succeededCount, `must be less than or equal to ${limit} (the number of ${what})`),
      );
  };
  most(completions, 'specified completions');
  most(total, 'indexes in the specified succeededIndexes field');
  return errors;
}

/** How many indexes a text such as `0,2-4` names, in growing order; or what is wrong with it. */
export function indexesIn(text: string, completions: number): number | { readonly complaint: string } {
  let total = 0;
  let last = -1;
  if (text === '') return total;
  for (const part of text.split(',')) {
    const ends = part.split('-');
    if (ends.length > 2)
      return {
        complaint: `the fragment "${part}" violates the requirement that an index interval can have at most two parts separated by '-'`,
      };
    for (const end of ends) {
      if (!/^\d{1,10}$/.test(end))
        return { complaint: `cannot convert string to integer for index: "${end}"` };
      if (Number(end) >= completions) return { complaint: `too large index: "${end}"` };
    }
    const [first, end = first] = ends.map(Number) as [number, number?];
    const wrong = (ends.length > 1 ? notRising(first, end) : undefined) ?? notRising(last, first);
    if (wrong) return wrong;
    total += end - first + 1;
    last = end;
  }
  return total;
}

const notRising = (previous: number, current: number): { readonly complaint: string } | undefined =>
  previous < current
    ? undefined
    : { complaint: `non-increasing order, previous: ${previous}, current: ${current}` };
