// Numbers per topology domain: topology key → the label's value → number. They are sums of counts that the cache keeps and that are
// only read here, and of what AddPod and RemovePod change.
import type { DomainCounts } from '../../cache/domain-counts.ts';
import type { NodeInfo } from '../../cache/node-info.ts';

interface Part {
  readonly counts: DomainCounts;
  readonly weight: number;
}

export class TopologyCounts {
  readonly #parts = new Map<string, Part[]>();
  readonly #changes = new Map<string, Map<string, number>>();
  /** Of numbers of pods. */
  #total = 0;

  /** Adds all of `counts`, which belong to the topology key, each number times `weight`. */
  include(topologyKey: string, counts: DomainCounts, weight = 1): void {
    if (counts.total === 0) return;
    const parts = this.#parts.get(topologyKey) ?? [];
    this.#parts.set(topologyKey, parts);
    parts.push({ counts, weight });
    this.#total += counts.total * weight;
  }

  /** Adds to the node's domain of the key; nothing when the node lacks the label. */
  add(node: NodeInfo, topologyKey: string, by: number): void {
    const value = node.label(topologyKey);
    if (value === undefined) return;
    const values = this.#changes.get(topologyKey) ?? new Map<string, number>();
    this.#changes.set(topologyKey, values);
    values.set(value, (values.get(value) ?? 0) + by);
    this.#total += by;
  }

  /** The number of the node's domain of the key. */
  of(node: NodeInfo, topologyKey: string): number {
    const value = node.label(topologyKey);
    if (value === undefined) return 0;
    let sum = this.#changes.get(topologyKey)?.get(value) ?? 0;
    for (const { counts, weight } of this.#parts.get(topologyKey) ?? NONE) sum += counts.get(value) * weight;
    return sum;
  }

  /** The sum over all domains that the node is in. */
  sum(node: NodeInfo): number {
    let sum = 0;
    for (const key of this.#parts.keys()) sum += this.of(node, key);
    for (const key of this.#changes.keys()) if (!this.#parts.has(key)) sum += this.of(node, key);
    return sum;
  }

  /** Nothing was included. */
  get hasNone(): boolean {
    return this.#parts.size === 0;
  }

  /** No domain has a number other than 0. For counts of pods, which are never negative. */
  get isEmpty(): boolean {
    return this.#total === 0;
  }

  clone(): TopologyCounts {
    const copy = new TopologyCounts();
    for (const [key, parts] of this.#parts) copy.#parts.set(key, parts);
    for (const [key, values] of this.#changes) copy.#changes.set(key, new Map(values));
    copy.#total = this.#total;
    return copy;
  }

  /** Without domains whose number is 0. */
  toJSON(): Record<string, Record<string, number>> {
    const all = new Map<string, Map<string, number>>();
    const add = (key: string, value: string, by: number) => {
      const values = all.get(key) ?? new Map<string, number>();
      all.set(key, values);
      values.set(value, (values.get(value) ?? 0) + by);
    };
    for (const [key, parts] of this.#parts)
      for (const { counts, weight } of parts)
        for (const [value, pods] of counts.entries()) add(key, value, pods * weight);
    for (const [key, values] of this.#changes) for (const [value, by] of values) add(key, value, by);
    const nonZero = [...all].map(
      ([key, values]) => [key, [...values].filter(([, sum]) => sum !== 0)] as const,
    );
    return Object.fromEntries(
      nonZero
        .filter(([, values]) => values.length > 0)
        .map(([key, values]) => [key, Object.fromEntries(values)]),
    );
  }
}

const NONE: readonly Part[] = [];
