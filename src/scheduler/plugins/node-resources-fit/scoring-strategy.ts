// How NodeResourcesFit scores a node by how much of its resources would be taken: LeastAllocated spreads pods, MostAllocated packs
// them, RequestedToCapacityRatio follows a given curve. Numbers are whole, as upstream's, so that scores are the same.

import type { NodeInfo } from '../../cache/node-info.ts';
import type { PodInfo } from '../../cache/pod-info.ts';
import { MAX_NODE_SCORE } from '../../framework/node-score.ts';

export interface ResourceWeight {
  readonly name: string;
  readonly weight: number;
}

/** A point of the curve: utilization in percent, ascending, and a score from 0 to 10. */
export interface ShapePoint {
  readonly utilization: number;
  readonly score: number;
}

export type ScoringStrategy =
  | {
      readonly type: 'LeastAllocated' | 'MostAllocated';
      readonly resources: readonly ResourceWeight[];
    }
  | {
      readonly type: 'RequestedToCapacityRatio';
      readonly resources: readonly ResourceWeight[];
      readonly shape: readonly ShapePoint[];
    };

export const DEFAULT_STRATEGY: ScoringStrategy = {
  type: 'LeastAllocated',
  resources: [
    { name: 'cpu', weight: 1 },
    { name: 'memory', weight: 1 },
  ],
};

/** The score for one resource: what would be requested of it with the pod on the node, and how much there is. */
type ResourceScore = (requested: number, allocatable: number) => number;

const MAX_SHAPE_SCORE = 10;

export function nodeScore(strategy: ScoringStrategy): (pod: PodInfo, node: NodeInfo) => number {
  const score = resourceScore(strategy);
  const isCurve = strategy.type === 'RequestedToCapacityRatio';
  return (pod, node) => {
    let sum = 0;
    let weights = 0;
    for (const { name, weight } of strategy.resources) {
      const allocatable = node.allocatable.get(name) ?? 0;
      if (allocatable === 0 || (isScalar(name) && !pod.requests.get(name))) continue;
      const one = score(requestedWith(pod, node, name), allocatable);
      if (isCurve && one === 0) continue;
      sum += one * weight;
      weights += weight;
    }
    if (weights === 0) return 0;
    return isCurve ? Math.round(sum / weights) : Math.floor(sum / weights);
  };
}

/** Pods that ask for no cpu or memory count with a stand-in. */
function requestedWith(pod: PodInfo, node: NodeInfo, name: string): number {
  const hasStandIn = name === 'cpu' || name === 'memory';
  const [taken, asked] = hasStandIn
    ? [node.scoringRequested, pod.scoringRequests]
    : [node.requested, pod.requests];
  return (taken.get(name) ?? 0) + (asked.get(name) ?? 0);
}

/** Extended resources and the like: a node scores for them only with pods that ask for them. */
const isScalar = (name: string): boolean => !['cpu', 'memory', 'ephemeral-storage'].includes(name);

function resourceScore(strategy: ScoringStrategy): ResourceScore {
  switch (strategy.type) {
    case 'LeastAllocated':
      return (requested, allocatable) =>
        requested > allocatable ? 0 : Math.floor(((allocatable - requested) * MAX_NODE_SCORE) / allocatable);
    case 'MostAllocated':
      return (requested, allocatable) =>
        Math.floor((Math.min(requested, allocatable) * MAX_NODE_SCORE) / allocatable);
    case 'RequestedToCapacityRatio': {
      const at = brokenLine(strategy.shape);
      return (requested, allocatable) => at(Math.floor((requested * 100) / allocatable));
    }
  }
}

/** Straight between the points, and level before the first and after the last. */
export function brokenLine(shape: readonly ShapePoint[]): (utilization: number) => number {
  const points = shape.map(({ utilization, score }) => ({
    utilization,
    score: score * (MAX_NODE_SCORE / MAX_SHAPE_SCORE),
  }));
  return (utilization) => {
    const next = points.findIndex((point) => utilization <= point.utilization);
    if (next === -1) return points.at(-1)?.score ?? 0;
    const to = points[next]!;
    const from = points[next - 1];
    if (!from) return to.score;
    const rise = (to.score - from.score) * (utilization - from.utilization);
    return from.score + Math.trunc(rise / (to.utilization - from.utilization));
  };
}
