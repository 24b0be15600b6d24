// Validates LimitRanges.
// Paths and messages follow k8s.io/kubernetes pkg/apis/core/validation. Called through rule-book.ts.
import { addAll } from '../../../../kit/lists.ts';
import type { LimitRange, LimitRangeItem } from '../../../kinds/core/v1/limit-range.ts';
import { isNativeResource } from '../../../pods/resource-names.ts';
import { compareQuantity, milliValue, parseQuantity } from '../../../quantity/quantity.ts';
import {
  complaints,
  duplicate,
  errorsOfItems,
  type FieldError,
  forbidden,
  invalid,
  required,
} from '../../field.ts';
import { isQualifiedName } from '../../names.ts';
import type { Rules } from '../../rules.ts';
import { containerResourceNameErrors, resourceNameErrors } from './resource-names.ts';

type Amounts = Readonly<Record<string, string>>;

const parts = ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio'] as const;

/** Pairs of which the first may not be greater than the second, and which of the two the error refers to. */
const ordered = [
  { low: 'min', high: 'max', blamed: 'min', shown: 'min', says: 'max value' },
  {
    low: 'min',
    high: 'defaultRequest',
    blamed: 'defaultRequest',
    shown: 'defaultRequest',
    says: 'default request value',
  },
  {
    low: 'defaultRequest',
    high: 'max',
    blamed: 'defaultRequest',
    shown: 'defaultRequest',
    says: 'max value',
  },
  {
    low: 'defaultRequest',
    high: 'default',
    blamed: 'defaultRequest',
    shown: 'defaultRequest',
    says: 'default limit value',
  },
  { low: 'min', high: 'default', blamed: 'default', shown: 'min', says: 'default value' },
  { low: 'default', high: 'max', blamed: 'default', shown: 'max', says: 'max value' },
] as const;
const lowWords = { min: 'min', default: 'default', defaultRequest: 'default request' } as const;

/** Resources of pods and containers are those that a container may ask for. */
const limitedNameErrors = (type: string, name: string, path: string): FieldError[] =>
  type === 'Pod' || type === 'Container'
    ? containerResourceNameErrors(name, path)
    : resourceNameErrors(name, path);

const limitTypes = new Set(['Container', 'PersistentVolumeClaim', 'Pod']);

function typeErrors(type: string, path: string): FieldError[] {
  const errors = complaints(path, type, isQualifiedName(type));
  if (errors.length > 0 || type.includes('/') || limitTypes.has(type)) return errors;
  return [invalid(path, type, 'must be a standard limit type or fully qualified')];
}

function itemErrors(item: LimitRangeItem, path: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const part of parts)
    if (item.type === 'Pod' && (part === 'default' || part === 'defaultRequest')) {
      if (Object.keys(item[part] ?? {}).length > 0)
        errors.push(forbidden(`${path}.${part}`, "may not be specified when `type` is 'Pod'"));
    } else
      for (const name in item[part])
        addAll(errors, limitedNameErrors(item.type, name, `${path}.${part}[${name}]`));
  if (item.type === 'PersistentVolumeClaim' && !item.min?.storage && !item.max?.storage)
    errors.push(
      required(
        `${path}.limits`,
        'either minimum or maximum storage value is required, but neither was provided',
      ),
    );
  // The defaults of a pod are refused, and so not compared.
  const compared = item.type === 'Pod' ? { ...item, default: {}, defaultRequest: {} } : item;
  for (const rule of ordered) addAll(errors, orderErrors(compared, rule, path));
  return [...errors, ...ratioErrors(item, path), ...overcommitErrors(compared, path)];
}

/** Upstream divides in floating point, and in units only where thousandths would not fit into 64 bits. */
function ratioErrors({ min = {}, max = {}, maxLimitRequestRatio = {} }: LimitRangeItem, path: string) {
  return errorsOfItems(Object.entries(maxLimitRequestRatio), ([name, ratio]) => {
    const at = `${path}.maxLimitRequestRatio[${name}]`;
    const errors: FieldError[] = [];
    if (compareQuantity(parseQuantity(ratio), parseQuantity('1')) < 0)
      errors.push(invalid(at, ratio, `ratio ${ratio} is less than 1`));
    if (!Object.hasOwn(min, name) || !Object.hasOwn(max, name)) return errors;
    const most = milliValue(max[name]!) / milliValue(min[name]!);
    if (milliValue(ratio) / 1000 > most)
      errors.push(invalid(at, ratio, `ratio ${ratio} is greater than max/min = ${goFixed(most)}`));
    return errors;
  });
}

/** As Go's %f. */
const goFixed = (value: number): string =>
  Number.isNaN(value) ? 'NaN' : Number.isFinite(value) ? value.toFixed(6) : '+Inf';

const mayOvercommit = (name: string): boolean => isNativeResource(name) && !name.startsWith('hugepages-');

function overcommitErrors({ default: limits = {}, defaultRequest = {} }: LimitRangeItem, path: string) {
  return errorsOfItems(Object.entries(defaultRequest), ([name, request]) => {
    const limit = Object.hasOwn(limits, name) ? limits[name] : undefined;
    if (limit === undefined || mayOvercommit(name)) return [];
    if (compareQuantity(parseQuantity(limit), parseQuantity(request)) === 0) return [];
    const says = `default value ${limit} must equal to defaultRequest value ${request} in ${name}`;
    return [invalid(`${path}.defaultRequest[${name}]`, request, says)];
  });
}

function orderErrors(item: LimitRangeItem, rule: (typeof ordered)[number], path: string): FieldError[] {
  const lower: Amounts = item[rule.low] ?? {};
  const upper: Amounts = item[rule.high] ?? {};
  return errorsOfItems(Object.entries(lower), ([name, low]) => {
    const high = Object.hasOwn(upper, name) ? upper[name] : undefined;
    if (high === undefined || compareQuantity(parseQuantity(low), parseQuantity(high)) <= 0) return [];
    const says = `${lowWords[rule.low]} value ${low} is greater than ${rule.says} ${high}`;
    return [invalid(`${path}.${rule.blamed}[${name}]`, item[rule.shown]?.[name], says)];
  });
}

export const limitRangeRules: Rules<LimitRange> = {
  create: ({ spec }) => {
    const seen = new Set<string>();
    return errorsOfItems(spec?.limits, (item, i) => {
      const path = `spec.limits[${i}]`;
      const again = seen.has(item.type) ? [duplicate(`${path}.type`, item.type)] : [];
      seen.add(item.type);
      return [...typeErrors(item.type, `${path}.type`), ...again, ...itemErrors(item, path)];
    });
  },
};
