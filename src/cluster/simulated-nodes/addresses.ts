// Addresses of simulated pods: a range for each node, out of those for carriers' own networks (RFC 6598), which no cluster of
// ours uses and to which nothing leads. Pure.

const FIRST = 0x64_40_00_00;
const SIZE = 512;
const PREFIX = 23;
/** The first two and the last one are kept free, as in real ranges. */
const LOWEST = 2;
const HIGHEST = SIZE - 2;

const textOf = (address: number): string =>
  [24, 16, 8, 0].map((shift) => (address >>> shift) & 0xff).join('.');

export const podCidrOf = (index: number): string => `${textOf(FIRST + index * SIZE)}/${PREFIX}`;

/** Gives addresses of the node's range one after the other, so that one that was given back rests for a while. */
export function addressesOf(index: number): (taken: ReadonlySet<string>) => string {
  let next = LOWEST;
  return (taken) => {
    for (let i = LOWEST; i <= HIGHEST; i++) {
      const address = textOf(FIRST + index * SIZE + next);
      next = next === HIGHEST ? LOWEST : next + 1;
      if (!taken.has(address)) return address;
    }
    throw new Error(`no address is left in ${podCidrOf(index)}`);
  };
}
