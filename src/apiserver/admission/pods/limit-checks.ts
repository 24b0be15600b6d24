// Checks requests and limits against one item of a LimitRange, with upstream's messages. Pure. Called by limit-ranger.ts.
// Upstream: plugin/pkg/admission/limitranger/admission.go.
import type { LimitRange } from '../../../api/kinds/core/v1/limit-range.ts';
import type { PodSpec } from '../../../api/kinds/core/v1/pod-spec.ts';
import {
  addQuantity,
  approximate,
  compareQuantity,
  formatQuantity,
  parseQuantity,
} from '../../../api/quantity/quantity.ts';

type Item = NonNullable<NonNullable<LimitRange['spec']>['limits']>[number];
type Amounts = Readonly<Record<string, string>>;

export interface Usage {
  readonly requests: Amounts;
  /** Undefined for PersistentVolumeClaims, which have no limits. */
  readonly limits: Amounts | undefined;
}

const compare = (a: string, b: string): number => compareQuantity(parseQuantity(a), parseQuantity(b));

export function limitErrors(item: Item, usage: Usage): string[] {
  return [
    ...Object.entries(item.min ?? {}).flatMap(([name, least]) => belowMinimum(item, name, least, usage)),
    ...Object.entries(item.max ?? {}).flatMap(([name, most]) => aboveMaximum(item, name, most, usage)),
    ...Object.entries(item.maxLimitRequestRatio ?? {}).flatMap(([name, ratio]) =>
      ratioTooLarge(item, name, ratio, usage),
    ),
  ];
}

function belowMinimum({ type }: Item, name: string, least: string, { requests, limits }: Usage): string[] {
  const text = `minimum ${name} usage per ${type} is ${least}`;
  const request = requests[name];
  if (request === undefined) return [`${text}.  No request is specified`];
  if (compare(request, least) < 0) return [`${text}, but request is ${request}`];
  const limit = limits?.[name];
  return limit !== undefined && compare(limit, least) < 0 ? [`${text}, but limit is ${limit}`] : [];
}

function aboveMaximum({ type }: Item, name: string, most: string, { requests, limits }: Usage): string[] {
  const text = `maximum ${name} usage per ${type} is ${most}`;
  if (limits) {
    const limit = limits[name];
    if (limit === undefined) return [`${text}.  No limit is specified`];
    if (compare(limit, most) > 0) return [`${text}, but limit is ${limit}`];
  }
  const request = requests[name];
  return request !== undefined && compare(request, most) > 0 ? [`${text}, but request is ${request}`] : [];
}

function ratioTooLarge({ type }: Item, name: string, ratio: string, { requests, limits }: Usage): string[] {
  const [request, limit] = [requests[name], limits?.[name]];
  const text = `${name} max limit to request ratio per ${type} is ${ratio}`;
  if (request === undefined || approximate(request) === 0)
    return [`${text}, but no request is specified or request is 0`];
  if (limit === undefined || approximate(limit) === 0)
    return [`${text}, but no limit is specified or limit is 0`];
  const is = approximate(limit) / approximate(request);
  return is > approximate(ratio) ? [`${text}, but provided ratio is ${is.toFixed(6)}`] : [];
}

/** Requests and limits of a pod: the sum of its containers or the largest init container, whichever is greater. */
export function podUsage(spec: PodSpec | undefined): Usage {
  const total = (field: 'requests' | 'limits'): Amounts => {
    const sum: Record<string, string> = {};
    for (const { resources } of spec?.containers ?? [])
      for (const [name, amount] of Object.entries(resources?.[field] ?? {}))
        sum[name] =
          sum[name] === undefined
            ? amount
            : formatQuantity(addQuantity(parseQuantity(sum[name]), parseQuantity(amount)));
    for (const { resources } of spec?.initContainers ?? [])
      for (const [name, amount] of Object.entries(resources?.[field] ?? {}))
        if (sum[name] === undefined || compare(amount, sum[name]) > 0) sum[name] = amount;
    return sum;
  };
  return { requests: total('requests'), limits: total('limits') };
}
