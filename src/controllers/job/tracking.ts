// Counts every finished pod exactly once, whatever is deleted in between. A finalizer keeps each pod until the status says
// that it is being counted: by its uid in uncountedTerminatedPods, or by its index. Then the finalizer is removed, and only
// after that the uid moves into the counters. Follows trackJobStatusAndRemoveFinalizers (pkg/controller/job). Pure.
import type { Job, JobStatus } from '../../api/kinds/batch/v1/job.ts';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { isBeingDeleted, uidOf } from '../../api/meta/v1/object.ts';
import { matchPolicy, type PolicyMatch } from './failure-policy.ts';
import { isTracked } from './finalizer.ts';
import { failedIndexes, limitsPerIndex, neededFailures } from './index-failures.ts';
import { Indexes, indexOf, type ReadonlyIndexes } from './indexes.ts';
import { hasFailed, hasSucceeded } from './outcome.ts';
import { type Ending, isIndexed } from './plan.ts';

/** Pods that one round counts at most, as upstream's MaxUncountedPods: the status carries their uids. */
const MOST_AT_ONCE = 500;

export interface Tracked {
  readonly succeeded: number;
  readonly failed: number;
  readonly indexes: ReadonlyIndexes;
  /** Failed indexes, of a job with backoffLimitPerIndex. */
  readonly failedIndexes: ReadonlyIndexes;
  /** uids for status.uncountedTerminatedPods. */
  readonly uncounted: { readonly succeeded: readonly string[]; readonly failed: readonly string[] };
  /** Pods whose finalizer is removed once the status with `uncounted` is written. */
  readonly release: readonly Readonly<Pod>[];
  /** False when pods are left for a later round. */
  readonly whole: boolean;
  /** What the podFailurePolicy said of the pods that were counted or ignored now. */
  readonly handled: readonly PolicyMatch['action'][];
}

interface Options {
  /** How the job has ended, so that also pods count that are only being deleted. */
  readonly over?: Ending['type'] | undefined;
  readonly most?: number;
}

/** Computes the new counters from status and pods. */
export function track(job: Readonly<Job>, pods: readonly Readonly<Pod>[], options: Options = {}): Tracked {
  const { over, most = MOST_AT_ONCE } = options;
  const completions = job.spec?.completions ?? 0;
  const { counted, uncounted } = moveCounted(job.status ?? {}, pods);
  const known = new Set([...uncounted.succeeded, ...uncounted.failed]);
  const before = Indexes.parse(job.status?.completedIndexes, completions);
  const lost = failedIndexes(job, pods);
  const isNeeded = neededFailures(job, pods, over ? EVERY : Indexes.union(lost, before));
  const since = new Set<number>();
  const handled: PolicyMatch['action'][] = [];
  const release = pods.filter((pod) => isTracked(pod) && known.has(uidOf(pod)));
  let whole = true;
  for (const pod of pods) {
    if (!isTracked(pod) || known.has(uidOf(pod))) continue;
    const outcome = outcomeOf(job, pod, over);
    if (!outcome || (outcome === 'failed' && isNeeded(pod))) continue;
    if (since.size + uncounted.succeeded.length + uncounted.failed.length >= most) {
      whole = false;
      break;
    }
    release.push(pod);
    const match = outcome === 'failed' ? matchPolicy(job, pod) : undefined;
    if (match) handled.push(match.action);
    const index = indexOf(pod);
    if (isIndexed(job) && (index === undefined || index >= completions)) continue;
    if (outcome === 'failed' && match?.action !== 'Ignore') uncounted.failed.push(uidOf(pod));
    // An index is counted once, however many of its pods succeeded.
    if (outcome === 'succeeded' && index !== undefined && isIndexed(job)) {
      if (!before.has(index)) since.add(index);
    } else if (outcome === 'succeeded') uncounted.succeeded.push(uidOf(pod));
  }
  const indexes = Indexes.union(before, Indexes.of(since));
  if (isIndexed(job)) counted.succeeded = indexes.size;
  return { ...counted, indexes, failedIndexes: lost, uncounted, release, whole, handled };
}

const EVERY = { has: () => true };

/** What the status says, with the uids counted whose pods no longer have the finalizer. */
function moveCounted(status: Readonly<Partial<JobStatus>>, pods: readonly Readonly<Pod>[]) {
  const byUid = new Map(pods.map((pod) => [uidOf(pod), pod]));
  const counted = { succeeded: status.succeeded ?? 0, failed: status.failed ?? 0 };
  const uncounted: { succeeded: string[]; failed: string[] } = { succeeded: [], failed: [] };
  for (const outcome of ['succeeded', 'failed'] as const)
    for (const uid of status.uncountedTerminatedPods?.[outcome] ?? []) {
      const pod = byUid.get(uid);
      if (pod && isTracked(pod)) uncounted[outcome].push(uid);
      else counted[outcome]++;
    }
  return { counted, uncounted };
}

/** `released`: it does not count. */
function outcomeOf(
  job: Readonly<Job>,
  pod: Readonly<Pod>,
  over: Ending['type'] | undefined,
): 'succeeded' | 'failed' | 'released' | undefined {
  if (hasSucceeded(pod)) return 'succeeded';
  if (hasFailed(job, pod)) return 'failed';
  if (over && isBeingDeleted(pod)) return over === 'Failed' ? 'failed' : 'released';
  return isBeingDeleted(job) ? 'released' : undefined;
}

/** The counters of the status. */
export function countersOf(job: Readonly<Job>, tracked: Tracked): Partial<JobStatus> {
  const { uncounted } = tracked;
  return {
    succeeded: tracked.succeeded || undefined,
    failed: tracked.failed || undefined,
    uncountedTerminatedPods: {
      ...(uncounted.succeeded.length > 0 && { succeeded: [...uncounted.succeeded] }),
      ...(uncounted.failed.length > 0 && { failed: [...uncounted.failed] }),
    },
    ...(isIndexed(job) && { completedIndexes: String(tracked.indexes) || undefined }),
    ...(limitsPerIndex(job) && { failedIndexes: String(tracked.failedIndexes) }),
  };
}
