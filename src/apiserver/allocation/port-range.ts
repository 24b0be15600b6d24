// The node ports of a range that are taken, as upstream stores them: a RangeAllocation whose data is a number, big-endian, with
// bit n set if the nth port of the range is taken. Pure. Upstream: pkg/registry/core/service/{allocator,portallocator}.
import type { Random } from '../../kit/random.ts';

export interface PortRange {
  /** The first and the last port. */
  readonly first: number;
  readonly last: number;
}

export const rangeText = ({ first, last }: PortRange): string => `${first}-${last}`;
export const sizeOf = ({ first, last }: PortRange): number => last - first + 1;

/** Of the lower part, from which ports are taken only once the upper one is full: never less than 16 ports nor more than 128, a
 *  part of 32 in between. */
export function lowerPorts(range: PortRange): number {
  const size = sizeOf(range);
  return size <= 16 ? 0 : Math.min(Math.max(16, Math.floor(size / 32)), 128);
}

export class TakenPorts {
  readonly range: PortRange;
  /** Bit n of byte n / 8, counted from the lowest. */
  readonly #bits: Buffer;
  #count = 0;

  constructor(range: PortRange, bits = Buffer.alloc(Math.ceil(sizeOf(range) / 8))) {
    this.range = range;
    this.#bits = bits;
    for (const byte of bits) for (let rest = byte; rest > 0; rest &= rest - 1) this.#count++;
  }

  /** Undefined if the data have bits beyond the range. */
  static decode(range: PortRange, data: string): TakenPorts | undefined {
    const bytes = Buffer.from(data, 'base64').reverse();
    const bits = Buffer.alloc(Math.ceil(sizeOf(range) / 8));
    if (bytes.length > bits.length) return undefined;
    bits.set(bytes);
    const beyond = sizeOf(range) % 8;
    return beyond && bits.at(-1)! >> beyond ? undefined : new TakenPorts(range, bits);
  }

  /** As Go writes a big.Int: without leading bytes of zero. */
  encode(): string {
    const bytes = Buffer.from(this.#bits).reverse();
    const start = bytes.findIndex((byte) => byte !== 0);
    return start < 0 ? '' : bytes.subarray(start).toString('base64');
  }

  copy(): TakenPorts {
    return new TakenPorts(this.range, Buffer.from(this.#bits));
  }

  get count(): number {
    return this.#count;
  }

  get free(): number {
    return sizeOf(this.range) - this.#count;
  }

  includes(port: number): boolean {
    return port >= this.range.first && port <= this.range.last;
  }

  has(port: number): boolean {
    const n = port - this.range.first;
    return this.includes(port) && (this.#bits[n >> 3]! & (1 << (n & 7))) !== 0;
  }

  /** The port must be in the range. */
  add(port: number): void {
    if (this.has(port)) return;
    const n = port - this.range.first;
    this.#bits[n >> 3]! |= 1 << (n & 7);
    this.#count++;
  }

  remove(port: number): void {
    if (!this.has(port)) return;
    const n = port - this.range.first;
    this.#bits[n >> 3]! &= ~(1 << (n & 7));
    this.#count--;
  }

  /** A free port by chance, of the upper part first; undefined if all are taken. */
  anyFree(random: Random): number | undefined {
    if (this.free <= 0) return undefined;
    const { first } = this.range;
    const lower = lowerPorts(this.range);
    const size = sizeOf(this.range);
    for (const [from, until] of [
      [lower, size],
      [0, lower],
    ] as const) {
      const start = Math.floor(random.float() * (until - from));
      for (let i = 0; i < until - from; i++) {
        const port = first + from + ((start + i) % (until - from));
        if (!this.has(port)) return port;
      }
    }
    return undefined;
  }

  *[Symbol.iterator](): Generator<number> {
    for (let port = this.range.first; port <= this.range.last; port++) if (this.has(port)) yield port;
  }
}
