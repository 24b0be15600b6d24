// IP addresses and ranges as numbers: which ranges hold an address, which overlap. Pure.
// Used by the allocation of cluster IPs, its repair, and the controllers of ServiceCIDRs and of nodes' pod ranges.
// Upstream: pkg/api/servicecidr.
import {
  AddressError,
  maskedBytes,
  parseAddress,
  parseRange,
  showAddress,
} from '../cel/kubernetes/ip-text.ts';

export type Family = 'IPv4' | 'IPv6';

export interface Address {
  readonly family: Family;
  readonly value: bigint;
}

export interface Prefix {
  readonly family: Family;
  readonly bits: number;
  /** The first address, whose host bits are 0, and the last one, whose host bits are 1. */
  readonly network: bigint;
  readonly last: bigint;
}

const familyOf = (bytes: readonly number[]): Family => (bytes.length === 4 ? 'IPv4' : 'IPv6');
/** How many bits an address has. */
export const widthOf = (family: Family): number => (family === 'IPv4' ? 32 : 128);
const numberOf = (bytes: readonly number[]): bigint =>
  bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);

/** Undefined for a text that is no address, as the others below. */
export function addressOf(text: string): Address | undefined {
  return attempt(() => {
    const { bytes, zone } = parseAddress(text);
    return zone ? undefined : { family: familyOf(bytes), value: numberOf(bytes) };
  });
}

export function prefixOf(text: string): Prefix | undefined {
  return attempt(() => {
    const { address, bits } = parseRange(text);
    const family = familyOf(address.bytes);
    const network = numberOf(maskedBytes(address.bytes, bits));
    return { family, bits, network, last: network + (1n << BigInt(widthOf(family) - bits)) - 1n };
  });
}

function attempt<T>(parse: () => T | undefined): T | undefined {
  try {
    return parse();
  } catch (error) {
    if (error instanceof AddressError) return undefined;
    throw error;
  }
}

/** The canonical text of an address (RFC 5952 for IPv6). */
export function addressText({ family, value }: Address): string {
  const bytes: number[] = [];
  for (let shift = widthOf(family) - 8; shift >= 0; shift -= 8)
    bytes.push(Number((value >> BigInt(shift)) & 255n));
  return showAddress({ bytes, zone: '' });
}

/** The canonical text of a range: without bits beyond its length. */
export const prefixText = (prefix: Prefix): string =>
  `${addressText({ family: prefix.family, value: prefix.network })}/${prefix.bits}`;

/** Whether a Service may have the address because of this range: its network address, and the broadcast address of IPv4, are
 *  never given to a Service. */
export const holds = ({ family, network, last }: Prefix, address: Address): boolean =>
  family === address.family &&
  address.value > network &&
  (family === 'IPv4' ? address.value < last : address.value <= last);

export const overlaps = (one: Prefix, other: Prefix): boolean =>
  one.family === other.family && one.network <= other.last && other.network <= one.last;

/** Whether `outer` contains the whole of `inner`; a range contains itself. */
export const covers = (outer: Prefix, inner: Prefix): boolean =>
  overlaps(outer, inner) && outer.bits <= inner.bits;

/** For a range that has been checked: throws if the text is none. */
function sureOf(cidr: string): Prefix {
  const prefix = prefixOf(cidr);
  if (!prefix) throw new TypeError(`${cidr} is not a range of addresses`);
  return prefix;
}

export const familyOfRange = (cidr: string): Family => sureOf(cidr).family;

/** The n-th address after the network's; the first one is that of the Service `kubernetes`. */
export function nthAddress(cidr: string, n: number): string {
  const { family, network } = sureOf(cidr);
  return addressText({ family, value: network + BigInt(n) });
}

/** The n-th of the subnets of a length, from 0. */
export function nthSubnet(cidr: string, bits: number, n: number): string {
  const { family, network } = sureOf(cidr);
  const value = network + (BigInt(n) << BigInt(widthOf(family) - bits));
  return `${addressText({ family, value })}/${bits}`;
}

export const firstAddress = (cidr: string): string => nthAddress(cidr, 1);
