// Which pods are deleted first when there are too many: those whose loss costs least. The order is that of upstream's
// ActivePodsWithRanks (pkg/controller/controller_utils.go).

import type { Pod } from '../../../api/kinds/core/v1/pod.ts';
import type { ContainerStatus } from '../../../api/kinds/core/v1/pod-status.ts';
import { uidOf } from '../../../api/meta/v1/object.ts';
import { sidecarsOf } from '../../../api/pods/containers.ts';
import { readySince } from '../../../api/pods/readiness.ts';

const PHASES: Record<string, number> = { Pending: 0, Unknown: 1, Running: 2 };
const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost';

/** How many related active pods share a pod's node: pods on the node with the most are deleted first. */
export type NeighborsOf = (pod: Readonly<Pod>) => number;

/** The `count` pods to delete first. `neighbors` is called only when there is a choice. */
export function podsToDelete(
  pods: readonly Readonly<Pod>[],
  count: number,
  neighbors: NeighborsOf,
  now: number,
): Readonly<Pod>[] {
  if (count >= pods.length) return [...pods];
  // A pod is compared with many others, but looked at once.
  const ranks = pods.map((pod) => rankOf(pod, neighbors));
  return ranks
    .sort((a, b) => compare(a, b, now))
    .slice(0, count)
    .map(({ pod }) => pod);
}

/** Counts related active pods by node. */
export function podsOnSameNode(related: readonly Readonly<Pod>[]): NeighborsOf {
  const byNode = new Map<string, number>();
  for (const pod of related) {
    const node = pod.spec?.nodeName;
    if (node) byNode.set(node, (byNode.get(node) ?? 0) + 1);
  }
  return (pod) => byNode.get(pod.spec?.nodeName ?? '') ?? 0;
}

/** Everything of a pod that decides its place. */
interface Rank {
  readonly pod: Readonly<Pod>;
  readonly assigned: number;
  readonly phase: number;
  /** Undefined unless the pod is ready. */
  readonly readyAt: number | undefined;
  readonly cost: number;
  readonly neighbors: number;
  readonly restarts: number;
  readonly sidecarRestarts: number;
  readonly created: number | undefined;
}

const rankOf = (pod: Readonly<Pod>, neighbors: NeighborsOf): Rank => ({
  pod,
  assigned: truth(pod.spec?.nodeName),
  phase: phaseOrder(pod),
  readyAt: readySince(pod),
  cost: deletionCost(pod),
  neighbors: neighbors(pod),
  restarts: restarts(pod, false),
  sidecarRestarts: restarts(pod, true),
  created: created(pod),
});

const isReady = ({ readyAt }: Rank): boolean => readyAt !== undefined;

function compare(a: Rank, b: Rank, now: number): number {
  return (
    a.assigned - b.assigned ||
    a.phase - b.phase ||
    Number(isReady(a)) - Number(isReady(b)) ||
    a.cost - b.cost ||
    b.neighbors - a.neighbors ||
    (isReady(a) ? byAge(a.readyAt, b.readyAt, a.pod, b.pod, now) : 0) ||
    b.restarts - a.restarts ||
    b.sidecarRestarts - a.sidecarRestarts ||
    byAge(a.created, b.created, a.pod, b.pod, now)
  );
}

const truth = (value: unknown): number => (value ? 1 : 0);
const phaseOrder = (pod: Readonly<Pod>): number => PHASES[pod.status?.phase ?? 'Unknown'] ?? 1;
const created = (pod: Readonly<Pod>): number | undefined =>
  pod.metadata.creationTimestamp ? Date.parse(pod.metadata.creationTimestamp) : undefined;

function deletionCost(pod: Readonly<Pod>): number {
  const text = pod.metadata.annotations?.[DELETION_COST];
  return text !== undefined && /^(0|-?[1-9]\d*)$/.test(text) ? Number(text) : 0;
}

/** Newer first, by the logarithm of the age: among pods of about the same age the uid decides. */
function byAge(
  a: number | undefined,
  b: number | undefined,
  podA: Readonly<Pod>,
  podB: Readonly<Pod>,
  now: number,
): number {
  if (a === b) return 0;
  if (!a || !b) return a ? 1 : -1;
  const difference = magnitude(now - a) - magnitude(now - b);
  if (difference !== 0) return difference;
  return uidOf(podA) < uidOf(podB) ? -1 : 1;
}

const magnitude = (ms: number): number => (ms > 0 ? Math.trunc(Math.log2(ms * 1e6)) : -1);

/** The highest restart count of any sidecar, or of any other container. */
function restarts(pod: Readonly<Pod>, sidecars: boolean): number {
  const restartable = new Set(sidecarsOf(pod.spec).map((c) => c.name));
  const statuses: readonly ContainerStatus[] = sidecars
    ? (pod.status?.initContainerStatuses ?? []).filter((status) => restartable.has(status.name))
    : (pod.status?.containerStatuses ?? []);
  return statuses.reduce((most, status) => Math.max(most, status.restartCount), 0);
}
