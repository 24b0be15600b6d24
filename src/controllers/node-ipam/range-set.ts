// Which of the ranges of a cluster CIDR nodes have, and the next one that is free. Upstream: pkg/controller/nodeipam/ipam/cidrset.
import { overlaps, type Prefix, widthOf } from '../../api/addresses/prefix.ts';
import type { Range } from './plan.ts';

export class RangeSet {
  readonly #cluster: Prefix;
  readonly #nodeMask: number;
  /** How many addresses a range has, as a shift. */
  readonly #shift: bigint;
  /** Per range, how many nodes have it or a part of it: of two that were given the same by hand, one may go. */
  readonly #holders: Uint32Array;
  #taken = 0;
  /** Ranges are given out in turn: one that was released is not at once another node's, to which old traffic would go. */
  #next = 0;

  constructor({ cluster, nodeMask }: Range) {
    this.#cluster = cluster;
    this.#nodeMask = nodeMask;
    this.#shift = BigInt(widthOf(cluster.family) - nodeMask);
    this.#holders = new Uint32Array(2 ** (nodeMask - cluster.bits));
  }

  get size(): number {
    return this.#holders.length;
  }

  get taken(): number {
    return this.#taken;
  }

  /** A range that nobody has, which is taken now, and how many were looked at that are not free; undefined when none is. */
  allocate(): { readonly range: Prefix; readonly tries: number } | undefined {
    const { size } = this;
    if (this.#taken === size) return undefined;
    let tries = 0;
    while (this.#holders[(this.#next + tries) % size]! > 0) tries++;
    const index = (this.#next + tries) % size;
    this.#next = (index + 1) % size;
    this.#holders[index] = 1;
    this.#taken++;
    return { range: this.#at(index), tries };
  }

  /** Takes every range that overlaps `prefix`; returns how many of them were free. */
  occupy(prefix: Prefix): number {
    return this.#each(prefix, (index) => this.#holders[index]!++ === 0);
  }

  /** Gives back what occupy() or allocate() took; returns how many ranges are free that were not. */
  release(prefix: Prefix): number {
    return -this.#each(prefix, (index) => this.#holders[index]! > 0 && --this.#holders[index]! === 0, -1);
  }

  #each(prefix: Prefix, changes: (index: number) => boolean, by = 1): number {
    const cluster = this.#cluster;
    if (!overlaps(cluster, prefix)) return 0;
    const first = prefix.network > cluster.network ? prefix.network : cluster.network;
    const last = prefix.last < cluster.last ? prefix.last : cluster.last;
    const end = this.#indexOf(last);
    let changed = 0;
    for (let index = this.#indexOf(first); index <= end; index++) if (changes(index)) changed += by;
    this.#taken += changed;
    return changed;
  }

  #indexOf(address: bigint): number {
    return Number((address - this.#cluster.network) >> this.#shift);
  }

  #at(index: number): Prefix {
    const { family } = this.#cluster;
    const network = this.#cluster.network + (BigInt(index) << this.#shift);
    return { family, bits: this.#nodeMask, network, last: network + (1n << this.#shift) - 1n };
  }
}
