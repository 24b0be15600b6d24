// Which node a pod goes to, or why none: PreFilter to Score. Reads the cache and changes nothing.
// Follows schedulePod of pkg/scheduler/schedule_one.go.
import type { Random } from '../../kit/random.ts';
import type { NodeInfo } from '../cache/node-info.ts';
import type { NodeLister } from '../cache/node-lister.ts';
import type { PodInfo } from '../cache/pod-info.ts';
import type { CycleState } from '../framework/cycle-state.ts';
import type { Framework, ScoreOutcome } from '../framework/framework.ts';
import { type Signers, signersOf } from '../framework/local-answers.ts';
import type { NodeVerdict } from '../framework/plugin.ts';
import { isRejected, messageOf, type Status, unresolvable } from '../framework/status.ts';
import type { Diagnosis } from './diagnosis.ts';
import { NodeFilter } from './node-filter.ts';
import { Signatures } from './signatures.ts';

export type NoNode =
  | { readonly diagnosis: Diagnosis }
  /** A plugin failed. */
  | { readonly error: Status };

export type Choice = { readonly node: string } | NoNode;

/** What PreFilter leaves to Filter. */
export interface Prepared {
  /** How many nodes there are. */
  readonly nodes: number;
  readonly candidates: readonly NodeInfo[];
  /** The plugins that left the other nodes out. */
  readonly leftOutBy?: readonly string[];
}

export interface Found {
  readonly feasible: readonly NodeInfo[];
  /** Of the nodes that do not fit. */
  readonly diagnosis: Diagnosis;
}

/** Up to this many nodes all are searched; of more only a part, once it has this many that fit. */
const MIN_FEASIBLE_NODES = 100;

export class NodeChooser {
  readonly #framework: Framework;
  readonly #nodes: NodeLister;
  readonly #random: Random;
  readonly #percentage: number;
  readonly #signers: Signers;
  readonly #signatures: Signatures;
  /** Where the next search starts, so that every node is looked at in turn. */
  #start = 0;

  /** `percentage` of the nodes to find that fit; 0 for the usual share. */
  constructor(framework: Framework, nodes: NodeLister, random: Random, percentage = 0) {
    this.#percentage = percentage;
    this.#framework = framework;
    this.#nodes = nodes;
    this.#random = random;
    this.#signers = signersOf(framework.profile);
    this.#signatures = new Signatures(this.#signers.all);
  }

