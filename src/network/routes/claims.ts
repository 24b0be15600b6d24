// Which node a range of pod addresses belongs to when several claim it, or one claims a part of another's: the node that was there
// first. A range that has an address of a node in it is nobody's: its owner would take over what goes to that node. Pure.
import { type Address, type Family, overlaps, type Prefix } from '../../api/addresses/prefix.ts';
import type { Peer, Range } from './peers.ts';

export interface Claim {
  readonly peer: Peer;
  readonly range: Range;
}

export interface Claims {
  readonly granted: readonly Claim[];
  readonly refused: readonly Claim[];
}

export function settleClaims(peers: readonly Peer[], addresses: readonly Address[]): Claims {
  const granted: Claim[] = [];
  const refused: Claim[] = [];
  const taken = sorted(addresses);
  for (const group of overlapping(peers.flatMap((peer) => peer.ranges.map((range) => ({ peer, range }))))) {
    const own: Claim[] = [];
    for (const claim of group.sort(olderFirst)) {
      const free = !own.some(({ range }) => overlaps(range, claim.range)) && !hasOne(taken, claim.range);
      (free ? own : refused).push(claim);
    }
    for (const claim of own) granted.push(claim);
  }
  return { granted, refused };
}

export const olderFirst = (a: { readonly peer: Peer }, b: { readonly peer: Peer }): number =>
  compare(a.peer.created, b.peer.created) || compare(a.peer.name, b.peer.name);

const compare = <T extends string | bigint>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);

/** Ranges are nested or apart, so those that overlap stand together when they are sorted. */
function overlapping(claims: readonly Claim[]): Claim[][] {
  const groups: Claim[][] = [];
  const of = (family: Family) => claims.filter(({ range }) => range.family === family);
  for (const claim of [...of('IPv4').sort(byRange), ...of('IPv6').sort(byRange)]) {
    const group = groups.at(-1);
    if (group?.[0] && overlaps(group[0].range, claim.range)) group.push(claim);
    else groups.push([claim]);
  }
  return groups;
}

const byRange = ({ range: a }: Claim, { range: b }: Claim): number =>
  compare(a.network, b.network) || a.bits - b.bits;

type Taken = Readonly<Record<Address['family'], readonly bigint[]>>;

function sorted(addresses: readonly Address[]): Taken {
  const of = (family: Address['family']) =>
    addresses
      .filter((address) => address.family === family)
      .map(({ value }) => value)
      .sort(compare);
  return { IPv4: of('IPv4'), IPv6: of('IPv6') };
}

/** By halving: there may be thousands of nodes. */
function hasOne(taken: Taken, { family, network, last }: Prefix): boolean {
  const values = taken[family];
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle]! < network) low = middle + 1;
    else high = middle;
  }
  const found = values[low];
  return found !== undefined && found <= last;
}
