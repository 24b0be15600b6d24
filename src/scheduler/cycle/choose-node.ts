// One scheduling decision: which node a pod goes to, or why none. Reads the cache, changes nothing.
import type { Random } from '../../kit/random.ts';
import type { NodeInfo } from '../cache/node-info.ts';
import type { PodInfo } from '../cache/pod-info.ts';
import type { CycleState, Profile } from '../framework/plugin.ts';
import type { Diagnosis, NodeVerdict } from './diagnosis.ts';

export type Choice = { readonly node: string } | { readonly diagnosis: Diagnosis };

/** Above this many nodes only a part is searched; feasible ones found so far are enough. */
const ENOUGH_TO_SEARCH = 100;

export class NodeChooser {
  readonly #profile: Profile;
  readonly #random: Random;
  /** Where the next search starts, so that all nodes get their turn. */
  #start = 0;

  constructor(profile: Profile, random: Random) {
    this.#profile = profile;
    this.#random = random;
  }

  choose(pod: PodInfo, nodes: readonly NodeInfo[]): Choice {
    const state: CycleState = new Map();
    for (const plugin of this.#profile.preFilter) {
      const rejection = plugin.preFilter(state, pod, nodes);
      if (rejection)
        return {
          diagnosis: {
            nodes: nodes.length,
            verdicts: [],
            overall: { plugin: plugin.name, reasons: rejection.reasons },
          },
        };
    }
    const { feasible, verdicts } = this.#filter(state, pod, nodes);
    if (feasible.length === 0) return { diagnosis: { nodes: nodes.length, verdicts } };
    if (feasible.length === 1) return { node: feasible[0]!.name };
    return { node: this.#best(feasible, this.#score(state, pod, feasible)) };
  }

  /** What stands against one node, or undefined. */
  verdict(state: CycleState, pod: PodInfo, node: NodeInfo): NodeVerdict | undefined {
    for (const plugin of this.#profile.filter) {
      const rejection = plugin.filter(state, pod, node);
      if (!rejection) continue;
      return {
        node: node.name,
        plugin: plugin.name,
        reasons: rejection.reasons,
        final: rejection.final ?? false,
      };
    }
    return undefined;
  }

  #filter(state: CycleState, pod: PodInfo, nodes: readonly NodeInfo[]) {
    const feasible: NodeInfo[] = [];
    const verdicts: NodeVerdict[] = [];
    const wanted = nodesToFind(nodes.length);
    for (let i = 0; i < nodes.length && feasible.length < wanted; i++) {
      const node = nodes[(this.#start + i) % nodes.length]!;
      const verdict = this.verdict(state, pod, node);
      if (verdict) verdicts.push(verdict);
      else feasible.push(node);
    }
    this.#start = (this.#start + feasible.length + verdicts.length) % Math.max(1, nodes.length);
    return { feasible, verdicts };
  }

  #score(state: CycleState, pod: PodInfo, nodes: readonly NodeInfo[]): number[] {
    for (const plugin of this.#profile.preScore) plugin.preScore(state, pod, nodes);
    const totals = nodes.map(() => 0);
    for (const plugin of this.#profile.score) {
      const scores = nodes.map((node) => plugin.score(state, pod, node));
      plugin.normalize?.(state, scores, nodes);
      scores.forEach((score, i) => {
        totals[i]! += score * plugin.weight;
      });
    }
    return totals;
  }

  /** The highest total; among equals one by chance. */
  #best(nodes: readonly NodeInfo[], totals: readonly number[]): string {
    const highest = Math.max(...totals);
    const best = nodes.filter((_, i) => totals[i] === highest);
    return best[Math.floor(this.#random.float() * best.length)]!.name;
  }
}

/** As upstream's adaptive percentageOfNodesToScore: all of 100, then a share that falls from 50 % to 5 %. */
export function nodesToFind(nodes: number): number {
  if (nodes <= ENOUGH_TO_SEARCH) return nodes;
  const percent = Math.max(5, 50 - Math.floor(nodes / 125));
  return Math.max(ENOUGH_TO_SEARCH, Math.floor((nodes * percent) / 100));
}
