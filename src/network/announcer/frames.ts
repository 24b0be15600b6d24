// The Ethernet frames that tell neighbours where an address is now: ARP for IPv4 (RFC 826, RFC 5227), an unsolicited neighbour
// advertisement for IPv6 (RFC 4861, 7.2.6). Pure.
import { addressOf, widthOf } from '../../api/addresses/prefix.ts';

const BROADCAST = Buffer.alloc(6, 0xff);
const ALL_NODES_MAC = Buffer.from('333300000001', 'hex');
const ALL_NODES = Buffer.from('ff020000000000000000000000000001', 'hex');
const ETHERTYPE = { arp: 0x0806, ipv6: 0x86dd } as const;
const [REQUEST, REPLY] = [1, 2];
const ICMPV6 = 58;
const NEIGHBOUR_ADVERTISEMENT = 136;
/** Replace what the neighbour has. */
const OVERRIDE = 0x20000000;
const TARGET_LINK_LAYER_ADDRESS = 2;

/** Neighbours differ in which of the two forms of ARP they believe. `mac` as `02:00:00:00:00:01`. */
export function announcements(address: string, mac: string): Buffer[] {
  const [ip, link] = [bytesOf(address), macBytes(mac)];
  if (ip.length === 16) return [advertisement(ip, link)];
  return [arp(REQUEST, ip, link, Buffer.alloc(6)), arp(REPLY, ip, link, BROADCAST)];
}

const arp = (operation: number, ip: Buffer, link: Buffer, targetLink: Buffer): Buffer =>
  Buffer.concat([
    ethernet(BROADCAST, link, ETHERTYPE.arp),
    // Ethernet, IPv4, and the lengths of their addresses.
    Buffer.from([0, 1, 8, 0, 6, 4, 0, operation]),
    link,
    ip,
    targetLink,
    ip,
  ]);

function advertisement(ip: Buffer, link: Buffer): Buffer {
  const message = Buffer.concat([
    Buffer.from([NEIGHBOUR_ADVERTISEMENT, 0, 0, 0]),
    number(OVERRIDE, 4),
    ip,
    Buffer.from([TARGET_LINK_LAYER_ADDRESS, 1]),
    link,
  ]);
  const pseudoHeader = Buffer.concat([ip, ALL_NODES, number(message.length, 4), number(ICMPV6, 4)]);
  message.writeUInt16BE(checksum(Buffer.concat([pseudoHeader, message])), 2);
  // Version 6, then length, next header, and the hop limit that shows that no router has passed it on.
  const header = Buffer.concat([
    number(0x60000000, 4),
    number(message.length, 2),
    Buffer.from([ICMPV6, 255]),
  ]);
  return Buffer.concat([ethernet(ALL_NODES_MAC, link, ETHERTYPE.ipv6), header, ip, ALL_NODES, message]);
}

const ethernet = (to: Buffer, from: Buffer, type: number): Buffer =>
  Buffer.concat([to, from, number(type, 2)]);

/** The Internet checksum (RFC 1071) of an even number of bytes. */
function checksum(bytes: Buffer): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) sum += bytes.readUInt16BE(i);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

function number(value: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  bytes.writeUIntBE(value, 0, length);
  return bytes;
}

function bytesOf(text: string): Buffer {
  const address = addressOf(text);
  if (!address) throw new Error(`no address: ${text}`);
  const digits = widthOf(address.family) / 4;
  return Buffer.from(address.value.toString(16).padStart(digits, '0'), 'hex');
}

function macBytes(mac: string): Buffer {
  const bytes = Buffer.from(mac.replaceAll(':', ''), 'hex');
  if (bytes.length !== 6) throw new Error(`no Ethernet address: ${mac}`);
  return bytes;
}
