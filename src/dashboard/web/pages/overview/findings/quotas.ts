// Quotas that are used up or nearly so. Pure.
import type { ResourceQuota } from '../../../../../api/kinds/core/v1/resource-quota.ts';
import { nameOf, namespaceOf } from '../../../../../api/meta/v1/object.ts';
import { approximate } from '../../../../../api/quantity/quantity.ts';
import { type Finding, KINDS } from './finding.ts';

/** The share from which a quota is nearly full. */
export const NEARLY = 0.9;

/** From 0; more than 1 where more is used than is allowed now. Undefined where nothing is allowed or used. */
export function shareOf(used: string | undefined, hard: string): number | undefined {
  const [has, most] = [approximate(used ?? '0'), approximate(hard)];
  if (most === 0) return has > 0 ? Number.POSITIVE_INFINITY : undefined;
  return has / most;
}

export function quotaFinding(quota: Readonly<ResourceQuota>): Finding | undefined {
  const { hard = {}, used = {} } = quota.status ?? {};
  const near = Object.entries(hard).flatMap(([resource, most]) => {
    const share = shareOf(used[resource], most);
    return share !== undefined && share >= NEARLY
      ? [{ resource, most, has: used[resource] ?? '0', share }]
      : [];
  });
  if (near.length === 0) return undefined;
  return {
    ...{ of: KINDS.ResourceQuota, namespace: namespaceOf(quota), name: nameOf(quota), severity: 'warn' },
    reason: near.some(({ share }) => share >= 1) ? 'QuotaFull' : 'QuotaNearlyFull',
    message: near.map(({ resource, has, most }) => `${resource}: ${has} of ${most}`).join(', '),
  };
}
