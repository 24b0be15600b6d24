// The podCIDR of a node: the first free range of the cluster CIDR. IPv4 only. Pure.

export interface Ranges {
  /** Such as 10.128.0.0/16. */
  readonly cluster: string;
  /** Prefix length of each node's range, such as 24. */
  readonly nodeMask: number;
}

/** The first range that is not in `taken`; undefined when there is none. */
export function nextRange(ranges: Ranges, taken: ReadonlySet<string>): string | undefined {
  const { base, mask } = parse(ranges.cluster);
  const size = 2 ** (32 - ranges.nodeMask);
  const count = 2 ** (ranges.nodeMask - mask);
  for (let i = 0; i < count; i++) {
    const cidr = `${text(base + i * size)}/${ranges.nodeMask}`;
    if (!taken.has(cidr)) return cidr;
  }
  return undefined;
}

function parse(cidr: string): { base: number; mask: number } {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(cidr);
  if (!match) throw new Error(`${cidr} is not an IPv4 range`);
  const [a, b, c, d, mask] = match.slice(1).map(Number) as [number, number, number, number, number];
  return { base: a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d, mask };
}

const text = (address: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
