// The extension points of the scheduling framework, named as upstream names them, in the order in which they run.
// A plugin is one object that implements those it needs; profile.ts lists it under each of them.
//
// Everything up to Permit runs synchronously in the scheduling cycle, one pod at a time, so plugins see a cache that does not
// change under them. From there on the binding cycle of each pod runs on its own, and only PreBind and Bind may wait.
import type { Obstacle } from '../../api/pods/placement.ts';
import type { NodeInfo } from '../cache/node-info.ts';
import type { PodInfo } from '../cache/pod-info.ts';
import type { NominatedPods } from '../queue/nominator.ts';
import type { ClusterEvent } from './cluster-events.ts';
import type { CycleState } from './cycle-state.ts';
import type { Status } from './status.ts';

export interface Plugin {
  readonly name: string;
  /**
   * Whether the event may make a pod fit that this plugin rejected (upstream's queueing hints). A plugin without it has the pods
   * that it rejected tried again after every event.
   */
  mayFitAfter?(pod: PodInfo, event: ClusterEvent): boolean;
  /**
   * For a plugin that judges each node by itself: Filter and Score depend on the pod's signature and on the node with its pods, on
   * no other node and on no state, and raw scores are whole. Whether PreFilter or PreScore skips it depends on the signature, too.
   * Pods of one signature share its answers for as long as a node is unchanged (upstream's SignPod).
   */
  signPod?(pod: PodInfo): string;
}

/** Whether a pod may be tried; a rejected pod is gated until it changes or the plugin lets it go (SchedulingQueue.ungate). */
export interface PreEnqueuePlugin extends Plugin {
  preEnqueue(pod: PodInfo): Status;
}

export interface QueuedPodInfo {
  readonly info: PodInfo;
  readonly attempts: number;
  /** When it was first queued, monotonic milliseconds. */
  readonly since: number;
  /** When it was last queued: anew after each attempt. */
  readonly queuedAt: number;
  /** The plugins that rejected it at its last attempt. */
  readonly rejectedBy?: ReadonlySet<string>;
}

export interface QueueSortPlugin extends Plugin {
  /** Whether `a` is scheduled before `b`. */
  less(a: QueuedPodInfo, b: QueuedPodInfo): boolean;
}

export interface PreFilterResult {
  readonly status: Status;
  /** The only nodes that can fit; all when left out. */
  readonly nodeNames?: ReadonlySet<string>;
}

/** Prepares the cycle, or rejects the pod for all nodes. Skip leaves out the plugin's Filter. */
export interface PreFilterPlugin extends Plugin {
  preFilter(state: CycleState, pod: PodInfo): PreFilterResult;
  readonly preFilterExtensions?: PreFilterExtensions;
}

/**
 * Needed when PreFilter counts other pods: brings its state to what PreFilter would have worked out with `other` added to or
 * removed from `node`, which may be a copy of the cache's. Each undoes the other exactly: nodes are tried one after the other
 * on one state.
 */
export interface PreFilterExtensions {
  addPod(state: CycleState, pod: PodInfo, other: PodInfo, node: NodeInfo): Status;
  removePod(state: CycleState, pod: PodInfo, other: PodInfo, node: NodeInfo): Status;
}

export interface FilterPlugin extends Plugin {
  filter(state: CycleState, pod: PodInfo, node: NodeInfo): Status;
  /**
   * For accounts of why a pod waits (why/): what is in the way on nodes that filter rejects. The function that it returns is
   * called for one node after the other and may keep what it has found; nothing is worked out unless somebody asks.
   */
  obstacles?(state: CycleState, pod: PodInfo): (node: NodeInfo) => readonly Obstacle[];
}

/** Why a node does not take the pod; `status` names the plugin. */
export interface NodeVerdict {
  readonly node: string;
  readonly status: Status;
}

/** Why no node takes the pod. */
export interface NodeVerdicts {
  /** How many nodes there are. */
  readonly nodes: number;
  readonly verdicts: readonly NodeVerdict[];
  /** The status of every node without a verdict of its own: PreFilter rejected the pod, or left the node out. */
  readonly absent?: Status;
}

