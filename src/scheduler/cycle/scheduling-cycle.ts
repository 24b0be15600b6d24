// The scheduling cycle of one pod, from PreFilter to Permit: synchronous, so that cycles never overlap and the cache holds still.
// A pod that gets a node is assumed there before its binding cycle starts. Called by the scheduler's loop.
import type { PodInfo } from '../cache/pod-info.ts';
import type { SchedulerCache } from '../cache/scheduler-cache.ts';
import type { CycleState } from '../framework/cycle-state.ts';
import type { Framework } from '../framework/framework.ts';
import type { PostFilterResult } from '../framework/plugin.ts';
import { isRejected, messageOf, type Status } from '../framework/status.ts';
import type { Nominator } from '../queue/nominator.ts';
import type { NodeChooser } from './choose-node.ts';
import { type Diagnosis, explain } from './diagnosis.ts';

/** How a cycle that found no node, or could not bind to it, ended. */
export interface Failure {
  /** Rejected: the pod waits for a change in the cluster. Anything else: it is tried again after its back-off. */
  readonly rejected: boolean;
  readonly message: string;
  readonly diagnosis?: Diagnosis;
  /** For status.nominatedNodeName: empty clears it, undefined leaves it as it is. */
  readonly nominatedNode?: string;
}

export type Outcome = { readonly node: string } | Failure;

export class SchedulingCycle {
  readonly #framework: Framework;
  readonly #cache: SchedulerCache;
  readonly #chooser: NodeChooser;
  readonly #nominator: Nominator;

  constructor(framework: Framework, cache: SchedulerCache, chooser: NodeChooser, nominator: Nominator) {
    this.#framework = framework;
    this.#cache = cache;
    this.#chooser = chooser;
    this.#nominator = nominator;
  }

  run(state: CycleState, pod: PodInfo): Outcome {
    const choice = this.#chooser.choose(state, pod);
    if ('error' in choice) return failureOf(choice.error);
    if ('diagnosis' in choice) return this.#noNode(state, pod, choice.diagnosis);
    return this.place(state, pod, choice.node);
  }

  /** Assume, Reserve and Permit. */
  place(state: CycleState, pod: PodInfo, node: string): Outcome {
    this.#cache.assume(pod, node);
    this.#nominator.remove(pod.uid);
    const status = this.#reserve(state, pod, node);
    if (status.code === 'Success' || status.code === 'Wait') return { node };
    this.release(state, pod, node);
    return failureOn(node, status);
  }

  /** Takes back what the cycle holds for the pod on the node. */
  release(state: CycleState, pod: PodInfo, node: string): void {
    this.#framework.runReservePluginsUnreserve(state, pod, node);
    this.#cache.forget(pod.uid);
  }

  #reserve(state: CycleState, pod: PodInfo, node: string): Status {
    const reserved = this.#framework.runReservePluginsReserve(state, pod, node);
    return reserved.code === 'Success' ? this.#framework.runPermitPlugins(state, pod, node) : reserved;
  }

  #noNode(state: CycleState, pod: PodInfo, diagnosis: Diagnosis): Failure {
    if (diagnosis.nodes === 0) return rejection(diagnosis, '');
    if (this.#framework.profile.postFilter.length === 0) return rejection(diagnosis, '');
    return rejectionAfter(this.#framework.runPostFilterPlugins(state, pod, diagnosis), diagnosis);
  }
}

/** No node fits, and this is what PostFilter has come to. */
export const rejectionAfter = ({ status, nominatedNode }: PostFilterResult, diagnosis: Diagnosis): Failure =>
  rejection({ ...diagnosis, postFilterMessage: messageOf(status) }, nominatedNode);

export function rejection(diagnosis: Diagnosis, nominatedNode: string | undefined): Failure {
  const message = explain(diagnosis);
  return { rejected: true, message, diagnosis, ...(nominatedNode !== undefined && { nominatedNode }) };
}

export const failureOf = (status: Status): Failure => ({
  rejected: false,
  message: messageOf(status),
  nominatedNode: '',
});

/** A plugin refused or failed after `node` had been chosen: the message is about that node alone. */
export function failureOn(node: string, status: Status): Failure {
  if (!isRejected(status)) return failureOf(status);
  return rejection({ nodes: 1, verdicts: [{ node, status }] }, '');
}
