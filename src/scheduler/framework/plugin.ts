// The extension points of the scheduling framework, as upstream names them. A plugin is one object with the methods it needs.
// Unschedulable is an answer, not an exception: plugins return reasons.
import type { NodeInfo } from '../cache/node-info.ts';
import type { PodInfo } from '../cache/pod-info.ts';

/** Why a pod cannot be placed, in upstream's words. `final`: no pod leaving the node would change it. */
export interface Rejection {
  readonly reasons: readonly string[];
  readonly final?: boolean;
}

/** What a plugin worked out for this cycle and keeps for its later calls. */
export type CycleState = Map<string, unknown>;

export interface Plugin {
  readonly name: string;
}

/** Says that a pod may not even be tried yet. */
export interface PreEnqueuePlugin extends Plugin {
  preEnqueue(pod: PodInfo): Rejection | undefined;
}

export interface PreFilterPlugin extends Plugin {
  /** Rejects the pod for all nodes, or prepares the cycle. */
  preFilter(state: CycleState, pod: PodInfo, nodes: readonly NodeInfo[]): Rejection | undefined;
}

export interface FilterPlugin extends Plugin {
  filter(state: CycleState, pod: PodInfo, node: NodeInfo): Rejection | undefined;
}

export interface PreScorePlugin extends Plugin {
  preScore(state: CycleState, pod: PodInfo, nodes: readonly NodeInfo[]): void;
}

export interface ScorePlugin extends Plugin {
  readonly weight: number;
  score(state: CycleState, pod: PodInfo, node: NodeInfo): number;
  /** Brings raw scores, one per node, into 0…100. */
  normalize?(state: CycleState, scores: number[], nodes: readonly NodeInfo[]): void;
}

export const MAX_SCORE = 100;

/** Scales to 0…100 by the largest score; `reverse` makes small ones good. */
export function scaleScores(scores: number[], reverse = false): void {
  const largest = Math.max(0, ...scores);
  for (let i = 0; i < scores.length; i++) {
    const scaled = largest === 0 ? 0 : Math.floor((MAX_SCORE * scores[i]!) / largest);
    scores[i] = reverse ? MAX_SCORE - scaled : scaled;
  }
}

/** The plugins of a profile, by extension point, each in its order. */
export interface Profile {
  readonly preEnqueue: readonly PreEnqueuePlugin[];
  readonly preFilter: readonly PreFilterPlugin[];
  readonly filter: readonly FilterPlugin[];
  readonly preScore: readonly PreScorePlugin[];
  readonly score: readonly ScorePlugin[];
}