/** What a PostFilter plugin may ask of the framework, to find out what would be if other pods were gone. */
export interface Trials {
  readonly nominatedPods: NominatedPods;
  runFilterPluginsWithNominatedPods(state: CycleState, pod: PodInfo, node: NodeInfo): Status;
  runPreFilterExtensionAddPod(state: CycleState, pod: PodInfo, other: PodInfo, node: NodeInfo): Status;
  runPreFilterExtensionRemovePod(state: CycleState, pod: PodInfo, other: PodInfo, node: NodeInfo): Status;
}

export interface PostFilterResult {
  readonly status: Status;
  /** Written to status.nominatedNodeName; an empty name clears it, undefined leaves it as it is. */
  readonly nominatedNode?: string;
}

/** What removing other pods from one node would take. */
export interface Removal {
  /** The most important first; at least one. */
  readonly victims: readonly PodInfo[];
  /** How many of them a disruption budget would keep. */
  readonly violations: number;
}

/** What removing other pods from `node` would take. */
export interface NodeRemoval extends Removal {
  readonly node: string;
}

/** Extenders have a say about which pods are removed: leaves some removals out, or changes them. */
export interface RemovalReview {
  review(pod: PodInfo, removals: readonly NodeRemoval[]): Promise<readonly NodeRemoval[] | Status>;
}

/** Runs when no node fits, to make the pod schedulable in a later cycle. Success ends the search for a plugin that can. */
export interface PostFilterPlugin extends Plugin {
  postFilter(state: CycleState, pod: PodInfo, why: NodeVerdicts, trials: Trials): PostFilterResult;
  /** The same where extenders are asked before anything is removed. Runs in place of postFilter. */
  postFilterReviewed?(
    state: CycleState,
    pod: PodInfo,
    why: NodeVerdicts,
    trials: Trials,
    review: RemovalReview,
  ): Promise<PostFilterResult>;
  /** For accounts of why a pod waits: what it could do on single nodes. Changes nothing. */
  preview?(state: CycleState, pod: PodInfo, trials: Trials): (node: NodeInfo) => Removal | Status;
}

/** Prepares scoring of the nodes that fit. Skip leaves out the plugin's Score. */
export interface PreScorePlugin extends Plugin {
  preScore(state: CycleState, pod: PodInfo, nodes: readonly NodeInfo[]): Status;
}

export interface ScorePlugin extends Plugin {
  readonly weight: number;
  score(state: CycleState, pod: PodInfo, node: NodeInfo): number;
  /** Brings raw scores, one per node in the order of PreScore's nodes, to integers from 0 to 100. */
  normalizeScore?(state: CycleState, pod: PodInfo, scores: number[]): void;
}

export interface ReservePlugin extends Plugin {
  reserve(state: CycleState, pod: PodInfo, node: string): Status;
  /** Undoes reserve. Also called when reserve failed or never ran, so it must not fail and may run twice. */
  unreserve(state: CycleState, pod: PodInfo, node: string): void;
}

export interface PermitResult {
  readonly status: Status;
  /** With code Wait: after this long the pod is rejected. At most MAX_PERMIT_WAIT_MS. */
  readonly timeoutMs?: number;
}

export interface PermitPlugin extends Plugin {
  permit(state: CycleState, pod: PodInfo, node: string): PermitResult;
}

export interface PreBindPlugin extends Plugin {
  preBind(state: CycleState, pod: PodInfo, node: string): Promise<Status>;
}

/** Binds the pod, or answers Skip to leave it to the next Bind plugin. */
export interface BindPlugin extends Plugin {
  bind(state: CycleState, pod: PodInfo, node: string): Promise<Status>;
}

export interface PostBindPlugin extends Plugin {
  postBind(state: CycleState, pod: PodInfo, node: string): void;
}

/** Which plugins run at each extension point, each in its order. */
export interface Profile {
  readonly queueSort: QueueSortPlugin;
  readonly preEnqueue: readonly PreEnqueuePlugin[];
  readonly preFilter: readonly PreFilterPlugin[];
  readonly filter: readonly FilterPlugin[];
  readonly postFilter: readonly PostFilterPlugin[];
  readonly preScore: readonly PreScorePlugin[];
  readonly score: readonly ScorePlugin[];
  readonly reserve: readonly ReservePlugin[];
  readonly permit: readonly PermitPlugin[];
  readonly preBind: readonly PreBindPlugin[];
  readonly bind: readonly BindPlugin[];
  readonly postBind: readonly PostBindPlugin[];
}
