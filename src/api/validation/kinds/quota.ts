// Validates LimitRanges and ResourceQuotas.
// Paths and messages follow k8s.io/kubernetes pkg/apis/core/validation. Called through rule-book.ts.
import { addAll } from '../../../kit/lists.ts';
import type { LimitRange, LimitRangeItem } from '../../kinds/core/v1/limit-range.ts';
import type { ResourceQuota } from '../../kinds/core/v1/resource-quota.ts';
import { compareQuantity, parseQuantity, signOf } from '../../quantity/quantity.ts';
import {
  checkItems,
  complaints,
  duplicate,
  errorsOfItems,
  type FieldError,
  forbidden,
  immutable,
  invalid,
  required,
} from '../field.ts';
import { isQualifiedName } from '../names.ts';
import type { Rules } from '../rules.ts';
import { semanticEqual } from '../semantic.ts';

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

function itemErrors(item: LimitRangeItem, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (item.type === 'Pod')
    for (const part of ['default', 'defaultRequest'] as const)
      if (Object.keys(item[part] ?? {}).length > 0)
        errors.push(forbidden(`${path}.${part}`, "may not be specified when `type` is 'Pod'"));
  for (const part of parts)
    for (const name in item[part])
      addAll(errors, complaints(`${path}.${part}[${name}]`, name, isQualifiedName(name)));
  if (item.type === 'PersistentVolumeClaim' && !item.min?.storage && !item.max?.storage)
    errors.push(
      required(
        `${path}.limits`,
        'either minimum or maximum storage value is required, but neither was provided',
      ),
    );
  for (const rule of ordered) addAll(errors, orderErrors(item, rule, path));
  for (const [name, ratio] of Object.entries(item.maxLimitRequestRatio ?? {}))
    if (compareQuantity(parseQuantity(ratio), parseQuantity('1')) < 0)
      errors.push(invalid(`${path}.maxLimitRequestRatio[${name}]`, ratio, `ratio ${ratio} is less than 1`));
  return errors;
}

function orderErrors(item: LimitRangeItem, rule: (typeof ordered)[number], path: string): FieldError[] {
  const lower: Amounts = item[rule.low] ?? {};
  const upper: Amounts = item[rule.high] ?? {};
  return Object.entries(lower).flatMap(([name, low]) => {
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
      return [...again, ...itemErrors(item, path)];
    });
  },
};

const standard =
  /^(cpu|memory|storage|ephemeral-storage|pods|services|replicationcontrollers|resourcequotas|secrets|configmaps|persistentvolumeclaims|services\.nodeports|services\.loadbalancers|(requests|limits)\.(cpu|memory|storage|ephemeral-storage))$/;
const scopes = [
  'BestEffort',
  'CrossNamespacePodAffinity',
  'NotBestEffort',
  'NotTerminating',
  'PriorityClass',
  'Terminating',
  'VolumeAttributesClass',
];

/** Scopes select pods or claims, so only resources of those can be limited. */
function countedIn(scope: string, resource: string): boolean {
  if (scope === 'BestEffort') return resource === 'pods';
  if (scope === 'VolumeAttributesClass') return /^(persistentvolumeclaims|requests\.storage)$/.test(resource);
  return /^(pods|((requests|limits)\.)?(cpu|memory))$/.test(resource);
}

function amountErrors(amounts: Amounts | undefined, path: string): FieldError[] {
  return Object.entries(amounts ?? {}).flatMap(([name, text]) => {
    const at = `${path}[${name}]`;
    const errors = complaints(at, name, isQualifiedName(name));
    if (
      errors.length === 0 &&
      !name.includes('/') &&
      !standard.test(name) &&
      !name.startsWith('hugepages-') &&
      !/^(requests|limits)\.hugepages-/.test(name)
    )
      errors.push(invalid(at, name, 'must be a standard resource for quota'));
    if (signOf(parseQuantity(text)) < 0) errors.push(invalid(at, text, 'must be greater than or equal to 0'));
    return errors;
  });
}

function quota({ spec }: ResourceQuota): FieldError[] {
  const errors = amountErrors(spec?.hard, 'spec.hard');
  const given = spec?.scopes ?? [];
  for (const scope of given)
    if (!scopes.includes(scope)) errors.push(invalid('spec.scopes', given, 'unsupported scope'));
    else
      for (const name of Object.keys(spec?.hard ?? {}))
        if (standard.test(name) && !countedIn(scope, name))
          errors.push(invalid('spec.scopes', given, 'unsupported scope applied to resource'));
  for (const [a, b] of [
    ['BestEffort', 'NotBestEffort'],
    ['Terminating', 'NotTerminating'],
  ] as const)
    if (given.includes(a) && given.includes(b))
      errors.push(invalid('spec.scopes', given, 'conflicting scopes'));
  checkItems(errors, spec?.scopeSelector?.matchExpressions, ({ scopeName, operator, values = [] }) => {
    const path = 'spec.scopeSelector.matchExpressions';
    if (!scopes.includes(scopeName))
      errors.push(invalid(`${path}.scopeName`, scopeName, 'unsupported scope'));
    if (operator === 'In' || operator === 'NotIn') {
      if (values.length === 0)
        errors.push(
          required(
            `${path}.values`,
            "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector",
          ),
        );
    } else if (operator === 'Exists' || operator === 'DoesNotExist') {
      if (values.length > 0)
        errors.push(
          invalid(
            `${path}.values`,
            values,
            "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector",
          ),
        );
    } else errors.push(invalid(`${path}.operator`, operator, 'not a valid selector operator'));
  });
  return errors;
}

export const resourceQuotaRules: Rules<ResourceQuota> = {
  create: quota,
  update: (q, old) => {
    const same = semanticEqual([...(q.spec?.scopes ?? [])].sort(), [...(old.spec?.scopes ?? [])].sort());
    return [...quota(q), ...(same ? [] : [immutable('spec.scopes', q.spec?.scopes ?? null)])];
  },
  status: (q) => [
    ...amountErrors(q.status?.hard, 'status.hard'),
    ...amountErrors(q.status?.used, 'status.used'),
  ],
};
