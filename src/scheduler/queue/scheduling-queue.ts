// Pods that wait for a node: ready ones by priority and age, refused ones with a back-off, and those that only an event
// can help. Whatever changes in the cluster moves refused pods back, at once or when their back-off ends.

import type { Clock, Timer } from '../../kit/clock.ts';
import type { PodInfo } from '../cache/pod-info.ts';
import { creationOrder } from './order.ts';

export interface QueuedPod {
  readonly info: PodInfo;
  readonly attempts: number;
  /** When it was first queued, monotonic milliseconds. */
  readonly since: number;
}

interface Waiting extends QueuedPod {
  readonly retryAt: number;
}

const FIRST_BACKOFF = 1_000;
const LAST_BACKOFF = 10_000;
/** Refused pods are tried again after this time even when nothing seems to have changed. */
const LONGEST_WAIT = 5 * 60_000;

export class SchedulingQueue {
  readonly #clock: Clock;
  readonly #active = new Map<string, QueuedPod>();
  readonly #backoff = new Map<string, Waiting>();
  readonly #unschedulable = new Map<string, Waiting & { timer: Timer }>();
  readonly #gated = new Map<string, PodInfo>();
  #timer: Timer | undefined;
  #wake: (() => void) | undefined;
  /** Counts cluster events, so that a pod whose cycle overlapped one is tried again. */
  #events = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get events(): number {
    return this.#events;
  }

  /** A new or changed pod. A refused pod keeps its attempts and comes back at once. */
  add(info: PodInfo): void {
    const known = this.#find(info.uid);
    this.#drop(info.uid);
    this.#activate({ info, attempts: known?.attempts ?? 0, since: known?.since ?? this.#clock.monotonic() });
  }

  /** A pod that may not be tried before it changes. */
  gate(info: PodInfo): void {
    this.#drop(info.uid);
    this.#gated.set(info.uid, info);
  }

  remove(uid: string): void {
    this.#drop(uid);
  }

  has(uid: string): boolean {
    return this.#find(uid) !== undefined || this.#gated.has(uid);
  }

  /** The next pod by priority, then age; waits for one. Undefined when the signal aborts. */
  async next(signal: AbortSignal): Promise<QueuedPod | undefined> {
    while (!signal.aborted) {
      const first = this.#first();
      if (first) {
        this.#active.delete(first.info.uid);
        return { ...first, attempts: first.attempts + 1 };
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

  /** Puts a pod back that found no node. `events` is what the counter showed when its cycle began. */
  refuse(pod: QueuedPod, events: number): void {
    const retryAt = this.#clock.monotonic() + backoffOf(pod.attempts);
    if (events !== this.#events) return this.#wait({ ...pod, retryAt });
    const timer = this.#clock.after(LONGEST_WAIT, () => {
      this.#unschedulable.delete(pod.info.uid);
      this.#activate(pod);
    });
    this.#unschedulable.set(pod.info.uid, { ...pod, retryAt, timer });
  }

  /** Puts a pod back whose cycle failed for reasons of its own; it is tried again after its back-off. */
  retry(pod: QueuedPod): void {
    this.#wait({ ...pod, retryAt: this.#clock.monotonic() + backoffOf(pod.attempts) });
  }

  /** Something in the cluster changed that may make room. */
  moveAll(): void {
    this.#events++;
    for (const [uid, pod] of this.#unschedulable) {
      pod.timer.cancel();
      this.#unschedulable.delete(uid);
      this.#wait(pod);
    }
  }

  close(): void {
    this.#timer?.cancel();
    for (const pod of this.#unschedulable.values()) pod.timer.cancel();
  }

  /** How many pods wait, by place, for metrics. */
  sizes(): Record<'active' | 'backoff' | 'unschedulable' | 'gated', number> {
    return {
      active: this.#active.size,
      backoff: this.#backoff.size,
      unschedulable: this.#unschedulable.size,
      gated: this.#gated.size,
    };
  }

  #first(): QueuedPod | undefined {
    let first: QueuedPod | undefined;
    for (const pod of this.#active.values()) if (!first || creationOrder(pod, first) < 0) first = pod;
    return first;
  }

  #find(uid: string): QueuedPod | undefined {
    return this.#active.get(uid) ?? this.#backoff.get(uid) ?? this.#unschedulable.get(uid);
  }

  #drop(uid: string): void {
    this.#active.delete(uid);
    this.#backoff.delete(uid);
    this.#gated.delete(uid);
    this.#unschedulable.get(uid)?.timer.cancel();
    this.#unschedulable.delete(uid);
  }

  #activate(pod: QueuedPod): void {
    this.#active.set(pod.info.uid, pod);
    this.#wake?.();
    this.#wake = undefined;
  }

  #wait(pod: Waiting): void {
    if (pod.retryAt <= this.#clock.monotonic()) return this.#activate(pod);
    this.#backoff.set(pod.info.uid, pod);
    this.#schedule();
  }

  #schedule(): void {
    this.#timer?.cancel();
    const due = Math.min(...[...this.#backoff.values()].map((pod) => pod.retryAt));
    if (!Number.isFinite(due)) return;
    this.#timer = this.#clock.after(Math.max(0, due - this.#clock.monotonic()), () => this.#release());
  }

  #release(): void {
    for (const [uid, pod] of this.#backoff) {
      if (pod.retryAt > this.#clock.monotonic()) continue;
      this.#backoff.delete(uid);
      this.#activate(pod);
    }
    this.#schedule();
  }
}

const backoffOf = (attempts: number) => Math.min(LAST_BACKOFF, FIRST_BACKOFF * 2 ** (attempts - 1));
