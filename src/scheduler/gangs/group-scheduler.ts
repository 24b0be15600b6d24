// Schedules pods of pod groups, group by group: takes all waiting pods of a group from the queue, runs the group's cycle, and binds or
// requeues them. Made by the scheduler with the feature gate GenericWorkload; other pods have nothing to do with it.
import type { Client } from '../../client/client.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import type { PodInfo } from '../cache/pod-info.ts';
import type { SchedulingCycle } from '../cycle/scheduling-cycle.ts';
import type { QueuedPodInfo } from '../framework/plugin.ts';
import type { WaitingPods } from '../framework/waiting-pods.ts';
import type { SchedulingQueue } from '../queue/scheduling-queue.ts';
import { markGroup } from './condition.ts';
import {
  allFailed,
  GroupCycle,
  type GroupOutcome,
  inGroupOrder,
  mixedNames,
  type Placed,
  type Unplaced,
} from './group-cycle.ts';
import { type GroupMembers, groupOf } from './group-members.ts';

export interface GroupSchedulerParts {
  readonly members: GroupMembers;
  readonly queue: SchedulingQueue;
  readonly waitingPods: WaitingPods;
  readonly client: Pick<Client, 'patch'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly cycleOf: (pod: PodInfo) => SchedulingCycle;
  /** False when the pod is gone, being deleted, or on a node. */
  readonly isWaiting: (pod: PodInfo) => boolean;
  readonly bind: (placed: Placed) => void;
  readonly fail: (unplaced: Unplaced) => void;
  /** The scheduler ends when the work is done. */
  readonly track: (work: Promise<void>) => void;
}

export class GroupScheduler {
  readonly #parts: GroupSchedulerParts;
  /** Uids of the pods whose group is being scheduled. */
  #inCycle: ReadonlySet<string> = new Set();

  constructor(parts: GroupSchedulerParts) {
    this.#parts = parts;
  }

  concerns({ pod }: PodInfo): boolean {
    return groupOf(pod) !== undefined;
  }

  isInCycle(uid: string): boolean {
    return this.#inCycle.has(uid);
  }

  /** `first` has been taken from the queue. No other pod is tried meanwhile. */
  async schedule(first: QueuedPodInfo, signal: AbortSignal): Promise<void> {
    const { members, queue, clock, bind, fail, track } = this.#parts;
    const others = [...members.of(first.info.pod)].filter((uid) => uid !== first.info.uid);
    const pods = inGroupOrder([first, ...others.flatMap((uid) => queue.take(uid) ?? [])]);
    this.#inCycle = new Set(pods.map(({ info }) => info.uid));
    const outcome = await this.#outcome(pods, signal);
    this.#inCycle = new Set();
    if (signal.aborted) return;
    for (const placed of outcome.placed) bind(placed);
    for (const unplaced of outcome.unplaced) fail(unplaced);
    track(this.#mark(first.info, outcome, clock.now()));
  }

  #outcome(pods: readonly QueuedPodInfo[], signal: AbortSignal): Promise<GroupOutcome> | GroupOutcome {
    const { clock, waitingPods, isWaiting, cycleOf } = this.#parts;
    const mixed = mixedNames(pods);
    if (mixed !== undefined) return allFailed(pods, mixed);
    return new GroupCycle({ cycle: cycleOf(pods[0]!.info), waitingPods, clock, isWaiting, signal }).run(pods);
  }

  async #mark({ pod, key }: PodInfo, outcome: GroupOutcome, now: number): Promise<void> {
    const { client, members, log } = this.#parts;
    const group = members.group(pod);
    if (!group) return;
    try {
      await markGroup(client, group, outcome, now);
    } catch (error) {
      log.warn('writing the PodGroupScheduled condition failed', { pod: key, error });
    }
  }
}
