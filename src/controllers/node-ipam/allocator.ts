// Which ranges each node has: kept up to date with every change of a node, so that giving a node its ranges takes as long with
// thousands of nodes as with few.
import { type Prefix, prefixOf, prefixText } from '../../api/addresses/prefix.ts';
import type { RangeInstruments } from './instruments.ts';
import type { Ranges } from './plan.ts';
import { RangeSet } from './range-set.ts';

export class RangeAllocator {
  readonly #sets: readonly { readonly set: RangeSet; readonly clusterCIDR: string }[];
  readonly #instruments: RangeInstruments;
  /** By node, as in spec.podCIDRs; also what was allocated and is not in the cache yet. */
  readonly #held = new Map<string, readonly string[]>();

  constructor(ranges: Ranges, instruments: RangeInstruments) {
    this.#sets = ranges.map((range) => ({
      set: new RangeSet(range),
      clusterCIDR: prefixText(range.cluster),
    }));
    this.#instruments = instruments;
    for (const { set, clusterCIDR } of this.#sets) instruments.made(clusterCIDR, set.size);
  }

  /** The node has these ranges, whoever gave them. */
  hold(node: string, cidrs: readonly string[]): void {
    const held = this.#held.get(node);
    if (held && held.length === cidrs.length && held.every((cidr, i) => cidr === cidrs[i])) return;
    this.release(node);
    this.#held.set(node, cidrs);
    for (const prefix of prefixesIn(cidrs))
      for (const { set, clusterCIDR } of this.#sets)
        this.#instruments.allocated(clusterCIDR, set.occupy(prefix), set.taken / set.size);
  }

  release(node: string): void {
    const held = this.#held.get(node) ?? [];
    this.#held.delete(node);
    this.#release(held);
  }

  /** The node's ranges, one of each cluster CIDR, and the same ones again when it is asked again; undefined when one has none left. */
  allocate(node: string): readonly string[] | undefined {
    const held = this.#held.get(node);
    if (held) return held;
    const own: string[] = [];
    for (const { set, clusterCIDR } of this.#sets) {
      const found = set.allocate();
      if (!found) {
        this.#release(own);
        return undefined;
      }
      own.push(prefixText(found.range));
      this.#instruments.allocated(clusterCIDR, 1, set.taken / set.size);
      this.#instruments.tried(clusterCIDR, found.tries);
    }
    this.#held.set(node, own);
    return own;
  }

  #release(cidrs: readonly string[]): void {
    for (const prefix of prefixesIn(cidrs))
      for (const { set, clusterCIDR } of this.#sets)
        this.#instruments.released(clusterCIDR, set.release(prefix), set.taken / set.size);
  }
}

const prefixesIn = (cidrs: readonly string[]): readonly Prefix[] =>
  cidrs.flatMap((cidr) => prefixOf(cidr) ?? []);
