// What PreScore counts for the soft constraints of a pod, the raw score of a node, and how raw scores are normalized.
// Fewer matching pods score higher; follows podtopologyspread/scoring.go.
import { largest, smallest } from '../../../kit/lists.ts';
import type { DomainCounts } from '../../cache/domain-counts.ts';
import type { NodeInfo } from '../../cache/node-info.ts';
import type { NodeLister } from '../../cache/node-lister.ts';
import type { PodInfo } from '../../cache/pod-info.ts';
import { immutableKey } from '../../framework/cycle-state.ts';
import { MAX_NODE_SCORE } from '../../framework/node-score.ts';
import { type Constraint, hasAllKeys, tallyOf } from './constraint.ts';

const HOSTNAME = 'kubernetes.io/hostname';
/** The raw score of a node that lacks a topology key. */
const IGNORED = -1;

interface Weighed {
  readonly constraint: Constraint;
  /** Matching pods per domain. */
  readonly counts: DomainCounts;
  /** Grows with the number of domains of nodes that fit, so that a key of few domains does not outweigh one of many. */
  readonly weight: number;
}

export interface ScoreState {
  readonly weighed: readonly Weighed[];
  /** Nodes without all topology keys score 0. Not so for default constraints: a node may have no zone. */
  readonly requireAllKeys: boolean;
}

export const scoreKey = immutableKey<ScoreState>('PreScorePodTopologySpread');

/** Pods are counted on all nodes, not only on those that fit: a full node's pods are in the zone too. */
export function weigh(
  constraints: readonly Constraint[],
  requireAllKeys: boolean,
  pod: PodInfo,
  feasible: readonly NodeInfo[],
  nodes: NodeLister,
): ScoreState {
  const takesPart = (node: NodeInfo) => !requireAllKeys || hasAllKeys(constraints, node);
  const scored = feasible.filter(takesPart);
  const keys = requireAllKeys ? constraints.map(({ topologyKey }) => topologyKey) : [];
  const weighed = constraints.map((constraint) => {
    const domain = (node: NodeInfo) => domainOf(constraint, node);
    const counts = nodes.tally(tallyOf(constraint, pod, keys, domain, 'score'));
    return { constraint, counts, weight: Math.log(domainsOf(constraint, scored) + 2) };
  });
  return { weighed, requireAllKeys };
}

/** Every node is a host of its own, whatever its label says. */
const domainOf = ({ topologyKey }: Constraint, node: NodeInfo): string | undefined => {
  const value = node.label(topologyKey);
  return value !== undefined && topologyKey === HOSTNAME ? node.name : value;
};

/** In how many domains the nodes are. Those without the label are one of their own, but each a host, as upstream. */
const domainsOf = (constraint: Constraint, nodes: readonly NodeInfo[]): number =>
  constraint.topologyKey === HOSTNAME
    ? nodes.length
    : new Set(nodes.map((node) => node.label(constraint.topologyKey) ?? '')).size;

export function rawScore({ weighed, requireAllKeys }: ScoreState, node: NodeInfo): number {
  let score = 0;
  for (const { constraint, counts, weight } of weighed) {
    const domain = domainOf(constraint, node);
    if (domain === undefined && requireAllKeys) return IGNORED;
    if (domain === undefined) continue;
    // maxSkew - 1 blurs differences that the constraint tolerates.
    score += counts.get(domain) * weight + (constraint.maxSkew - 1);
  }
  return Math.round(score);
}

/** The lowest raw score becomes 100. */
export function normalize(scores: number[]): void {
  const valid = scores.filter((score) => score !== IGNORED);
  const highest = largest([0, ...valid]);
  const lowest = smallest(valid);
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i]!;
    if (score === IGNORED) scores[i] = 0;
    else if (highest === 0) scores[i] = MAX_NODE_SCORE;
    else scores[i] = Math.floor((MAX_NODE_SCORE * (highest + lowest - score)) / highest);
  }
}
