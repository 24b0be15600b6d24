// Addresses of the public Internet. What a user says leads nowhere else: the door has the machine's rights, and the machine's own
// servers, its network and its cloud's metadata are within its reach. Pure.
import { BlockList, isIP } from 'node:net';

const PRIVATE: readonly (readonly [network: string, bits: number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
];
/** Of IPv6 only 2000::/3 is public, and of that not what stands for IPv4 addresses (6to4, Teredo) or for examples. */
const SPECIAL: readonly (readonly [network: string, bits: number])[] = [
  ['::', 3],
  ['4000::', 2],
  ['8000::', 1],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

/** One for each family: IPv4 addresses would be compared with ranges of IPv6, too. */
const blocked = { ipv4: new BlockList(), ipv6: new BlockList() };
for (const [network, bits] of PRIVATE) blocked.ipv4.addSubnet(network, bits, 'ipv4');
for (const [network, bits] of SPECIAL) blocked.ipv6.addSubnet(network, bits, 'ipv6');

export function isPublic(address: string): boolean {
  const family = isIP(address);
  if (family === 0) return false;
  const name = family === 4 ? 'ipv4' : 'ipv6';
  return !blocked[name].check(address, name);
}
