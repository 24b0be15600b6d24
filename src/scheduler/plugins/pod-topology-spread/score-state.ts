// What PreScore counts for the soft constraints of a pod, the raw score of a node, and how raw scores are normalized.
// Fewer matching pods score higher; follows podtopologyspread/scoring.go.
import { namespaceOf } from '../../../api/meta/v1/object.ts';
import type { NodeInfo } from '../../cache/node-info.ts';
import type { PodInfo } from '../../cache/pod-info.ts';
import { immutableKey } from '../../framework/cycle-state.ts';
import { MAX_NODE_SCORE } from '../../framework/node-score.ts';
import { type Constraint, countPods, hasAllKeys, includesNode } from './constraint.ts';

/** Pods of one host are counted when the node is scored: every node is a domain of its own. */
const HOSTNAME = 'kubernetes.io/hostname';
/** The raw score of a node that lacks a topology key. */
const IGNORED = -1;

interface Weighed {
  readonly constraint: Constraint;
  /** Domain → matching pods in it, for domains of nodes that fit. Empty for the host name. */
  readonly counts: ReadonlyMap<string, number>;
  /** Grows with the number of domains, so that a key of few domains does not outweigh one of many. */
  readonly weight: number;
}

export interface ScoreState {
  readonly weighed: readonly Weighed[];
  /** Nodes without all topology keys score 0. Not so for default constraints: a node may have no zone. */
  readonly requireAllKeys: boolean;
}

export const scoreKey = immutableKey<ScoreState>('PreScorePodTopologySpread');

/** Counts on all nodes, not only on those that fit: a full node's pods are in the zone too. */
export function weigh(
  constraints: readonly Constraint[],
  requireAllKeys: boolean,
  pod: PodInfo,
  feasible: readonly NodeInfo[],
  all: readonly NodeInfo[],
): ScoreState {
  const takesPart = (node: NodeInfo) => !requireAllKeys || hasAllKeys(constraints, node);
  const scored = feasible.filter(takesPart);
  const counted = all.filter(takesPart);
  const weighed = constraints.map((constraint) => {
    const counts = new Map<string, number>();
    if (constraint.topologyKey !== HOSTNAME) countInto(counts, constraint, pod, scored, counted);
    const domains = constraint.topologyKey === HOSTNAME ? scored.length : counts.size;
    return { constraint, counts, weight: Math.log(domains + 2) };
  });
  return { weighed, requireAllKeys };
}

function countInto(
  counts: Map<string, number>,
  constraint: Constraint,
  pod: PodInfo,
  scored: readonly NodeInfo[],
  counted: readonly NodeInfo[],
): void {
  const namespace = namespaceOf(pod.pod);
  for (const node of scored) counts.set(node.label(constraint.topologyKey) ?? '', 0);
  for (const node of counted) {
    const domain = node.label(constraint.topologyKey) ?? '';
    const before = counts.get(domain);
    if (before !== undefined && includesNode(constraint, pod, node))
      counts.set(domain, before + countPods(constraint, namespace, node));
  }
}

export function rawScore({ weighed, requireAllKeys }: ScoreState, pod: PodInfo, node: NodeInfo): number {
  let score = 0;
  for (const { constraint, counts, weight } of weighed) {
    const domain = node.label(constraint.topologyKey);
    if (domain === undefined) {
      if (requireAllKeys) return IGNORED;
      continue;
    }
    const count =
      constraint.topologyKey === HOSTNAME
        ? countPods(constraint, namespaceOf(pod.pod), node)
        : (counts.get(domain) ?? 0);
    // maxSkew - 1 blurs differences that the constraint tolerates.
    score += count * weight + (constraint.maxSkew - 1);
  }
  return Math.round(score);
}

/** The smallest raw score becomes 100. */
export function normalize(scores: number[]): void {
  const valid = scores.filter((score) => score !== IGNORED);
  const largest = Math.max(0, ...valid);
  const smallest = Math.min(...valid);
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i]!;
    if (score === IGNORED) scores[i] = 0;
    else if (largest === 0) scores[i] = MAX_NODE_SCORE;
    else scores[i] = Math.floor((MAX_NODE_SCORE * (largest + smallest - score)) / largest);
  }
}
