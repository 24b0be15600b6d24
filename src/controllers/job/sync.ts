// One round for one unfinished job: counts, decides, creates or deletes pods, and writes the status in the order that keeps
// the count right (see tracking.ts). Used for one reconcile.

import { Job } from '../../api/kinds/batch/v1/job.ts';
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
import type { OwnedPods } from '../framework/pods/owned-pods.ts';
import type { StatusWriter } from '../framework/status-writer.ts';
import { matchPolicy } from './failure-policy.ts';
import { isTracked } from './finalizer.ts';
import { type LastFailure, lastFailures, limitsPerIndex, totalOf } from './index-failures.ts';
import { freeIndexes, Indexes, indexOf } from './indexes.ts';
import type { Action, JobInstruments } from './instruments.ts';
import { endedAt, hasFailed, hasSucceeded, replacesFailedOnly } from './outcome.ts';
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
import { podsToRemove } from './removal.ts';
import { StatusDraft } from './status-draft.ts';
import { countersOf, type Tracked, track } from './tracking.ts';

/** Most pods created, and most deleted, in one round, as upstream's MaxPodCreateDeletePerSync. */
const BURST = 500;

type Owner = Job & KubeObject;

/** What the rounds of all jobs share. */
export interface JobTools {
  readonly context: ControllerContext;
  readonly owned: OwnedPods<Owner>;
  readonly status: StatusWriter<Owner>;
  readonly instruments: JobInstruments;
}

export interface Observed {
  /** As the cache has it. */
  readonly job: Readonly<Owner>;
  readonly pods: readonly Readonly<Pod>[];
  /** True when `pods` shows every pod that the last round created and deleted. */
  readonly settled: boolean;
}

/** What was done to the pods. */
interface Done {
  readonly action: Action;
  readonly created: number;
  readonly removed: readonly Readonly<Pod>[];
  readonly failure: unknown;
}

const nothing = (action: Action): Done => ({ action, created: 0, removed: [], failure: undefined });

export class JobSync {
  readonly #tools: JobTools;
  readonly #observed: Observed;
  readonly #draft: StatusDraft;
  readonly #now: number;
  #retryIn: number | undefined;
  #action: Action = 'reconciling';

  constructor(tools: JobTools, observed: Observed) {
    this.#tools = tools;
    this.#observed = observed;
    this.#now = tools.context.clock.now();
    this.#draft = new StatusDraft(observed.job, rfc3339(this.#now));
  }

  async run(): Promise<Result | undefined> {
    const { context, instruments } = this.#tools;
    const from = context.clock.monotonic();
    let result: 'success' | 'error' = 'error';
    try {
      const next = await this.#round();
      result = 'success';
      return next;
    } finally {
      instruments.synced(this.#job, this.#action, result, context.clock.monotonic() - from);
    }
  }

  get #job(): Readonly<Owner> {
    return this.#draft.job;
  }

  async #round(): Promise<Result | undefined> {
    this.#begin();
    const tally = this.#tally();
    const ending = endingOf(this.#job, tally, this.#now);
    const managed = !ending && this.#observed.settled && !isBeingDeleted(this.#job);
    const done = ending
      ? await this.#finish(tally)
      : managed
        ? await this.#manage(tally)
        : nothing('reconciling');
    this.#action = done.action;
    if (managed) this.#suspension();
    // Also after a failure: pods that have ended must be counted even while none can be created.
    await this.#write(tally, ending, done);
    if (done.failure) throw done.failure;
    const waits = [this.#retryIn, msUntilDeadline(this.#job, this.#now)].filter((ms) => ms !== undefined);
    return waits.length > 0 && !ending ? { requeueAfter: smallest(waits) } : undefined;
  }

  /** A job's start time is that of its first round, and of the first after each suspension. */
  #begin(): void {
    const { status, spec } = this.#job;
    if (status?.startTime || spec?.suspend) return;
    this.#draft.set({ startTime: rfc3339(this.#now) });
  }

