// One range of cluster IPs: its usable addresses, in a lower part for addresses that users name and an upper part from which the
// others are taken first. Pure. Upstream: NewIPAllocator and calculateRangeOffset in pkg/registry/core/service/ipallocator
// (KEP-3070).
import { type Address, type Family, type Prefix, prefixOf, prefixText } from '../../api/addresses/prefix.ts';
import type { Random } from '../../kit/random.ts';

export interface AddressRange {
  /** The canonical text of the range: the label `cidr` of its metrics. */
  readonly cidr: string;
  readonly prefix: Prefix;
  readonly first: bigint;
  readonly last: bigint;
  /** The first address of the upper part. */
  readonly upper: bigint;
  readonly size: bigint;
}

/** Ranges of IPv6 with more addresses are not allocated from. */
const SHORTEST_IPV6 = 64;
/** Of the lower part: never less than 16 addresses nor more than 256, a sixteenth of the range in between. */
const LEAST = 16n;
const MOST = 256n;
const PART = 16n;

/** Undefined for what is no range, or one from which nothing is allocated. */
export function addressRange(cidr: string): AddressRange | undefined {
  const prefix = prefixOf(cidr);
  if (!prefix || (prefix.family === 'IPv6' && prefix.bits < SHORTEST_IPV6)) return undefined;
  const first = prefix.network + 1n;
  const last = prefix.family === 'IPv4' ? prefix.last - 1n : prefix.last;
  const size = last < first ? 0n : last - first + 1n;
  const upper = first + lowerPart(prefix);
  return { cidr: prefixText(prefix), prefix, first, last, upper, size };
}

function lowerPart({ family, bits, network, last }: Prefix): bigint {
  // As upstream, ranges of half of all addresses and more have no lower part.
  if (family === 'IPv4' && bits <= 1) return 0n;
  const all = last - network + 1n;
  if (all <= LEAST) return 0n;
  const part = all / PART;
  return part < LEAST ? LEAST : part > MOST ? MOST : part;
}

/** The addresses from `from` to `to` once each, from a random one on. */
export function* addressesFrom(family: Family, from: bigint, to: bigint, random: Random): Generator<Address> {
  const count = to - from + 1n;
  if (count <= 0n) return;
  // A number of JavaScript has 53 bits of chance, which are enough in a larger range as well.
  const chances = count < BigInt(Number.MAX_SAFE_INTEGER) ? Number(count) : Number.MAX_SAFE_INTEGER;
  const start = BigInt(Math.floor(random.float() * chances));
  for (let i = 0n; i < count; i++) yield { family, value: from + ((start + i) % count) };
}
