// One round for one unfinished job: counts, decides, creates or deletes pods, and writes the status in the order that keeps
// the count right (see tracking.ts). Used for one reconcile.

import { Job, type JobCondition, type JobStatus } from '../../api/kinds/batch/v1/job.ts';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { conditionOf } from '../../api/meta/v1/conditions.ts';
import { isBeingDeleted } from '../../api/meta/v1/object.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import { isPodActive, isPodTerminating } from '../../api/pods/phase.ts';
import { isPodReady } from '../../api/pods/readiness.ts';
import { referenceTo } from '../../client/events/events.ts';
import { rfc3339 } from '../../kit/clock.ts';
import { largest, smallest } from '../../kit/lists.ts';
import type { ControllerContext, Result } from '../framework/controller.ts';
import { podsToDelete } from '../framework/pods/deletion-order.ts';
import type { OwnedPods } from '../framework/pods/owned-pods.ts';
import type { StatusWriter } from '../framework/status-writer.ts';
import { policyFor } from './failure-policy.ts';
import { lastFailures, limitsPerIndex } from './index-failures.ts';
import { freeIndexes, Indexes, indexOf, type ReadonlyIndexes } from './indexes.ts';
import { endedAt, hasFailed, hasSucceeded } from './outcome.ts';
import {
  type Ending,
  endingOf,
  isIndexed,
  msUntilDeadline,
  msUntilRetry,
  type Tally,
  wantedActive,
} from './plan.ts';
import { jobPod, releasePod } from './pods.ts';
import { countersOf, isTracked, track } from './tracking.ts';

/** Most pods created in one round, as upstream's MaxPodCreateDeletePerSync. */
const BURST = 500;

type Owner = Job & KubeObject;

export class JobSync {
  readonly #context: ControllerContext;
  readonly #owned: OwnedPods<Owner>;
  readonly #status: StatusWriter<Owner>;
  /** As the cache has it. */
  readonly #stored: Readonly<Owner>;
  /** With the status that this round is going to write. */
  #job: Readonly<Owner>;
  readonly #pods: readonly Readonly<Pod>[];
  readonly #now: number;
  #retryIn: number | undefined;

  constructor(
    context: ControllerContext,
    owned: OwnedPods<Owner>,
    status: StatusWriter<Owner>,
    job: Readonly<Owner>,
    pods: readonly Readonly<Pod>[],
  ) {
    this.#context = context;
    this.#owned = owned;
    this.#status = status;
    this.#stored = job;
    this.#job = job;
    this.#pods = pods;
    this.#now = context.clock.now();
  }