  choose(state: CycleState, pod: PodInfo): Choice {
    const prepared = this.prepare(state, pod);
    if (!('candidates' in prepared)) return prepared;
    const nominated = this.nominated(state, pod);
    if (nominated) return { node: nominated.name };
    const found = this.filter(state, pod, prepared);
    if ('error' in found) return found;
    const { feasible, diagnosis } = found;
    if (feasible.length === 0) return { diagnosis };
    if (feasible.length === 1) return { node: feasible[0]!.name };
    const { status, totals } = this.score(state, pod, feasible);
    return status.code === 'Success' ? { node: this.#best(feasible, totals) } : { error: status };
  }

  /** PreFilter. */
  prepare(state: CycleState, pod: PodInfo): Prepared | NoNode {
    const all = this.#nodes.list();
    if (all.length === 0) return { diagnosis: { nodes: 0, verdicts: [] } };
    const { status, nodeNames, plugins } = this.#framework.runPreFilterPlugins(state, pod);
    if (isRejected(status)) return { diagnosis: rejectedByAll(all.length, status) };
    if (status.code !== 'Success') return { error: status };
    return {
      nodes: all.length,
      candidates: nodeNames ? this.#named(nodeNames) : all,
      ...(nodeNames && { leftOutBy: plugins }),
    };
  }

  /** The node where preemption made room, if it fits: no other is likely to. */
  nominated(state: CycleState, pod: PodInfo): NodeInfo | undefined {
    const node = this.#nodes.get(this.#framework.nominatedPods.nodeOf(pod) ?? '');
    if (!node) return undefined;
    const { code } = this.#framework.runFilterPluginsWithNominatedPods(state, pod, node);
    return code === 'Success' ? node : undefined;
  }

  #named(names: ReadonlySet<string>): readonly NodeInfo[] {
    return [...names].flatMap((name) => this.#nodes.get(name) ?? []);
  }

  /** Filter, on as many nodes as are needed. */
  filter(
    state: CycleState,
    pod: PodInfo,
    { nodes: total, candidates: nodes, leftOutBy: plugins }: Prepared,
  ): Found | { readonly error: Status } {
    const started = this.#framework.now();
    const filter = new NodeFilter(this.#framework, this.#nodes, state, pod, this.#signatures, this.#signers);
    const result = this.#search(filter, nodes);
    this.#framework.told('Filter', 'error' in result ? result.error.code : 'Success', started);
    if ('error' in result) return result;
    const { feasible, verdicts } = result;
    this.#start = (this.#start + feasible.length + verdicts.length) % total;
    const absent = plugins && { absent: leftOutBy(plugins), leftOutBy: plugins };
    return { feasible, diagnosis: { nodes: total, verdicts, ...absent } };
  }

  /** The nodes from the next one on, until there are enough that fit. */
  #search(
    filter: NodeFilter,
    nodes: readonly NodeInfo[],
  ): { feasible: NodeInfo[]; verdicts: readonly NodeVerdict[] } | { error: Status } {
    const feasible: NodeInfo[] = [];
    const known = filter.failsAgain(nodes, this.#start);
    if (known) return { feasible, verdicts: known };
    const verdicts: NodeVerdict[] = [];
    const wanted = nodesToFind(nodes.length, this.#percentage);
    for (let i = 0; i < nodes.length && feasible.length < wanted; i++) {
      const node = nodes[(this.#start + i) % nodes.length]!;
      const verdict = filter.judge(node);
      if (!verdict) feasible.push(node);
      else if (isRejected(verdict.status)) verdicts.push(verdict);
      else return { error: verdict.status };
    }
    if (feasible.length > 0) return { feasible, verdicts };
    return { feasible, verdicts: filter.failed(nodes, this.#start, verdicts) };
  }

  /** PreScore and Score. */
  score(state: CycleState, pod: PodInfo, nodes: readonly NodeInfo[]): ScoreOutcome {
    const status = this.#framework.runPreScorePlugins(state, pod, nodes);
    return status.code === 'Success'
      ? this.#framework.runScorePlugins(state, pod, nodes)
      : { status, totals: [] };
  }

  /** The highest total; among equals one by chance. */
  #best(nodes: readonly NodeInfo[], totals: readonly number[]): string {
    const best: number[] = [];
    let highest = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < totals.length; i++) {
      const total = totals[i]!;
      if (total < highest) continue;
      if (total > highest) best.length = 0;
      highest = total;
      best.push(i);
    }
    return nodes[best[Math.floor(this.#random.float() * best.length)]!]!.name;
  }
}

const rejectedByAll = (nodes: number, status: Status): Diagnosis => ({
  nodes,
  verdicts: [],
  absent: status,
  preFilterMessage: messageOf(status),
});

/** The status of nodes that these plugins left out in PreFilter. */
export const leftOutBy = (plugins: readonly string[]): Status =>
  unresolvable(`node(s) didn't satisfy plugin(s) [${[...plugins].sort().join(' ')}]`);

/** As upstream's percentageOfNodesToScore: all of 100, then the given share or, for 0, one that falls from 50 % to 5 %. */
export function nodesToFind(nodes: number, percentage = 0): number {
  if (nodes <= MIN_FEASIBLE_NODES || percentage >= 100) return nodes;
  const percent = percentage || Math.max(5, 50 - Math.floor(nodes / 125));
  return Math.max(MIN_FEASIBLE_NODES, Math.floor((nodes * percent) / 100));
}
