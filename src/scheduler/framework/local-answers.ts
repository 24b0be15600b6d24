// What the plugins that judge a node by itself (Plugin.signPod) answered for pods of one signature, in columns by node index. An
// answer holds until its node changes, so of many like pods each has only those nodes judged that changed since the one before.
import type { NodeInfo } from '../cache/node-info.ts';
import type { PodInfo } from '../cache/pod-info.ts';
import { type CycleState, immutableKey } from './cycle-state.ts';
import type { NodeRemoval, NodeVerdict, Plugin, Profile, ScorePlugin } from './plugin.ts';
import type { Status } from './status.ts';

/** Those to the pod of a cycle; not there when nothing is kept for its signature. */
export const localAnswersKey = immutableKey<KeptAnswers>('framework.LocalAnswers');

export interface KeptAnswers {
  readonly answers: LocalAnswers;
  /** No other plugin filters in this cycle: verdicts are the whole answer. */
  readonly areComplete: boolean;
}

export interface Signers {
  /** The Filter plugins whose answers are kept: those before the first that does not sign, whether or not that one skips a pod. */
  readonly filters: ReadonlySet<Plugin>;
  /** These, and the Score plugins whose answers are kept. */
  readonly all: ReadonlySet<Plugin>;
}

export function signersOf({ filter, score }: Profile): Signers {
  const signs = (plugin: Plugin) => plugin.signPod !== undefined;
  const other = filter.findIndex((plugin) => !signs(plugin));
  const filters = filter.slice(0, other === -1 ? undefined : other);
  return { filters: new Set(filters), all: new Set([...filters, ...score.filter(signs)]) };
}

/** The plugin's scores of the nodes before normalization. */
export function rawScores(
  plugin: ScorePlugin,
  state: CycleState,
  pod: PodInfo,
  nodes: readonly NodeInfo[],
): number[] {
  const score = (node: NodeInfo) => plugin.score(state, pod, node);
  const kept = plugin.signPod && state.find(localAnswersKey);
  return kept ? kept.answers.scores(plugin, nodes, score) : nodes.map(score);
}

/** Different statuses that share an object; others are kept as they are. */
const MOST_STATUSES = 1_000;
const FIRST_LENGTH = 128;

interface Removed {
  readonly version: number;
  readonly nominated: number;
  readonly budgets: number;
  readonly found: NodeRemoval | Status;
}

/** A search that asked only plugins whose answers are kept, and found no node. */
export interface FailedSearch {
  /** All that there were, in the list of the cache. */
  readonly nodes: readonly NodeInfo[];
  /** NodeLister.changes. */
  readonly changes: number;
  /** The position of the first node that was asked. */
  readonly start: number;
  /** Those of all nodes, from the first one on. */
  readonly verdicts: readonly NodeVerdict[];
}

export class LocalAnswers {
  /** The node's version when it was judged. */
  #judged = new Float64Array(0);
  /** By node index: the version of what was nominated to it then, if anything. */
  readonly #nominated = new Map<number, number>();
  readonly #verdicts: (NodeVerdict | undefined)[] = [];
  readonly #statuses = new Map<string, Status>();
  /** Raw scores of judged nodes; NaN where the plugin has not been asked. Whole numbers below 2^24 are exact. */
  readonly #scores = new Map<ScorePlugin, Float32Array>();
  /** The last search that found no node. */
  failure: FailedSearch | undefined;
  /** By node index: what preemption found. */
  readonly #removals: (Removed | undefined)[] = [];

  /** `nominated`: NodeInfo.nominated, or what stands for it, here and below. */
  isJudged({ index, version }: NodeInfo, nominated: number): boolean {
    return this.#judged[index] === version && this.#nominatedWhenJudged(index) === nominated;
  }

  /** Of a judged node: undefined when these plugins would take the pod there. */
  verdict({ index }: NodeInfo): NodeVerdict | undefined {
    return this.#verdicts[index];
  }

  /** `status` when the node does not take the pod. */
  judge(
    { name, index, version }: NodeInfo,
    nominated: number,
    status: Status | undefined,
  ): NodeVerdict | undefined {
    const verdict = status && this.#verdictOf(name, this.#shared(status), this.#verdicts[index]);
    if (index >= this.#judged.length) this.#judged = grown(this.#judged, Float64Array, index, 0);
    while (this.#verdicts.length <= index) this.#verdicts.push(undefined);
    this.#judged[index] = version;
    if (nominated !== 0) this.#nominated.set(index, nominated);
    else this.#nominated.delete(index);
    this.#verdicts[index] = verdict;
    for (const scores of this.#scores.values()) scores[index] = Number.NaN;
    return verdict;
  }

  /** The raw scores of judged nodes. `score` is asked about those that have none since they were judged. */
  scores(plugin: ScorePlugin, nodes: readonly NodeInfo[], score: (node: NodeInfo) => number): number[] {
    let known = this.#scores.get(plugin);
    if (!known || known.length < this.#judged.length) {
      known = grown(known ?? new Float32Array(0), Float32Array, this.#judged.length - 1, Number.NaN);
      this.#scores.set(plugin, known);
    }
    const result = new Array<number>(nodes.length);
    for (let i = 0; i < nodes.length; i++) {
      const { index } = nodes[i]!;
      let value = known[index]!;
      if (Number.isNaN(value)) {
        value = score(nodes[i]!);
        known[index] = value;
      }
      result[i] = value;
    }
    return result;
  }

  /** What preemption found on the node as it is, with the same version of the disruption budgets. */
  removal({ index, version, nominated }: NodeInfo, budgets: number): NodeRemoval | Status | undefined {
    const kept = this.#removals[index];
    return kept?.version === version && kept.nominated === nominated && kept.budgets === budgets
      ? kept.found
      : undefined;
  }

  keepRemoval({ index, version, nominated }: NodeInfo, budgets: number, found: NodeRemoval | Status): void {
    while (this.#removals.length <= index) this.#removals.push(undefined);
    this.#removals[index] = { version, nominated, budgets, found };
  }

  /** The one before, if it says the same. */
  #verdictOf(node: string, status: Status, before: NodeVerdict | undefined): NodeVerdict {
    return before?.status === status && before.node === node ? before : { node, status };
  }

  #nominatedWhenJudged(index: number): number {
    return this.#nominated.size === 0 ? 0 : (this.#nominated.get(index) ?? 0);
  }

  /** Like statuses are one object: they cost little, and are counted fast. */
  #shared(status: Status): Status {
    const key = JSON.stringify([status.plugin, status.code, status.reasons]);
    const known = this.#statuses.get(key);
    if (known) return known;
    if (this.#statuses.size < MOST_STATUSES) this.#statuses.set(key, status);
    return status;
  }
}

/** A longer copy that has the index. */
function grown<T extends Float32Array | Float64Array>(
  column: T,
  Kind: new (length: number) => T,
  index: number,
  missing: number,
): T {
  let length = FIRST_LENGTH;
  while (length <= index) length *= 2;
  const longer = new Kind(length).fill(missing) as T;
  longer.set(column);
  return longer;
}
