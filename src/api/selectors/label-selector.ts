// Label selectors as compiled matchers, from text or from a metav1.LabelSelector.
// Matching allocates nothing; the canonical text is sorted by key, as clients and `scale` expect.
import type {
  LabelSelectorRequirement as WireRequirement,
  LabelSelector as WireSelector,
} from '../meta/v1/label-selector.ts';
import { isLabelValue, isQualifiedName } from '../validation/names.ts';
import type { LabelOperator, LabelRequirement, Labels } from './label-requirement.ts';
import { integer, matcherOf } from './label-rules.ts';
import { SelectorError } from './selector-error.ts';

export type { LabelOperator, LabelRequirement, Labels };

export interface LabelSelector {
  readonly requirements: readonly LabelRequirement[];
  readonly matches: (labels: Labels | undefined) => boolean;
  /** True when it selects everything. */
  readonly empty: boolean;
  readonly toString: () => string;
}

const noLabels: Labels = {};

export const everyLabel: LabelSelector = {
  requirements: [],
  matches: () => true,
  empty: true,
  toString: () => '',
};

export const noLabel: LabelSelector = {
  requirements: [],
  matches: () => false,
  empty: false,
  toString: () => '',
};

function testOf({ key, operator, values }: LabelRequirement): (labels: Labels) => boolean {
  const only = values[0] ?? '';
  const among = new Set(values);
  switch (operator) {
    case 'exists':
      return (labels) => typeof labels[key] === 'string';
    case '!':
      return (labels) => typeof labels[key] !== 'string';
    case '=':
    case '==':
      return (labels) => labels[key] === only;
    case '!=':
      return (labels) => labels[key] !== only;
    case 'in':
      return (labels) => labels[key] !== undefined && among.has(labels[key]);
    case 'notin':
      return (labels) => labels[key] === undefined || !among.has(labels[key]);
    default:
      return comparison(key, operator, only);
  }
}

function comparison(key: string, operator: 'gt' | 'lt', bound: string): (labels: Labels) => boolean {
  const limit = integer(bound) ?? 0n;
  return (labels) => {
    const value = integer(labels[key] ?? '');
    if (value === undefined) return false;
    return operator === 'gt' ? value > limit : value < limit;
  };
}

function requirementText({ key, operator, values }: LabelRequirement): string {
  switch (operator) {
    case 'exists':
      return key;
    case '!':
      return `!${key}`;
    case 'in':
    case 'notin':
      return `${key} ${operator} (${values.join(',')})`;
    case 'gt':
      return `${key}>${values[0]}`;
    case 'lt':
      return `${key}<${values[0]}`;
    default:
      return `${key}${operator}${values[0]}`;
  }
}

/** More requirements are matched by key. */
const MOST_TESTED = 8;

function testOfAll(requirements: readonly LabelRequirement[]): (labels: Labels) => boolean {
  const tests = requirements.map(testOf);
  const [first] = tests;
  return tests.length === 1 ? first! : (labels) => tests.every((test) => test(labels));
}

export function compileLabels(requirements: readonly LabelRequirement[]): LabelSelector {
  if (requirements.length === 0) return everyLabel;
  const sorted = [...requirements].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  const test = sorted.length > MOST_TESTED ? matcherOf(sorted) : testOfAll(sorted);
  const matches = (labels: Labels | undefined) => test(labels ?? noLabels);
  const text = sorted.map(requirementText).join(',');
  return { requirements: sorted, matches, empty: false, toString: () => text };
}

const sortedSet = (values: readonly string[]) => [...new Set(values)].sort();

/** A checked requirement; throws SelectorError with upstream's wording. */
export function requirement(
  key: string,
  operator: LabelOperator,
  values: readonly string[],
): LabelRequirement {
  const bad = (path: string, value: string, why: string) =>
    new SelectorError(`${path}: Invalid value: ${value}: ${why}`);
  const keyComplaints = isQualifiedName(key);
  if (keyComplaints.length > 0) throw bad('key', JSON.stringify(key), keyComplaints.join('; '));
  const list = JSON.stringify(values);
  const counted = countComplaint(operator, values.length);
  if (counted) throw bad('values', list, counted);
  values.forEach((value, i) => {
    const complaints = isLabelValue(value);
    if (complaints.length > 0)
      throw bad(`values[${i}][${key}]`, JSON.stringify(value), complaints.join('; '));
    if ((operator === 'gt' || operator === 'lt') && integer(value) === undefined)
      throw bad(
        `values[${i}]`,
        JSON.stringify(value),
        "for 'Gt', 'Lt' operators, the value must be an integer",
      );
  });
  return { key, operator, values: sortedSet(values) };
}

function countComplaint(operator: LabelOperator, count: number): string | undefined {
  switch (operator) {
    case 'in':
    case 'notin':
      return count === 0 ? "for 'in', 'notin' operators, values set can't be empty" : undefined;
    case 'exists':
    case '!':
      return count === 0 ? undefined : 'values set must be empty for exists and does not exist';
    case 'gt':
    case 'lt':
      return count === 1 ? undefined : "for 'Gt', 'Lt' operators, exactly one value is required";
    default:
      return count === 1 ? undefined : 'exact-match compatibility requires one single value';
  }
}

const wireOperators: ReadonlyMap<string, LabelOperator> = new Map(
  Object.entries({
    In: 'in',
    NotIn: 'notin',
    Exists: 'exists',
    DoesNotExist: '!',
  } as const),
);

/** From an object's `selector` field: absent selects nothing, `{}` selects everything. */
export function labelSelectorOf(selector: WireSelector | undefined | null): LabelSelector {
  if (!selector) return noLabel;
  const exact = Object.entries(selector.matchLabels ?? {}).map(([key, value]) =>
    requirement(key, '=', [value]),
  );
  return compileLabels([...exact, ...(selector.matchExpressions ?? []).map(requirementOf)]);
}

/** Throws SelectorError. */
export function requirementOf({ key, operator, values = [] }: WireRequirement): LabelRequirement {
  const known = wireOperators.get(operator);
  if (!known) throw new SelectorError(`"${operator}" is not a valid label selector operator`);
  return requirement(key, known, values);
}

/** From a plain map, as in Service.spec.selector: no validation, an empty map selects everything. */
export function labelSelectorOfMap(labels: Labels | undefined): LabelSelector {
  return compileLabels(
    Object.entries(labels ?? {}).map(([key, value]) => ({ key, operator: '=' as const, values: [value] })),
  );
}
