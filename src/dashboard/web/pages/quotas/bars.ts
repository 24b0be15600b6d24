// What quotas allow, and how much of it is used; limits of containers in words. Pure.
import type { LimitRange } from '../../../../api/kinds/core/v1/limit-range.ts';
import type { ResourceQuota } from '../../../../api/kinds/core/v1/resource-quota.ts';
import { approximate } from '../../../../api/quantity/quantity.ts';

export interface Bar {
  readonly resource: string;
  readonly used: string;
  readonly hard: string;
  /** Undefined where nothing is allowed, and nothing used. */
  readonly share: number | undefined;
}

/** What is used up most first. */
export function barsOf({ spec, status }: Readonly<ResourceQuota>): Bar[] {
  const hard = status?.hard ?? spec?.hard ?? {};
  return Object.entries(hard)
    .map(([resource, most]) => {
      const used = status?.used?.[resource] ?? '0';
      return { resource, used, hard: most, share: shareOf(used, most) };
    })
    .sort((a, b) => (b.share ?? -1) - (a.share ?? -1) || a.resource.localeCompare(b.resource));
}

function shareOf(used: string, hard: string): number | undefined {
  const [has, most] = [approximate(used), approximate(hard)];
  if (most > 0) return has / most;
  return has > 0 ? 1 : undefined;
}

/** To which objects alone the quota applies. */
export function scopeText({ spec }: Readonly<ResourceQuota>): string {
  const expressions = (spec?.scopeSelector?.matchExpressions ?? []).map(
    ({ scopeName, operator, values = [] }) =>
      [scopeName, operator, values.join(', ')].filter(Boolean).join(' '),
  );
  return [...(spec?.scopes ?? []), ...expressions].join('; ');
}

export interface Limit {
  readonly type: string;
  readonly resource: string;
  readonly min: string;
  readonly max: string;
  /** What containers that say nothing get. */
  readonly request: string;
  readonly limit: string;
  readonly ratio: string;
}

export const limitsOf = ({ spec }: Readonly<LimitRange>): Limit[] =>
  (spec?.limits ?? []).flatMap((item) => {
    const lists = [item.min, item.max, item.defaultRequest, item.default, item.maxLimitRequestRatio];
    const resources = [...new Set(lists.flatMap((list) => Object.keys(list ?? {})))].sort();
    return resources.map((resource) => {
      const [min, max, request, limit, ratio] = lists.map((list) => list?.[resource] ?? '') as [
        string,
        string,
        string,
        string,
        string,
      ];
      return { type: item.type, resource, min, max, request, limit, ratio };
    });
  });
