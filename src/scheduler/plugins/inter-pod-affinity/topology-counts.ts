// Numbers per topology domain: topology key → the label's value → number.
// Domains whose number is back at zero are taken out, so that `isEmpty` is true and a count kept up to date by AddPod and
// RemovePod equals one made afresh.
import type { NodeInfo } from '../../cache/node-info.ts';

export class TopologyCounts {
  readonly #byKey = new Map<string, Map<string, number>>();

  /** Adds to the node's domain of the key; nothing when the node lacks the label. */
  add(node: NodeInfo, topologyKey: string, by: number): void {
    const value = node.label(topologyKey);
    if (value === undefined || by === 0) return;
    let values = this.#byKey.get(topologyKey);
    if (!values) {
      values = new Map();
      this.#byKey.set(topologyKey, values);
    }
    const sum = (values.get(value) ?? 0) + by;
    if (sum !== 0) values.set(value, sum);
    else if (values.delete(value) && values.size === 0) this.#byKey.delete(topologyKey);
  }

  /** The number of the node's domain of the key. */
  of(node: NodeInfo, topologyKey: string): number {
    const value = node.label(topologyKey);
    return value === undefined ? 0 : (this.#byKey.get(topologyKey)?.get(value) ?? 0);
  }

  /** The sum over all domains that the node is in. */
  sum(node: NodeInfo): number {
    let sum = 0;
    for (const key of this.#byKey.keys()) sum += this.of(node, key);
    return sum;
  }

  get isEmpty(): boolean {
    return this.#byKey.size === 0;
  }

  clone(): TopologyCounts {
    const copy = new TopologyCounts();
    for (const [key, values] of this.#byKey) copy.#byKey.set(key, new Map(values));
    return copy;
  }

  toJSON(): Record<string, Record<string, number>> {
    return Object.fromEntries(
      this.#byKey.entries().map(([key, values]) => [key, Object.fromEntries(values)]),
    );
  }
}