  async run(): Promise<Result | undefined> {
    const settled = this.#owned.settled(this.#job);
    this.#begin();
    const tally = this.#tally(track(this.#job, this.#pods, false));
    const ending = endingOf(this.#job, tally, this.#now);
    const leaving = isBeingDeleted(this.#job);
    let created = 0;
    if (ending || this.#job.spec?.suspend) await this.#delete(tally.active);
    else if (settled && !leaving) created = await this.#manage(tally);
    await this.#write(tally, ending, created);
    const waits = [this.#retryIn, msUntilDeadline(this.#job, this.#now)].filter((ms) => ms !== undefined);
    return waits.length > 0 && !ending ? { requeueAfter: smallest(waits) } : undefined;
  }

  /** A job's start time is that of its first round, and of the first after each suspension. */
  #begin(): void {
    const { status, spec } = this.#job;
    if (status?.startTime || spec?.suspend) return;
    this.#setStatus({ startTime: rfc3339(this.#now) });
  }

  #tally(tracked: ReturnType<typeof track>): Tally {
    // Pods without the finalizer were counted in an earlier round, together with what the policy said of them.
    const failing = this.#pods
      .filter((pod) => isTracked(pod) && pod.status?.phase === 'Failed')
      .map((pod) => policyFor(this.#job, pod))
      .find((action) => typeof action === 'object');
    return {
      active: this.#pods.filter(isPodActive),
      terminating: this.#pods.filter(isPodTerminating).length,
      ready: this.#pods.filter((pod) => isPodActive(pod) && isPodReady(pod)).length,
      succeeded: tracked.succeeded + tracked.uncounted.succeeded.length,
      failed: tracked.failed + tracked.uncounted.failed.length,
      succeededIndexes: tracked.indexes,
      failedIndexes: tracked.failedIndexes,
      ...(typeof failing === 'object' && { failJob: failing.failJob }),
    };
  }

  async #delete(pods: readonly Readonly<Pod>[]): Promise<void> {
    const failure = await this.#owned.apply(this.#job, { remove: pods });
    if (failure) throw failure;
  }

  /** Creates one pod for each index; `failures` where the job counts them by index. */
  async #create(
    indexes: readonly (number | undefined)[],
    failures?: ReadonlyMap<number, { readonly count: number }>,
  ): Promise<number> {
    const create = indexes.map((index) => jobPod(this.#job, index, failures));
    const failure = await this.#owned.apply(this.#job, { create });
    if (failure) throw failure;
    return create.length;
  }

  async #manage(tally: Tally): Promise<number> {
    const wanted = wantedActive(this.#job, tally);
    const surplus = tally.active.length - wanted;
    if (surplus > 0) {
      const going = podsToDelete(tally.active, surplus, () => 0, this.#now);
      await this.#delete(going);
      return 0;
    }
    const waitingFor = this.#job.spec?.podReplacementPolicy === 'Failed' ? tally.terminating : 0;
    const missing = Math.min(BURST, -surplus - waitingFor);
    if (missing <= 0) return 0;
    if (limitsPerIndex(this.#job)) return this.#createByIndex(missing, tally);
    const wait = this.#backoff();
    if (wait > 0) {
      this.#retryIn = wait;
      return 0;
    }
    return this.#create(this.#indexesFor(missing, tally.succeededIndexes, tally));
  }

  /** Each index has a back-off of its own. */
  async #createByIndex(missing: number, tally: Tally): Promise<number> {
    const failures = lastFailures(this.#job, this.#pods);
    const waiting = new Set<number>();
    for (const [index, { pod, count }] of failures) {
      const wait = msUntilRetry(count, endedAt(pod, this.#now), this.#now);
      if (wait <= 0 || tally.failedIndexes.has(index) || tally.succeededIndexes.has(index)) continue;
      waiting.add(index);
      this.#retryIn = Math.min(this.#retryIn ?? wait, wait);
    }
    const done = Indexes.union(tally.succeededIndexes, tally.failedIndexes, Indexes.of(waiting));
    return this.#create(this.#indexesFor(missing, done, tally), failures);
  }

  #indexesFor(count: number, done: ReadonlyIndexes, tally: Tally): (number | undefined)[] {
    if (!isIndexed(this.#job)) return Array.from({ length: count }, () => undefined);
    const active = tally.active.map(indexOf).filter((index) => index !== undefined);
    const taken = Indexes.union(done, Indexes.of(active));
    return freeIndexes(this.#job.spec?.completions ?? 0, taken, count);
  }

  /** The back-off from failures since the last success, in the order in which pods ended. */
  #backoff(): number {
    const ended = (pod: Readonly<Pod>) => endedAt(pod, this.#now);
    const lastSuccess = largest([0, ...this.#pods.filter(hasSucceeded).map(ended)]);
    const failures = this.#pods.filter((pod) => hasFailed(this.#job, pod)).map(ended);
    const since = failures.filter((at) => at > lastSuccess);
    return msUntilRetry(since.length, largest([0, ...since]), this.#now);
  }

  async #write(tally: Tally, ending: Ending | undefined, created: number): Promise<void> {
    const tracked = track(this.#job, this.#pods, ending !== undefined);
    // Deleted in this round; the cache still shows them as active.
    const gone = this.#job.spec?.suspend || ending ? tally.active.length : 0;
    const active = tally.active.length + created - gone;
    this.#setStatus({
      active: active || undefined,
      ready: gone > 0 ? 0 : tally.ready,
      terminating: tally.terminating + gone,
      ...countersOf(this.#job, tracked),
    });
    this.#suspension();
    const done = ending && this.#conclude(ending, tally, gone, tracked.release.length);
    await this.#status.write(this.#stored, this.#job.status ?? {});
    // Only now: once its finalizer is gone a pod may vanish, and only the stored uid still counts it.
    for (const pod of tracked.release) await releasePod(this.#context, pod);
    if (done) this.#recordEnd(ending);
  }

  /** First the interim condition; the final one once no pod is running or terminating and all are counted. */
  #conclude(ending: Ending, tally: Tally, deleted: number, uncounted: number): boolean {
    const { reason, message } = ending;
    const interim = ending.type === 'Complete' ? 'SuccessCriteriaMet' : 'FailureTarget';
    this.#condition(interim, 'True', reason, message);
    const pending = this.#job.status?.uncountedTerminatedPods;
    const counting = (pending?.succeeded?.length ?? 0) + (pending?.failed?.length ?? 0) + uncounted;
    if (tally.terminating + deleted > 0 || counting > 0) return false;
    this.#condition(ending.type, 'True', reason, message);
    if (ending.type === 'Complete') this.#setStatus({ completionTime: rfc3339(this.#now) });
    return true;
  }

  #suspension(): void {
    const { spec } = this.#job;
    const current = conditionOf(this.#job, 'Suspended');
    const about = referenceTo(Job, this.#job);
    if (spec?.suspend && current?.status !== 'True') {
      this.#condition('Suspended', 'True', 'JobSuspended', 'Job suspended');
      this.#setStatus({ startTime: undefined });
      this.#context.events.record(about, 'Normal', 'Suspended', 'Job suspended');
    } else if (!spec?.suspend && current?.status === 'True') {
      this.#condition('Suspended', 'False', 'JobResumed', 'Job resumed');
      this.#setStatus({ startTime: rfc3339(this.#now) });
      this.#context.events.record(about, 'Normal', 'Resumed', 'Job resumed');
    }
  }

  #recordEnd(ending: Ending): void {
    const about = referenceTo(Job, this.#job);
    if (ending.type === 'Complete')
      this.#context.events.record(about, 'Normal', 'Completed', 'Job completed');
    else this.#context.events.record(about, 'Warning', ending.reason, ending.message);
  }

  #condition(type: string, status: 'True' | 'False', reason: string, message: string): void {
    const conditions = this.#job.status?.conditions ?? [];
    const current = conditions.find((condition) => condition.type === type);
    if (current?.status === status && current.reason === reason) return;
    const time = rfc3339(this.#now);
    const next: JobCondition = {
      type,
      status,
      lastProbeTime: time,
      lastTransitionTime: time,
      reason,
      message,
    };
    this.#setStatus({ conditions: [...conditions.filter((one) => one.type !== type), next] });
  }

  #setStatus(change: { [K in keyof JobStatus]?: JobStatus[K] | undefined }): void {
    const status = { ...this.#job.status, ...change } as JobStatus;
    for (const [key, value] of Object.entries(change))
      if (value === undefined) delete status[key as keyof JobStatus];
    this.#job = { ...this.#job, status };
  }
}
