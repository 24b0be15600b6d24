// Ranges of addresses and of ports: joined where they overlap (nft refuses overlapping elements), and what `except` leaves. Pure.
import { addressText, type Family, prefixOf, widthOf } from '../addresses/prefix.ts';
import type { IPBlock } from '../kinds/networking/v1/network-policy.ts';

export interface Range<T extends number | bigint> {
  readonly first: T;
  readonly last: T;
}

export interface AddressRange extends Range<bigint> {
  readonly family: Family;
}

/** In order, and without overlaps. */
export function merged<T extends number | bigint>(ranges: readonly Range<T>[]): Range<T>[] {
  const found: Range<T>[] = [];
  for (const range of [...ranges].sort((a, b) => (a.first < b.first ? -1 : 1))) {
    const before = found.at(-1);
    if (!before || before.last < range.first) found.push({ first: range.first, last: range.last });
    else if (before.last < range.last) found[found.length - 1] = { first: before.first, last: range.last };
  }
  return found;
}

/** The addresses of a block; none of a text that is no range. */
export function blockRanges({ cidr, except = [] }: IPBlock): AddressRange[] {
  const whole = prefixOf(cidr);
  if (!whole) return [];
  const { family, network, last: end } = whole;
  const holes = except.map(prefixOf).filter((hole) => hole?.family === family);
  const found: AddressRange[] = [];
  let first = network;
  for (const hole of merged(holes.map((hole) => ({ first: hole!.network, last: hole!.last })))) {
    if (hole.last < first || hole.first > end) continue;
    if (hole.first > first) found.push({ family, first, last: hole.first - 1n });
    first = hole.last + 1n;
  }
  return first <= end ? [...found, { family, first, last: end }] : found;
}

export function addressRangeText(family: Family, { first, last }: Range<bigint>): string {
  const from = addressText({ family, value: first });
  return first === last ? from : `${from}-${addressText({ family, value: last })}`;
}

export const portRangeText = ({ first, last }: Range<number>): string =>
  first === last ? String(first) : `${first}-${last}`;

/** Every address of the family. */
export const isEverything = (family: Family, { first, last }: Range<bigint>): boolean =>
  first === 0n && last === (1n << BigInt(widthOf(family))) - 1n;
