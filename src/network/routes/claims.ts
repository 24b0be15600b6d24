// Which node a range of pod addresses belongs to when several claim it, or one claims a part of another's: the node that was there
// first. A range that has an address of this node's segments, or of a node that was there first, is nobody's: its owner would take over
// what goes to that node. One that came later takes no range away by what it says of its own address. Pure.
import { type Address, type Family, overlaps } from '../../api/addresses/prefix.ts';
import type { Peer, Range } from './peers.ts';

export interface Claim {
  readonly peer: Peer;
  readonly range: Range;
}

export interface Claims {
  readonly granted: readonly Claim[];
  readonly refused: readonly Claim[];
}

/** `nearby`: addresses that no range may have, whoever says that they are his. */
export function settleClaims(peers: readonly Peer[], nearby: readonly Address[]): Claims {
  const granted: Claim[] = [];
  const refused: Claim[] = [];
  const taken = sorted([...nearby.map((address) => ({ address })), ...peers.flatMap(addressesOf)]);
  for (const group of overlapping(peers.flatMap((peer) => peer.ranges.map((range) => ({ peer, range }))))) {
    const kept: Claim[] = [];
    for (const claim of group.sort(olderFirst)) {
      const free = !kept.some(({ range }) => overlaps(range, claim.range)) && !hasOne(taken, claim);
      (free ? kept : refused).push(claim);
    }
    for (const claim of kept) granted.push(claim);
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

/** Without a peer it is nearby. */
interface Place {
  readonly address: Address;
  readonly peer?: Peer;
}

const addressesOf = (peer: Peer): Place[] =>
  Object.values(peer.addresses).map((address) => ({ address, peer }));

type Taken = Readonly<Record<Address['family'], readonly Place[]>>;

function sorted(places: readonly Place[]): Taken {
  const of = (family: Address['family']) =>
    places
      .filter(({ address }) => address.family === family)
      .sort((a, b) => compare(a.address.value, b.address.value));
  return { IPv4: of('IPv4'), IPv6: of('IPv6') };
}

/** By halving: there may be thousands of nodes. */
function hasOne(taken: Taken, { peer: claimant, range: { family, network, last } }: Claim): boolean {
  const places = taken[family];
  let [low, high] = [0, places.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (places[middle]!.address.value < network) low = middle + 1;
    else high = middle;
  }
  for (let i = low; i < places.length && places[i]!.address.value <= last; i++) {
    const { peer } = places[i]!;
    if (!peer || olderFirst({ peer }, { peer: claimant }) <= 0) return true;
  }
  return false;
}