  #tally(): Tally {
    const { pods } = this.#observed;
    const tracked = track(this.#job, pods, { most: Number.POSITIVE_INFINITY });
    const failing = pods
      .filter((pod) => isTracked(pod) && hasFailed(this.#job, pod))
      .map((pod) => matchPolicy(this.#job, pod))
      .find((match) => match?.action === 'FailJob');
    return {
      active: pods.filter(isPodActive),
      terminating: pods.filter(isPodTerminating).length,
      ready: pods.filter((pod) => isPodActive(pod) && isPodReady(pod)).length,
      succeeded: tracked.succeeded + tracked.uncounted.succeeded.length,
      failed: tracked.failed + tracked.uncounted.failed.length,
      restarts: restartsOf(pods),
      succeededIndexes: tracked.indexes,
      failedIndexes: tracked.failedIndexes,
      ...(failing && { failJob: failing.message }),
    };
  }

  /** The pods of a job that has ended keep their finalizer until they are counted. */
  async #finish({ active }: Tally): Promise<Done> {
    const { failure } = await this.#tools.owned.apply(this.#job, { remove: active });
    return { ...nothing('reconciling'), removed: active, failure };
  }

  async #manage(tally: Tally): Promise<Done> {
    const { suspend } = this.#job.spec ?? {};
    const wanted = suspend ? 0 : wantedActive(this.#job, tally);
    const surplus = tally.active.length - wanted;
    const wrong = podsToRemove(this.#job, tally.active, Math.max(0, surplus), this.#now);
    if (wrong.length > 0 || suspend) return this.#remove(suspend ? wrong : wrong.slice(0, BURST));
    const waitingFor = replacesFailedOnly(this.#job) ? tally.terminating : 0;
    const missing = Math.min(BURST, -surplus - waitingFor);
    if (missing <= 0) return nothing('tracking');
    if (limitsPerIndex(this.#job)) return this.#createByIndex(missing, tally);
    const wait = this.#backoff();
    if (wait === 0) return this.#create(this.#indexesFor(missing, tally), tally);
    this.#retryIn = wait;
    return nothing('pods_created');
  }

  /** Pods that are not wanted have not failed: without the finalizer they are not counted. */
  async #remove(pods: readonly Readonly<Pod>[]): Promise<Done> {
    await this.#release(pods);
    const { failure } = await this.#tools.owned.apply(this.#job, { remove: pods });
    return { ...nothing('pods_deleted'), removed: pods, failure };
  }

  /** Creates one pod for each index; `failures` where the job counts them by index. */
  async #create(
    indexes: readonly (number | undefined)[],
    tally: Tally,
    failures?: ReadonlyMap<number, LastFailure>,
  ): Promise<Done> {
    const failuresOf = (index: number | undefined) =>
      failures && index !== undefined ? (failures.get(index)?.failures ?? NO_FAILURES) : undefined;
    const create = indexes.map((index) => jobPod(this.#job, index, failuresOf(index)));
    const { created, failure } = await this.#tools.owned.apply(this.#job, { create });
    this.#tools.instruments.created(this.#job, tally, created, failure ? create.length - created : 0);
    return { ...nothing('pods_created'), created, failure };
  }

  /** Each index has a back-off of its own. One that waits keeps its place among the pods that may run. */
  #createByIndex(missing: number, tally: Tally): Promise<Done> {
    const failures = lastFailures(this.#job, this.#observed.pods);
    const ready = this.#indexesFor(missing, tally).filter((index) => {
      const last = index === undefined ? undefined : failures.get(index);
      const wait = last ? msUntilRetry(totalOf(last.failures), endedAt(last.pod), this.#now) : 0;
      if (wait > 0) this.#retryIn = Math.min(this.#retryIn ?? wait, wait);
      return wait === 0;
    });
    return this.#create(ready, tally, failures);
  }

  #indexesFor(count: number, tally: Tally): (number | undefined)[] {
    if (!isIndexed(this.#job)) return Array.from({ length: count }, () => undefined);
    const leaving = replacesFailedOnly(this.#job) ? this.#observed.pods.filter(isPodTerminating) : [];
    const held = [...tally.active, ...leaving].map(indexOf).filter((index) => index !== undefined);
    const taken = Indexes.union(tally.succeededIndexes, tally.failedIndexes, Indexes.of(held));
    return freeIndexes(this.#job.spec?.completions ?? 0, taken, count);
  }

  /** The back-off from failures since the last success, in the order in which pods ended. */
  #backoff(): number {
    const { pods } = this.#observed;
    const lastSuccess = largest([0, ...pods.filter(hasSucceeded).map(endedAt)]);
    // One that is deleted without the finalizer was not wanted.
    const failed = (pod: Readonly<Pod>) => (isTracked(pod) ? hasFailed(this.#job, pod) : isFailed(pod));
    const failures = pods.filter(failed).map(endedAt);
    const since = failures.filter((at) => at > lastSuccess);
    return msUntilRetry(since.length, largest([0, ...since]), this.#now);
  }

  async #write(tally: Tally, ending: Ending | undefined, done: Done): Promise<void> {
    const { job: stored } = this.#observed;
    const tracked = track(this.#job, this.#observed.pods, { over: ending?.type });
    // The cache still shows pods as active that were deleted in this round.
    const { created, removed } = done;
    this.#draft.set({
      active: tally.active.length + created - removed.length || undefined,
      ready: tally.ready - removed.filter(isPodReady).length,
      terminating: tally.terminating + removed.length,
      ...countersOf(this.#job, tracked),
    });
    const ended = ending && this.#conclude(ending, tally, done, tracked);
    await this.#tools.status.write(stored, this.#job.status ?? {});
    this.#tools.instruments.counted(this.#job, stored.status ?? {}, this.#job.status ?? {});
    this.#tools.instruments.handled(tracked.handled);
    // Only now: once its finalizer is gone a pod may vanish, and only the stored uid still counts it.
    await this.#release(tracked.release);
    if (ended) this.#recordEnd(ending);
  }

  async #release(pods: readonly Readonly<Pod>[]): Promise<void> {
    await Promise.all(pods.filter(isTracked).map((pod) => releasePod(this.#tools.context, pod)));
  }

  /** First the interim condition; the final one once no pod is running or terminating and all are counted. */
  #conclude(ending: Ending, tally: Tally, done: Done, tracked: Tracked): boolean {
    const { reason, message } = ending;
    const interim = ending.type === 'Complete' ? 'SuccessCriteriaMet' : 'FailureTarget';
    this.#draft.condition(interim, 'True', reason, message);
    const { uncounted, release, whole } = tracked;
    const counting = uncounted.succeeded.length + uncounted.failed.length + release.length;
    const leaving = tally.terminating + done.removed.length;
    if (leaving > 0 || counting > 0 || !whole || !this.#observed.settled) return false;
    this.#draft.condition(ending.type, 'True', reason, message);
    // That of a suspended job was taken back, and a job that has ended must have one.
    if (!this.#job.status?.startTime) this.#draft.set({ startTime: rfc3339(this.#now) });
    if (ending.type === 'Complete') this.#draft.set({ completionTime: rfc3339(this.#now) });
    return true;
  }

  #suspension(): void {
    const { spec } = this.#job;
    const current = conditionOf(this.#job, 'Suspended');
    if (spec?.suspend && current?.status !== 'True') {
      this.#draft.condition('Suspended', 'True', 'JobSuspended', 'Job suspended');
      // So that spec.template may be changed until the job is resumed.
      this.#draft.set({ startTime: undefined });
      this.#record('Normal', 'Suspended', 'Job suspended');
    } else if (!spec?.suspend && current?.status === 'True') {
      this.#draft.condition('Suspended', 'False', 'JobResumed', 'Job resumed');
      this.#draft.set({ startTime: rfc3339(this.#now) });
      this.#record('Normal', 'Resumed', 'Job resumed');
    }
  }

  #recordEnd(ending: Ending): void {
    const { spec, status } = this.#job;
    if (ending.type === 'Failed') this.#record('Warning', ending.reason, ending.message);
    else {
      if (spec?.completions !== undefined && (status?.succeeded ?? 0) > spec.completions)
        this.#record(
          'Warning',
          'TooManySucceededPods',
          'Too many succeeded pods running after completion count reached',
        );
      this.#record('Normal', 'Completed', 'Job completed');
    }
    this.#tools.instruments.finished(this.#job, ending);
  }

  #record(type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.#tools.context.events.record(referenceTo(Job, this.#job), type, reason, message);
  }
}

const isFailed = ({ status }: Readonly<Pod>): boolean => status?.phase === 'Failed';

const NO_FAILURES = { counted: 0, ignored: 0 };

function restartsOf(pods: readonly Readonly<Pod>[]): number {
  let restarts = 0;
  for (const { status } of pods) {
    if (status?.phase !== 'Running' && status?.phase !== 'Pending') continue;
    for (const one of status.initContainerStatuses ?? []) restarts += one.restartCount;
    for (const one of status.containerStatuses ?? []) restarts += one.restartCount;
  }
  return restarts;
}
