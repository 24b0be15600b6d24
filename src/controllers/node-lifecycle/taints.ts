// Which taints follow from a node's conditions. Pure.

import type { Node, Taint } from '../../api/kinds/core/v1/node.ts';
import { conditionOf } from '../../api/meta/v1/conditions.ts';
import { NOT_READY, UNREACHABLE } from '../../api/nodes/taints.ts';

const UNSCHEDULABLE = 'node.kubernetes.io/unschedulable';

/** Per condition type and status, the NoSchedule taint. */
const BY_CONDITION: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Ready: { False: NOT_READY, Unknown: UNREACHABLE },
  MemoryPressure: { True: 'node.kubernetes.io/memory-pressure' },
  DiskPressure: { True: 'node.kubernetes.io/disk-pressure' },
  NetworkUnavailable: { True: 'node.kubernetes.io/network-unavailable' },
  PIDPressure: { True: 'node.kubernetes.io/pid-pressure' },
};

/** Taints that this controller sets and removes; all others are left alone. */
const MANAGED = new Set([
  UNSCHEDULABLE,
  ...Object.values(BY_CONDITION).flatMap((byStatus) => Object.values(byStatus)),
]);

export const readyStatus = (node: Readonly<Node>): string | undefined => conditionOf(node, 'Ready')?.status;

/** The taints that the node should have; undefined when it has them. Without `evict` none of them is NoExecute. */
export function taintsFor(node: Readonly<Node>, evict: boolean, time: string): Taint[] | undefined {
  const present = node.spec?.taints ?? [];
  const wanted = [...noSchedule(node), ...(evict ? noExecute(node) : [])];
  const same = (a: Taint, b: Taint) => a.key === b.key && a.effect === b.effect;
  const isOurs = (taint: Taint) => MANAGED.has(taint.key) && taint.effect !== 'PreferNoSchedule';
  const kept = present.filter((taint) => !isOurs(taint) || wanted.some((one) => same(one, taint)));
  const added = wanted.filter((taint) => !present.some((one) => same(one, taint)));
  if (added.length === 0 && kept.length === present.length) return undefined;
  return [...kept, ...added.map((taint) => ({ ...taint, timeAdded: time }))];
}

/** The node has a taint of this controller that evicts pods. */
export const isEvicting = (node: Readonly<Node>): boolean =>
  (node.spec?.taints ?? []).some(
    ({ key, effect }) => effect === 'NoExecute' && (key === NOT_READY || key === UNREACHABLE),
  );

function noSchedule(node: Readonly<Node>): Taint[] {
  const taints: Taint[] = [];
  for (const { type, status } of node.status?.conditions ?? []) {
    const key = BY_CONDITION[type]?.[status];
    if (key) taints.push({ key, effect: 'NoSchedule' });
  }
  if (node.spec?.unschedulable) taints.push({ key: UNSCHEDULABLE, effect: 'NoSchedule' });
  return taints;
}

function noExecute(node: Readonly<Node>): Taint[] {
  const key = BY_CONDITION.Ready?.[readyStatus(node) ?? ''];
  return key ? [{ key, effect: 'NoExecute' }] : [];
}
