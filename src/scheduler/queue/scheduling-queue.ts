// Pods without a node, in four places: active (ready, in the order of the QueueSort plugin), backoff, unschedulable (until
// something in the cluster changes) and gated (until the PreEnqueue plugins let them in). A cluster event moves the unschedulable
// pods that may fit after it to backoff, or to active when their back-off has passed. Where no pod is active, one in backoff is
// taken before its time, unless its attempt failed with an error. PreEnqueue is asked about every pod that would leave for
// backoff or active.

import type { Clock, Timer } from '../../kit/clock.ts';
import type { PodInfo } from '../cache/pod-info.ts';
import { type ClusterEvent, eventLabel } from '../framework/cluster-events.ts';
import type { QueuedPodInfo, QueueSortPlugin } from '../framework/plugin.ts';
import { KeyedHeap } from './keyed-heap.ts';

/** A pod that is not tried before `retryAt`, in monotonic milliseconds. */
interface Waiting extends QueuedPodInfo {
  readonly retryAt: number;
  /** Its attempt failed with an error: it is not tried before `retryAt`, even if nobody else waits. */
  readonly isError?: boolean;
}

export type Place = 'active' | 'backoff' | 'unschedulable' | 'gated';

/** How a pod waits. */
export interface Standing extends QueuedPodInfo {
  readonly place: Place;
  /** In backoff: when it is tried again, in monotonic milliseconds. */
  readonly retryAt?: number;
}

/** The answers of plugins; a pod may do what is left out. */
export interface QueueRules {
  /** PreEnqueue's. */
  readonly mayEnter?: (info: PodInfo) => boolean;
  readonly mayFitAfter?: (pod: QueuedPodInfo, event: ClusterEvent) => boolean;
  /** Hears of each pod that comes into one of the places, and why: upstream's name of the event. */
  readonly onIncoming?: (place: Exclude<Place, 'gated'>, event: string) => void;
}

export interface Backoff {
  readonly initialBackoffMs: number;
  readonly maxBackoffMs: number;
}

const DEFAULT_BACKOFF: Backoff = { initialBackoffMs: 1_000, maxBackoffMs: 10_000 };
/** Unschedulable pods are tried again after this time even when nothing has changed. */
const MAX_UNSCHEDULABLE_MS = 5 * 60_000;

const SCHEDULE_ATTEMPT_FAILURE = 'ScheduleAttemptFailure';

export class SchedulingQueue {
  readonly #clock: Clock;
  readonly #active: KeyedHeap<QueuedPodInfo>;
  readonly #backoff = new KeyedHeap<Waiting>((a, b) => a.retryAt < b.retryAt);
  /** Those in backoff that may be taken early. */
  readonly #early: KeyedHeap<QueuedPodInfo>;
  readonly #unschedulable = new Map<string, Waiting & { timer: Timer }>();
  readonly #gated = new Map<string, Waiting>();
  #release: { readonly timer: Timer; readonly at: number } | undefined;
  #wake: (() => void) | undefined;
  readonly #rules: QueueRules;
  readonly #backoffTimes: Backoff;
  #changes = 0;

  constructor(
    clock: Clock,
    less: QueueSortPlugin['less'],
    rules: QueueRules = {},
    backoff: Backoff = DEFAULT_BACKOFF,
  ) {
    this.#backoffTimes = backoff;
    this.#clock = clock;
    this.#active = new KeyedHeap(less);
    this.#early = new KeyedHeap(less);
    this.#rules = rules;
  }

  /** The number of cluster events so far: a pod whose cycle overlapped one is not unschedulable for sure. */
  get changes(): number {
    return this.#changes;
  }

  /** A new or changed pod. One that was tried before keeps its attempts and becomes active at once. */
  add(info: PodInfo): void {
    const known = this.#find(info.uid);
    const now = this.#clock.monotonic();
    this.#drop(info.uid);
    const { attempts = 0, since = now, queuedAt = now } = known ?? {};
    const event = known ? 'UnschedulablePodUpdate' : 'UnschedulablePodAdd';
    this.#enter({ info, attempts, since, queuedAt, retryAt: now }, event);
  }

