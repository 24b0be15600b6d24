// Which node a pod goes to, or why none: PreFilter to Score. Reads the cache and changes nothing.
// Follows schedulePod of pkg/scheduler/schedule_one.go.
import { largest } from '../../kit/lists.ts';
import type { Random } from '../../kit/random.ts';
import type { NodeInfo } from '../cache/node-info.ts';
import type { NodeLister } from '../cache/node-lister.ts';
import type { PodInfo } from '../cache/pod-info.ts';
import type { CycleState } from '../framework/cycle-state.ts';
import type { Framework } from '../framework/framework.ts';
import { signersOf } from '../framework/local-answers.ts';
import type { NodeVerdict, Plugin } from '../framework/plugin.ts';
import { isRejected, messageOf, type Status, unresolvable } from '../framework/status.ts';
import type { Diagnosis } from './diagnosis.ts';
import { NodeFilter } from './node-filter.ts';
import { Signatures } from './signatures.ts';

export type Choice =
  | { readonly node: string }
  | { readonly diagnosis: Diagnosis }
  /** A plugin failed. */
  | { readonly error: Status };

/** Up to this many nodes all are searched; of more only a part, once it has this many that fit. */
const MIN_FEASIBLE_NODES = 100;

export class NodeChooser {
  readonly #framework: Framework;
  readonly #nodes: NodeLister;
  readonly #random: Random;
  readonly #percentage: number;
  readonly #signers: ReadonlySet<Plugin>;
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
    this.#signatures = new Signatures(this.#signers);
  }

  choose(state: CycleState, pod: PodInfo): Choice {
    const all = this.#nodes.list();
    if (all.length === 0) return { diagnosis: { nodes: 0, verdicts: [] } };
    const { status, nodeNames, plugins } = this.#framework.runPreFilterPlugins(state, pod);
    if (isRejected(status)) return { diagnosis: rejectedByAll(all.length, status) };
    if (status.code !== 'Success') return { error: status };
    const nominated = this.#nominated(state, pod);
    if (nominated) return { node: nominated.name };
    const candidates = nodeNames ? this.#named(nodeNames) : all;
    const { feasible, verdicts, error } = this.#filter(state, pod, candidates, all.length);
    if (error) return { error };
    if (feasible.length === 0)
      return {
        diagnosis: {
          nodes: all.length,
          verdicts,
          ...(nodeNames && { absent: leftOutBy(plugins), leftOutBy: plugins }),
        },
      };
    if (feasible.length === 1) return { node: feasible[0]!.name };
    return this.#score(state, pod, feasible);
  }

  /** The node where preemption made room, if it fits: no other is likely to. */
  #nominated(state: CycleState, pod: PodInfo): NodeInfo | undefined {
    const node = this.#nodes.get(this.#framework.nominatedPods.nodeOf(pod) ?? '');
    if (!node) return undefined;
    const { code } = this.#framework.runFilterPluginsWithNominatedPods(state, pod, node);
    return code === 'Success' ? node : undefined;
  }

  #named(names: ReadonlySet<string>): readonly NodeInfo[] {
    return [...names].flatMap((name) => this.#nodes.get(name) ?? []);
  }

  #filter(
    state: CycleState,
    pod: PodInfo,
    nodes: readonly NodeInfo[],
    total: number,
  ): { feasible: NodeInfo[]; verdicts: NodeVerdict[]; error?: Status } {
    const feasible: NodeInfo[] = [];
    const verdicts: NodeVerdict[] = [];
    const wanted = nodesToFind(nodes.length, this.#percentage);
    const filter = new NodeFilter(this.#framework, state, pod, this.#signatures, this.#signers);
    for (let i = 0; i < nodes.length && feasible.length < wanted; i++) {
      const node = nodes[(this.#start + i) % nodes.length]!;
      const verdict = filter.judge(node);
      if (!verdict) feasible.push(node);
      else if (isRejected(verdict.status)) verdicts.push(verdict);
      else return { feasible, verdicts, error: verdict.status };
    }
    this.#start = (this.#start + feasible.length + verdicts.length) % total;
    return { feasible, verdicts };
  }

  #score(state: CycleState, pod: PodInfo, nodes: readonly NodeInfo[]): Choice {
    const prepared = this.#framework.runPreScorePlugins(state, pod, nodes);
    if (prepared.code !== 'Success') return { error: prepared };
    const { status, totals } = this.#framework.runScorePlugins(state, pod, nodes);
    if (status.code !== 'Success') return { error: status };
    return { node: this.#best(nodes, totals) };
  }

  /** The highest total; among equals one by chance. */
  #best(nodes: readonly NodeInfo[], totals: readonly number[]): string {
    const highest = largest(totals);
    const best = nodes.filter((_, i) => totals[i] === highest);
    return best[Math.floor(this.#random.float() * best.length)]!.name;
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
