// The ranges of cluster IPs (IPv4) and node ports, with what stored services use already marked as allocated. As upstream,
// addresses are chosen at random from the upper part of the range first; the lower part is for addresses that users request.
// Called by assemble.ts; firstAddress also by bootstrap/install.ts.
import type { Service } from '../../api/kinds/core/v1/service.ts';
import type { Random } from '../../kit/random.ts';
import { AddressPool, TakenError } from './address-pool.ts';
import { allocatedTo, type ServiceResources } from './service.ts';

export interface ServiceRanges {
  /** 10.96.0.0/16 */
  readonly serviceCidr: string;
  /** 30000-32767 */
  readonly nodePorts: readonly [number, number];
}

export function servicePools(
  ranges: ServiceRanges,
  random: Random,
  existing: Iterable<Service>,
): ServiceResources {
  const addresses = addressPool(ranges.serviceCidr, random);
  const ports = portPool(ranges.nodePorts);
  for (const service of existing) {
    const { addresses: ips, ports: numbers } = allocatedTo(service);
    for (const ip of ips) addresses.note(ip);
    for (const port of numbers) ports.note(port);
  }
  return {
    addresses,
    ports,
    freshPort: (protocols) => freshPort(ranges.nodePorts, ports, random, protocols),
  };
}

const toNumber = (ip: string): number => ip.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
const toText = (n: number): string => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255].join('.');

/** The address of the `kubernetes` service: the first one in the range. */
export const firstAddress = (cidr: string): string => toText(toNumber(cidr.split('/')[0]!) + 1);

function addressPool(cidr: string, random: Random): AddressPool<string> {
  const [base, bits] = cidr.split('/');
  const size = 2 ** (32 - Number(bits));
  const first = toNumber(base!);
  // The size of the lower part: min(max(16, size/16), 256), as upstream (calculateRangeOffset).
  const offset = Math.min(Math.max(16, Math.floor(size / 16)), 256);
  const isInside = (ip: string) => {
    // The network and broadcast addresses are not used.
    const n = toNumber(ip) - first;
    return n > 0 && n < size - 1;
  };
  return new AddressPool<string>({
    outside: (ip) =>
      isInside(ip)
        ? undefined
        : `failed to allocate IP ${ip}: the provided IP (${ip}) is not in the valid range. The range of valid IPs is ${cidr}`,
    taken: (ip) => `failed to allocate IP ${ip}: provided IP is already allocated`,
    candidates: function* () {
      for (const [from, until] of [
        [offset, size - 1],
        [1, offset],
      ] as const) {
        const start = Math.floor(random.float() * (until - from));
        for (let i = 0; i < until - from; i++) yield toText(first + from + ((start + i) % (until - from)));
      }
    },
  });
}

function portPool([first, last]: readonly [number, number]): AddressPool<string> {
  return new AddressPool<string>({
    outside: (key) => {
      const port = Number.parseInt(key, 10);
      return port >= first && port <= last
        ? undefined
        : `provided port is not in the valid range. The range of valid ports is ${first}-${last}`;
    },
    taken: () => 'provided port is already allocated',
    candidates: () => [],
  });
}

/** A port that is free for all protocols: ports of a service with the same number share one node port. */
function freshPort(
  [first, last]: readonly [number, number],
  pool: AddressPool<string>,
  random: Random,
  protocols: readonly string[],
): number {
  const size = last - first + 1;
  const start = Math.floor(random.float() * size);
  for (let i = 0; i < size; i++) {
    const port = first + ((start + i) % size);
    if (protocols.every((protocol) => pool.isFree(`${port}/${protocol}`))) return port;
  }
  throw new TakenError('range is full');
}
