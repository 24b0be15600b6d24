// Tries preemption on the nodes that removing pods may help, from a random one on, until there are enough candidates.
// A node is tried on a copy of it; the cache and the cycle's state are the same afterwards.
import type { NodeInfo } from '../../cache/node-info.ts';
import type { NodeLister } from '../../cache/node-lister.ts';
import type { PodInfo } from '../../cache/pod-info.ts';
import type { CycleState } from '../../framework/cycle-state.ts';
import type { NodeVerdict, NodeVerdicts, Trials } from '../../framework/plugin.ts';
import type { Status } from '../../framework/status.ts';
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
export function potentialNodes(nodes: NodeLister, { verdicts, absent }: NodeVerdicts): readonly NodeInfo[] {
  const maybe = ({ code }: Status) => code === 'Unschedulable';
  if (absent && maybe(absent)) {
    const hopeless = new Set(verdicts.filter(({ status }) => !maybe(status)).map(({ node }) => node));
    return nodes.list().filter(({ name }) => !hopeless.has(name));
  }
  return verdicts.flatMap(({ node, status }) => (maybe(status) ? (nodes.get(node) ?? []) : []));
}

export function findCandidates(nodes: readonly NodeInfo[], search: Search): Found {
  const violating: Candidate[] = [];
  const allowed: Candidate[] = [];
  const verdicts: NodeVerdict[] = [];
  if (nodes.length === 0) return { candidates: [], verdicts };
  const { trials, state, pod, budgets, now } = search;
  const enough = candidatesToFind(nodes.length, search.args);
  const first = search.offset(nodes.length);
  const deadline = search.monotonic() + MAX_SEARCH_MS;
  for (let i = 0; i < nodes.length; i++) {
    const node = nodes[(first + i) % nodes.length]!;
    const result = selectVictims(trials, state, pod, node, budgets, now);
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

export function candidatesToFind(nodes: number, args: PreemptionArgs): number {
  const share = Math.floor((nodes * args.minCandidateNodesPercentage) / 100);
  return Math.min(nodes, Math.max(share, args.minCandidateNodesAbsolute));
}
