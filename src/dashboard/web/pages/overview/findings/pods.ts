// Which pods are in trouble, and why. A cluster has many pods and few in trouble: the rows of the table tell which, and only those are
// read whole. Pure.
import type { Pod } from '../../../../../api/kinds/core/v1/pod.ts';
import { conditionOf } from '../../../../../api/meta/v1/conditions.ts';
import { controllerOf, isBeingDeleted, nameOf, namespaceOf } from '../../../../../api/meta/v1/object.ts';
import { isPodTerminal } from '../../../../../api/pods/phase.ts';
import { isPodReady } from '../../../../../api/pods/readiness.ts';
import { podProblems } from '../../../../../api/why/pod-problems.ts';
import { type Finding, KINDS, timeOf } from './finding.ts';

/** Of a row of the table of pods. */
export interface PodRow {
  /** Milliseconds since the epoch. */
  readonly created: number;
  readonly deleting: boolean;
  /** As in the columns READY and STATUS. */
  readonly ready: string;
  readonly status: string;
}

/** How long a pod may take to start, or to end after its time, before that is worth a line. */
const PATIENCE_MS = 60_000;

const FINE: ReadonlySet<string> = new Set(['Completed', 'Succeeded']);
/** What a pod that starts goes through. */
const STARTING: ReadonlySet<string> = new Set(['Pending', 'ContainerCreating', 'PodInitializing', 'Running']);
const isStarting = (status: string): boolean => STARTING.has(status) || /^Init:\d+\/\d+$/.test(status);

export function isSuspect({ created, deleting, ready, status }: PodRow, now: number): boolean {
  if (FINE.has(status)) return false;
  // When it was to end is not in the row.
  if (deleting) return true;
  const [up, wanted] = ready.split('/');
  if (status === 'Running' && up === wanted) return false;
  return !isStarting(status) || now > created + PATIENCE_MS;
}

/** Undefined for a pod that is well after all, or whose trouble its Job tells. */
export function podFinding(pod: Readonly<Pod>, now: number): Finding | undefined {
  const of = { of: KINDS.Pod, namespace: namespaceOf(pod), name: nameOf(pod) };
  if (isBeingDeleted(pod)) return stuck(pod, now, of);
  if (isPodTerminal(pod)) return ended(pod, of);
  if (!pod.spec?.nodeName) return waiting(pod, of);
  const [first] = podProblems(pod);
  if (!first || isPodReady(pod)) return undefined;
  const since =
    timeOf(conditionOf(pod, 'Ready')?.lastTransitionTime) ?? timeOf(pod.metadata.creationTimestamp);
  const where = first.where === 'pod' ? '' : `${first.where}: `;
  return {
    ...of,
    severity: isStarting(first.reason) || first.reason === 'NotStarted' ? 'warn' : 'bad',
    reason: first.reason,
    message: `${where}${first.message}`,
    ...(since !== undefined && { since }),
  };
}

type Of = Pick<Finding, 'of' | 'namespace' | 'name'>;

function stuck(pod: Readonly<Pod>, now: number, of: Of): Finding | undefined {
  const since = timeOf(pod.metadata.deletionTimestamp);
  if (since === undefined || now <= since + PATIENCE_MS) return undefined;
  const [problem] = podProblems(pod).filter(({ reason }) => reason === 'Terminating');
  const message = problem?.message ?? 'should have ended by now';
  return { ...of, severity: 'warn', reason: 'Terminating', message, since };
}

function ended(pod: Readonly<Pod>, of: Of): Finding | undefined {
  if (pod.status?.phase !== 'Failed' || controllerOf(pod)?.kind === 'Job') return undefined;
  const [first] = podProblems(pod);
  const finished = (pod.status.containerStatuses ?? []).map(({ state }) => state?.terminated?.finishedAt);
  const since = timeOf(finished.find(Boolean)) ?? timeOf(pod.metadata.creationTimestamp);
  return {
    ...of,
    severity: 'warn',
    reason: pod.status.reason || first?.reason || 'Failed',
    message: pod.status.message || first?.message || '',
    ...(since !== undefined && { since }),
  };
}

function waiting(pod: Readonly<Pod>, of: Of): Finding {
  const condition = conditionOf(pod, 'PodScheduled');
  const since = timeOf(pod.metadata.creationTimestamp);
  const isRejected = condition?.status === 'False';
  return {
    ...of,
    severity: isRejected && condition.reason !== 'SchedulingGated' ? 'bad' : 'warn',
    reason: (isRejected && condition.reason) || 'Pending',
    message: condition?.message || 'has no node yet',
    ...(since !== undefined && { since }),
  };
}

/** Pods of one owner with the same trouble share a line: that of the first of them, with their number. */
export function grouped(findings: readonly (Finding & { readonly owner?: string })[]): Finding[] {
  const groups = new Map<string, Finding>();
  for (const { owner, ...finding } of findings) {
    const key = JSON.stringify([finding.namespace, owner ?? finding.name, finding.reason]);
    const known = groups.get(key);
    if (!known) groups.set(key, finding);
    else groups.set(key, { ...known, count: (known.count ?? 1) + 1, ...latest(known, finding) });
  }
  return [...groups.values()];
}

const latest = (one: Finding, other: Finding): Partial<Finding> => {
  const since = Math.max(one.since ?? 0, other.since ?? 0);
  return since > 0 ? { since } : {};
};

/** What pods of one workload have in common. */
export const ownerOf = (pod: Readonly<Pod>): string | undefined => controllerOf(pod)?.uid;
