// The scheduling cycle of a pod group: all its waiting pods are tried one after the other, each on the nodes as those before it leave
// them; the cache may change between two pods. If Permit lets one of them go, as many as have a node are bound; otherwise all nodes are given back at once, so that no two
// gangs wait for each other. Follows podGroupCycle of pkg/scheduler/schedule_one_podgroup.go; the cache is changed in place and
// back, where upstream has a snapshot.
import type { Clock } from '../../kit/clock.ts';
import type { PodInfo } from '../cache/pod-info.ts';
import { schedulerNameOf } from '../config/settings.ts';
import type { Failure, SchedulingCycle } from '../cycle/scheduling-cycle.ts';
import { CycleState } from '../framework/cycle-state.ts';
import type { QueuedPodInfo } from '../framework/plugin.ts';
import type { WaitingPods } from '../framework/waiting-pods.ts';

const UNSCHEDULABLE = 'pod group is unschedulable';
const FOR_PREEMPTION = `${UNSCHEDULABLE}, pod group is waiting for preemption to complete`;

export interface Placed {
  readonly queued: QueuedPodInfo;
  readonly state: CycleState;
  readonly node: string;
}

export interface Unplaced {
  readonly queued: QueuedPodInfo;
  readonly failure: Failure;
}

export interface GroupOutcome {
  /** For the condition PodGroupScheduled. */
  readonly reason: 'Scheduled' | 'Unschedulable' | 'SchedulerError';
  readonly message: string;
  /** To be bound. */
  readonly placed: readonly Placed[];
  readonly unplaced: readonly Unplaced[];
}

interface Tried extends Placed {
  /** Others must leave the node first. */
  readonly failure?: Failure;
}

/** The most important first, then those that have waited for longest. */
export const inGroupOrder = (pods: readonly QueuedPodInfo[]): readonly QueuedPodInfo[] =>
  pods.toSorted((a, b) => b.info.priority - a.info.priority || a.since - b.since);

/** Why pods of one group cannot be scheduled together, if they are not all the same profile's. */
export function mixedNames(pods: readonly QueuedPodInfo[]): string | undefined {
  const [first = '', other] = new Set(pods.map(({ info }) => schedulerNameOf(info.pod)));
  if (other === undefined) return undefined;
  const names = `got: ${JSON.stringify(first)} and ${JSON.stringify(other)}`;
  return `all pods in a single pod group should have the same .spec.schedulerName set, ${names}`;
}

export function allFailed(pods: readonly QueuedPodInfo[], message: string): GroupOutcome {
  const failure: Failure = { rejected: false, message, nominatedNode: '' };
  const unplaced = pods.map((queued) => ({ queued, failure }));
  return { reason: 'SchedulerError', message, placed: [], unplaced };
}

/** A group may be large: after this many milliseconds the rest of the process runs. */
const SLICE_MS = 5;

export interface GroupCycleParts {
  /** Of the profile of all the pods. */
  readonly cycle: SchedulingCycle;
  readonly waitingPods: WaitingPods;
  readonly clock: Pick<Clock, 'monotonic' | 'turn'>;
  /** False when the pod is gone, being deleted, or on a node. */
  readonly isWaiting: (pod: PodInfo) => boolean;
  /** Ends the cycle between two pods; what it holds is left as it is. */
  readonly signal: AbortSignal;
}

export class GroupCycle {
  readonly #parts: GroupCycleParts;
  readonly #cycle: SchedulingCycle;
  readonly #waitingPods: WaitingPods;

  constructor(parts: GroupCycleParts) {
    this.#parts = parts;
    this.#cycle = parts.cycle;
    this.#waitingPods = parts.waitingPods;
  }

  async run(pods: readonly QueuedPodInfo[]): Promise<GroupOutcome> {
    const { clock, isWaiting, signal } = this.#parts;
    let since = clock.monotonic();
    const tried: Tried[] = [];
    const unplaced: Unplaced[] = [];
    let isPermitted = false;
    for (const queued of pods) {
      if (clock.monotonic() - since >= SLICE_MS) {
        await clock.turn();
        since = clock.monotonic();
      }
      if (signal.aborted) break;
      if (!isWaiting(queued.info)) continue;
      const result = this.#try(queued);
      if ('node' in result) {
        tried.push(result);
        isPermitted ||= !this.#waitingPods.get(queued.info.uid);
        continue;
      }
      unplaced.push(result);
      if (result.failure.rejected) continue;
      this.#giveBack(tried);
      return withError(pods, result);
    }
    const preempts = tried.some(({ failure }) => failure);
    if (isPermitted && !preempts) return { reason: 'Scheduled', message: '', placed: tried, unplaced };
    // Before the nodes are given back: what Permit said of each.
    const waiting = new Map(tried.map((one) => [one, this.#waitingMessage(one.queued.info)]));
    this.#giveBack(tried);
    const message = isPermitted ? FOR_PREEMPTION : UNSCHEDULABLE;
    for (const one of tried) {
      const { queued, node, failure } = one;
      if (isPermitted)
        unplaced.push({ queued, failure: failure ?? { rejected: true, message, nominatedNode: node } });
      else
        unplaced.push({ queued, failure: { rejected: true, message: waiting.get(one)!, nominatedNode: '' } });
    }
    return { reason: 'Unschedulable', message, placed: [], unplaced };
  }

  #try(queued: QueuedPodInfo): Tried | Unplaced {
    const state = new CycleState();
    const outcome = this.#cycle.run(state, queued.info);
    if ('node' in outcome) return { queued, state, node: outcome.node };
    if (!outcome.nominatedNode) return { queued, failure: outcome };
    // Those after it must see it where it will be.
    const placed = this.#cycle.place(state, queued.info, outcome.nominatedNode);
    return 'node' in placed
      ? { queued, state, node: placed.node, failure: outcome }
      : { queued, failure: placed };
  }

  #waitingMessage({ uid, pod }: PodInfo): string {
    if (!this.#waitingPods.get(uid)) return UNSCHEDULABLE;
    return `${UNSCHEDULABLE}, one or more plugins asked to wait and no plugin rejected pod ${JSON.stringify(pod.metadata.name)}`;
  }

  #giveBack(tried: readonly Tried[]): void {
    for (const { queued, state, node } of tried.toReversed()) {
      const { uid } = queued.info;
      // Nobody waits for the decision: the binding cycle has not begun.
      this.#waitingPods.get(uid)?.reject('', UNSCHEDULABLE);
      this.#waitingPods.remove(uid);
      this.#cycle.release(state, queued.info, node);
    }
  }
}

function withError(pods: readonly QueuedPodInfo[], failed: Unplaced): GroupOutcome {
  const message = `failed to schedule other pod from a pod group: ${failed.failure.message}`;
  const { unplaced } = allFailed(pods, message);
  return {
    ...{ reason: 'SchedulerError', message, placed: [] },
    unplaced: unplaced.map((one) => (one.queued === failed.queued ? failed : one)),
  };
}