  /** A pod that changed in nothing that could make it fit: it stays where it is, unless PreEnqueue now lets it in. */
  update(info: PodInfo): void {
    const { uid } = info;
    const gated = this.#gated.get(uid);
    if (gated) {
      this.#gated.delete(uid);
      return this.#enter({ ...gated, info }, 'UnschedulablePodUpdate');
    }
    for (const pods of [this.#active, this.#backoff, this.#early, this.#unschedulable])
      replace(pods, uid, info);
  }

  /** What gated the pod is over. */
  ungate(uid: string): void {
    const gated = this.#gated.get(uid);
    if (gated) this.update(gated.info);
  }

  /** Tries the pod again after its back-off, without waiting for a change in the cluster. */
  retry(uid: string): void {
    const gated = this.#gated.get(uid);
    if (gated) {
      this.#gated.delete(uid);
      return this.#enter({ ...gated, isError: true }, 'ForceActivate');
    }
    const found = this.#unschedulable.get(uid);
    if (!found) return;
    const { timer, ...pod } = found;
    timer.cancel();
    this.#unschedulable.delete(uid);
    this.#enter({ ...pod, isError: true }, 'ForceActivate');
  }

  remove(uid: string): void {
    this.#drop(uid);
  }

  has(uid: string): boolean {
    return this.#find(uid) !== undefined;
  }

  /** Undefined for a pod that is not here: it is being bound, or not ours. */
  standingOf(uid: string): Standing | undefined {
    const waiting = this.#backoff.get(uid);
    if (waiting) return { ...waiting, place: 'backoff' };
    const places = { active: this.#active, unschedulable: this.#unschedulable, gated: this.#gated };
    for (const place of ['active', 'unschedulable', 'gated'] as const) {
      const found = places[place].get(uid);
      if (!found) continue;
      const { info, attempts, since, queuedAt, rejectedBy } = found;
      return { info, attempts, since, queuedAt, ...(rejectedBy && { rejectedBy }), place };
    }
    return undefined;
  }

  /** Takes the first active pod; waits for one. Undefined when the signal aborts. */
  async next(signal: AbortSignal): Promise<QueuedPodInfo | undefined> {
    while (!signal.aborted) {
      const active = this.#active.first();
      const first = active ?? this.#early.first();
      if (first) {
        if (!active) this.#rules.onIncoming?.('active', 'PopFromBackoffQ');
        return this.#attempted(first);
      }
      await new Promise<void>((resolve) => {
        const wake = () => {
          signal.removeEventListener('abort', wake);
          resolve();
        };
        this.#wake = wake;
        signal.addEventListener('abort', wake);
      });
    }
    return undefined;
  }

  /** Takes the pod as next() would; undefined when it is not here, or gated. */
  take(uid: string): QueuedPodInfo | undefined {
    const found = this.#gated.has(uid) ? undefined : this.#find(uid);
    if (!found) return undefined;
    return this.#attempted(found);
  }

  #attempted({ info, attempts, since, queuedAt }: QueuedPodInfo): QueuedPodInfo {
    this.#drop(info.uid);
    return { info, attempts: attempts + 1, since, queuedAt };
  }

  /** A pod that plugins rejected. `changes` is what the counter showed when its cycle began. */
  addUnschedulable(pod: QueuedPodInfo, changes: number): void {
    const queuedAt = this.#clock.monotonic();
    const retryAt = queuedAt + this.#backoffOf(pod);
    if (changes !== this.#changes)
      return this.#enter({ ...pod, queuedAt, retryAt }, SCHEDULE_ATTEMPT_FAILURE);
    const timer = this.#clock.after(MAX_UNSCHEDULABLE_MS, () => {
      const { timer: _, ...waiting } = this.#unschedulable.get(pod.info.uid)!;
      this.#unschedulable.delete(pod.info.uid);
      this.#enter(waiting, 'UnschedulableTimeout');
    });
    this.#unschedulable.set(pod.info.uid, { ...pod, queuedAt, retryAt, timer });
    this.#rules.onIncoming?.('unschedulable', SCHEDULE_ATTEMPT_FAILURE);
  }

  /** A pod whose cycle failed with an error: no cluster event is needed to try it again. */
  addBackoff(pod: QueuedPodInfo): void {
    const queuedAt = this.#clock.monotonic();
    const retryAt = queuedAt + this.#backoffOf(pod);
    this.#enter({ ...pod, queuedAt, retryAt, isError: true }, SCHEDULE_ATTEMPT_FAILURE);
  }

  /** Something in the cluster changed that may make a pod fit, if it is one that the change `concerns`. */
  moveAll(event: ClusterEvent, concerns: (info: PodInfo) => boolean = () => true): void {
    this.#changes++;
    const { mayFitAfter = () => true } = this.#rules;
    // Every pod that is bound is an event: nothing is made for pods that it does not help.
    for (const [uid, waiting] of this.#unschedulable) {
      if (!concerns(waiting.info) || !mayFitAfter(waiting, event)) continue;
      const { timer, ...pod } = waiting;
      timer.cancel();
      this.#unschedulable.delete(uid);
      this.#enter(pod, eventLabel(event));
    }
  }

  /** Every pod that waits for a change is tried again: what plugins say may be different from now on. */
  retryAll(): void {
    this.#changes++;
    for (const [uid, { timer, ...pod }] of this.#unschedulable) {
      timer.cancel();
      this.#unschedulable.delete(uid);
      this.#enter(pod, 'ForceActivate');
    }
    for (const [uid, pod] of [...this.#gated]) {
      this.#gated.delete(uid);
      this.#enter(pod, 'ForceActivate');
    }
  }

  close(): void {
    this.#release?.timer.cancel();
    for (const pod of this.#unschedulable.values()) pod.timer.cancel();
  }

  /** Every pod, with what its last attempt has come to; those that are gated without. */
  *waiting(): Iterable<QueuedPodInfo & { readonly isGated: boolean }> {
    for (const pod of this.#gated.values()) yield { ...pod, isGated: true };
    for (const pods of [this.#active.values(), this.#backoff.values(), this.#unschedulable.values()])
      for (const pod of pods) yield { ...pod, isGated: false };
  }

  /** How many pods are in each place. */
  sizes(): Record<Place, number> {
    return {
      active: this.#active.size,
      backoff: this.#backoff.size,
      unschedulable: this.#unschedulable.size,
      gated: this.#gated.size,
    };
  }

  #find(uid: string): QueuedPodInfo | undefined {
    const places = [this.#active, this.#backoff, this.#unschedulable, this.#gated];
    for (const pods of places) {
      const found = pods.get(uid);
      if (found) return found;
    }
    return undefined;
  }

  #enter(pod: Waiting, event: string): void {
    if (this.#rules.mayEnter?.(pod.info) ?? true) this.#wait(pod, event);
    else this.#gated.set(pod.info.uid, pod);
  }

  #drop(uid: string): void {
    this.#active.delete(uid);
    this.#backoff.delete(uid);
    this.#early.delete(uid);
    this.#gated.delete(uid);
    this.#unschedulable.get(uid)?.timer.cancel();
    this.#unschedulable.delete(uid);
  }

  #activate(pod: QueuedPodInfo, event: string): void {
    this.#rules.onIncoming?.('active', event);
    this.#active.set(pod.info.uid, pod);
    this.#wakeUp();
  }

  #wakeUp(): void {
    this.#wake?.();
    this.#wake = undefined;
  }

  #backoffOf({ attempts }: QueuedPodInfo): number {
    const { initialBackoffMs, maxBackoffMs } = this.#backoffTimes;
    return Math.min(maxBackoffMs, initialBackoffMs * 2 ** (attempts - 1));
  }

  #wait(pod: Waiting, event: string): void {
    if (pod.retryAt <= this.#clock.monotonic()) return this.#activate(pod, event);
    this.#rules.onIncoming?.('backoff', event);
    const { uid } = pod.info;
    this.#backoff.set(uid, pod);
    this.#schedule();
    if (pod.isError) return;
    this.#early.set(uid, pod);
    this.#wakeUp();
  }

  #schedule(): void {
    const first = this.#backoff.first();
    if (!first || (this.#release && this.#release.at <= first.retryAt)) return;
    this.#release?.timer.cancel();
    const timer = this.#clock.after(Math.max(0, first.retryAt - this.#clock.monotonic()), () =>
      this.#flush(),
    );
    this.#release = { timer, at: first.retryAt };
  }

  /** A pod may have left backoff before its time: then there may be nothing to do. */
  #flush(): void {
    this.#release = undefined;
    const now = this.#clock.monotonic();
    for (let pod = this.#backoff.first(); pod && pod.retryAt <= now; pod = this.#backoff.first()) {
      this.#backoff.delete(pod.info.uid);
      this.#early.delete(pod.info.uid);
      this.#activate(pod, 'BackoffComplete');
    }
    this.#schedule();
  }
}

interface Places<P> {
  get(uid: string): P | undefined;
  set(uid: string, pod: P): unknown;
}

function replace<P extends QueuedPodInfo>(pods: Places<P>, uid: string, info: PodInfo): void {
  const found = pods.get(uid);
  if (found) pods.set(uid, { ...found, info });
}
