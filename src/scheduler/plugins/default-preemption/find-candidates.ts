// Tries preemption on the nodes that removing pods may help, from a random one on, until there are enough candidates.
// A node is tried on a copy of it; the cache and the cycle's state are the same afterwards.

import type { NodeInfo } from '../../cache/node-info.ts';
import type { NodeLister } from '../../cache/node-lister.ts';
import type { PodInfo } from '../../cache/pod-info.ts';
import { statusCounts } from '../../cycle/status-counts.ts';
import type { CycleState } from '../../framework/cycle-state.ts';
import { localAnswersKey } from '../../framework/local-answers.ts';
import type { NodeVerdict, NodeVerdicts, Trials } from '../../framework/plugin.ts';
import { isRejected, type Status } from '../../framework/status.ts';
import type { DisruptionBudgets } from './disruption-budgets.ts';
import { type Candidate, selectVictims } from './select-victims.ts';

/** DefaultPreemptionArgs. */
export interface PreemptionArgs {
  readonly minCandidateNodesPercentage: number;
  readonly minCandidateNodesAbsolute: number;
}

/** The search is part of the scheduling cycle and holds everything up: after this long any candidate is enough. */
const MAX_SEARCH_MS = 30;

export const DEFAULT_ARGS: PreemptionArgs = {
  minCandidateNodesPercentage: 10,
  minCandidateNodesAbsolute: 100,
};

export interface Found {
  /** Those that keep to all disruption budgets first. */
  readonly candidates: readonly Candidate[];
  /** Why the other nodes that were tried are none. */
  readonly verdicts: readonly NodeVerdict[];
}

export interface Search {
  readonly trials: Trials;
  readonly state: CycleState;
  readonly pod: PodInfo;
  readonly budgets: DisruptionBudgets;
  readonly now: number;
  /** Which node is tried first, of so many. */
  readonly offset: (nodes: number) => number;
  readonly args: PreemptionArgs;
  /** Milliseconds that only grow. */
  readonly monotonic: () => number;
}

/** Nodes where the pod fits once others leave; not those where nothing helps. */
export function potentialNodes(nodes: NodeLister, { verdicts, absent }: NodeVerdicts): PotentialNodes {
  const maybe = ({ code }: Status) => code === 'Unschedulable';
  if (absent && maybe(absent)) {
    const hopeless = new Set(verdicts.filter(({ status }) => !maybe(status)).map(({ node }) => node));
    return nodes.list().filter(({ name }) => !hopeless.has(name));
  }
  const all = nodes.list();
  if (verdicts.length === all.length && [...statusCounts(verdicts).keys()].every(maybe))
    return { length: all.length, at: (i) => all[i] };
  const potential = verdicts.filter(({ status }) => maybe(status));
  return { length: potential.length, at: (i) => nodes.get(potential[i]!.node) };
}

/** Most of them are not looked at. */
export interface PotentialNodes {
  readonly length: number;
  at(i: number): NodeInfo | undefined;
}

export function findCandidates(nodes: PotentialNodes, search: Search): Found {
  const violating: Candidate[] = [];
  const allowed: Candidate[] = [];
  const verdicts: NodeVerdict[] = [];
  if (nodes.length === 0) return { candidates: [], verdicts };
  const enough = candidatesToFind(nodes.length, search.args);
  const first = search.offset(nodes.length);
  const deadline = search.monotonic() + MAX_SEARCH_MS;
  for (let i = 0; i < nodes.length; i++) {
    const node = nodes.at((first + i) % nodes.length);
    if (!node) continue;
    const result = removalFrom(node, search);
    if ('code' in result) {
      verdicts.push({ node: node.name, status: result });
      continue;
    }
    const list = result.violations > 0 ? violating : allowed;
    if (list.length < enough) list.push(result);
    if (allowed.length > 0 && allowed.length + violating.length >= enough) break;
    if (allowed.length + violating.length > 0 && search.monotonic() > deadline) break;
  }
  return { candidates: [...allowed, ...violating], verdicts };
}

/**
 * Like pods remove the same pods from a node, while it is unchanged. Kept where nothing but the node counts, what is nominated to
 * it and the disruption budgets of its pods' namespaces: no other nodes.
 */
function removalFrom(node: NodeInfo, { trials, state, pod, budgets, now }: Search): Candidate | Status {
  const search = () => selectVictims(trials, state, pod, node, budgets, now);
  const { answers, areComplete } = state.find(localAnswersKey) ?? {};
  const isOwn = trials.nominatedPods.nodeOf(pod) === node.name;
  if (!answers || !areComplete || isOwn) return search();
  const version = budgets.versionFor(node.pods.values());
  const kept = answers.removal(node, version);
  if (kept) return kept;
  const found = search();
  if (!('code' in found) || isRejected(found)) answers.keepRemoval(node, version, found);
  return found;
}

export function candidatesToFind(nodes: number, args: PreemptionArgs): number {
  const share = Math.floor((nodes * args.minCandidateNodesPercentage) / 100);
  return Math.min(nodes, Math.max(share, args.minCandidateNodesAbsolute));
}
