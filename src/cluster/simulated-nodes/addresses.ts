// Addresses of simulated pods: a range for each node and family, which no cluster of ours uses otherwise and to which nothing leads:
// of IPv4 out of those for carriers' own networks (RFC 6598), of IPv6 out of our own ones. Pure.
import { addressText, type Family, type Prefix, prefixOf, prefixText } from '../../api/addresses/prefix.ts';
import { ULA } from '../addressing/addresses.ts';

const FIRST_IPV4 = 0x64_40_00_00;
const FIRST_IPV6 = 0xc0_00;
/** So many addresses are given, of either family. */
const SIZE = 512;
/** The first two and the last one are kept free, as in real ranges. */
const LOWEST = 2;
const HIGHEST = SIZE - 2;

const RANGES: Readonly<Record<Family, (index: number) => string>> = {
  IPv4: (index) => `${addressText({ family: 'IPv4', value: BigInt(FIRST_IPV4 + index * SIZE) })}/23`,
  IPv6: (index) => `${ULA}:${(FIRST_IPV6 + index).toString(16)}::/64`,
};

const rangesOf = (index: number, families: readonly Family[]): Prefix[] =>
  families.map((family) => prefixOf(RANGES[family](index))!);

export const podCidrsOf = (index: number, families: readonly Family[]): string[] =>
  rangesOf(index, families).map(prefixText);

/** Gives addresses of the node's ranges one after the other, so that one that was given back rests for a while. */
export function addressesOf(
  index: number,
  families: readonly Family[],
): (taken: ReadonlySet<string>) => string[] {
  const ranges = rangesOf(index, families);
  let next = LOWEST;
  return (taken) => {
    for (let i = LOWEST; i <= HIGHEST; i++) {
      const addresses = ranges.map(({ family, network }) =>
        addressText({ family, value: network + BigInt(next) }),
      );
      next = next === HIGHEST ? LOWEST : next + 1;
      if (!addresses.some((address) => taken.has(address))) return addresses;
    }
    throw new Error(`no address is left in ${ranges.map(prefixText).join(', ')}`);
  };
}
