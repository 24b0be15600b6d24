// Which of several pods is taken when one is enough: kubectl's order for logs, and the order in which a controller deletes pods,
// whose last one is attached to.
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { isSidecar } from '../../api/pods/containers.ts';
import { readySince } from '../../api/pods/readiness.ts';

type Compare = (a: Readonly<Pod>, b: Readonly<Pod>) => number;

const isAssigned = (pod: Readonly<Pod>): boolean => !!pod.spec?.nodeName;
const isReady = (pod: Readonly<Pod>): boolean => readySince(pod) !== undefined;
const PHASES: Readonly<Record<string, number>> = { Running: 0, Unknown: 1, Pending: 2 };
const phase = (pod: Readonly<Pod>): number => PHASES[pod.status?.phase ?? ''] ?? 0;
/** False first. */
const flags = (a: boolean, b: boolean): number => Number(a) - Number(b);
const created = (pod: Readonly<Pod>): number => Date.parse(pod.metadata.creationTimestamp ?? '') || 0;

/** Negative if `a` is earlier; an unknown time, 0, is after all others. */
const oldestFirst = (a: number, b: number): number => (a || Infinity) - (b || Infinity) || 0;

/** The most restarts of a container, and of a sidecar. */
function restarts(pod: Readonly<Pod>): readonly [number, number] {
  const sidecars = new Set((pod.spec?.initContainers ?? []).filter(isSidecar).map(({ name }) => name));
  let [most, ofSidecars] = [0, 0];
  for (const { restartCount = 0 } of pod.status?.containerStatuses ?? []) most = Math.max(most, restartCount);
  for (const { name, restartCount = 0 } of pod.status?.initContainerStatuses ?? [])
    if (sidecars.has(name)) ofSidecars = Math.max(ofSidecars, restartCount);
  return [most, ofSidecars];
}

const mostRestartsFirst: Compare = (a, b) => {
  const [mine, theirs] = [restarts(a), restarts(b)];
  return theirs[0] - mine[0] || theirs[1] - mine[1];
};

/** Assigned, running, ready, long ready, often restarted and old pods first. */
export const byLogging: Compare = (a, b) =>
  flags(isAssigned(b), isAssigned(a)) ||
  phase(a) - phase(b) ||
  flags(isReady(b), isReady(a)) ||
  (isReady(a) ? oldestFirst(readySince(a) ?? 0, readySince(b) ?? 0) : 0) ||
  mostRestartsFirst(a, b) ||
  oldestFirst(created(a), created(b));

/** The order in which a controller would delete: the least useful pods first. */
const activePods: Compare = (a, b) =>
  flags(isAssigned(a), isAssigned(b)) ||
  phase(b) - phase(a) ||
  flags(isReady(a), isReady(b)) ||
  flags(!isDeleting(a), !isDeleting(b)) ||
  (isDeleting(a) ? deletedAt(a) - deletedAt(b) : 0) ||
  (isReady(a) ? oldestFirst(readySince(b) ?? 0, readySince(a) ?? 0) : 0) ||
  mostRestartsFirst(a, b) ||
  oldestFirst(created(b), created(a));

const isDeleting = (pod: Readonly<Pod>): boolean => !!pod.metadata.deletionTimestamp;
const deletedAt = (pod: Readonly<Pod>): number => Date.parse(pod.metadata.deletionTimestamp ?? '') || 0;

/** The most useful pods first. */
export const byAttaching: Compare = (a, b) => activePods(b, a);
