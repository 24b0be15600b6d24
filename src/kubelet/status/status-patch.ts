// The smallest strategic merge patch that turns one pod status into another: untouched fields and conditions stay out,
// so that other writers' parts are never overwritten. Pure.
import type { PodCondition, PodStatus } from '../../api/kinds/core/v1/pod-status.ts';

import { OWN_CONDITIONS } from './conditions.ts';

export type StatusPatch = Record<string, unknown>;

/** undefined when nothing differs. */
export function statusPatch(from: PodStatus, to: PodStatus): StatusPatch | undefined {
  const patch: StatusPatch = {};
  const keys = new Set([...Object.keys(from), ...Object.keys(to)]) as Set<keyof PodStatus>;
  for (const key of keys) {
    if (!OWN_FIELDS.has(key) || same(from[key], to[key])) continue;
    if (key === 'conditions')
      Object.assign(patch, conditionsPatch(from.conditions ?? [], to.conditions ?? []));
    else if (key === 'podIPs' || key === 'hostIPs') patch[key] = replaced(from[key] ?? [], to[key] ?? []);
    else patch[key] = to[key] ?? null;
  }
  return Object.keys(patch).length > 0 ? patch : undefined;
}

const OWN_FIELDS = new Set<keyof PodStatus>([
  'observedGeneration',
  'phase',
  'conditions',
  'message',
  'reason',
  'hostIP',
  'hostIPs',
  'podIP',
  'podIPs',
  'startTime',
  'initContainerStatuses',
  'containerStatuses',
  'ephemeralContainerStatuses',
]);

function conditionsPatch(from: readonly PodCondition[], to: readonly PodCondition[]): StatusPatch {
  const changed = to.flatMap((condition) => {
    const old = from.find((c) => c.type === condition.type);
    if (same(old, condition)) return [];
    const gone = Object.keys(old ?? {}).filter((key) => !(key in condition) && key !== 'lastProbeTime');
    return [{ ...condition, ...Object.fromEntries(gone.map((key) => [key, null])) }];
  });
  const gone = from
    .filter(({ type }) => OWN_CONDITIONS.includes(type) && !to.some((c) => c.type === type))
    .map(({ type }) => ({ $patch: 'delete', type }));
  const all = [...changed, ...gone];
  return all.length > 0 ? { conditions: all } : {};
}

/** Lists merged by `ip`: what is no longer there must be deleted by name. */
const replaced = (from: readonly { ip: string }[], to: readonly { ip: string }[]): unknown[] => [
  ...to,
  ...from.filter(({ ip }) => !to.some((t) => t.ip === ip)).map(({ ip }) => ({ $patch: 'delete', ip })),
];

/** Equal as JSON, whatever the order of keys; null, absent and empty maps and lists are the same. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (isNothing(a) && isNothing(b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || !a || !b) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const left = a as Record<string, unknown>;
  const right = b as Record<string, unknown>;
  for (const key of new Set([...Object.keys(left), ...Object.keys(right)]))
    if (!same(left[key], right[key])) return false;
  return true;
}

const isNothing = (value: unknown): boolean =>
  value === undefined || value === null || (typeof value === 'object' && Object.keys(value).length === 0);
