// ip(), cidr() and what can be asked of addresses and ranges.

import { spendWork } from '../evaluate/budget.ts';
import { globalFunction, type Library, memberFunction } from '../library/declare.ts';
import { opaqueType } from '../types/type.ts';
import { CelError, ObjectValue, type Result, type Value } from '../values/value.ts';
import {
  type Address,
  AddressError,
  inRange,
  isMapped,
  maskedBytes,
  parseAddress,
  parseRange,
  type Range,
  showAddress,
} from './ip-text.ts';
import { quoted } from './url-text.ts';

const ipType = opaqueType('net.IP');
const cidrType = opaqueType('net.CIDR');

class Ip extends ObjectValue {
  readonly address: Address;
  constructor(address: Address) {
    super();
    this.address = address;
  }
  get type(): typeof ipType {
    return ipType;
  }
  equals(other: Value): boolean {
    return other instanceof Ip && showAddress(other.address) === showAddress(this.address);
  }
  override size(): number {
    return this.address.bytes.length;
  }
}

class Cidr extends ObjectValue {
  readonly range: Range;
  constructor(range: Range) {
    super();
    this.range = range;
  }
  get type(): typeof cidrType {
    return cidrType;
  }
  equals(other: Value): boolean {
    return other instanceof Cidr && show(other.range) === show(this.range);
  }
  override size(): number {
    return Math.ceil(this.range.bits / 8);
  }
}

const show = ({ address, bits }: Range): string => `${showAddress(address)}/${bits}`;

function attempt<T>(parse: () => T, wrap: (message: string) => string): T | CelError {
  try {
    return parse();
  } catch (error) {
    if (error instanceof AddressError) return new CelError(wrap(error.message));
    throw error;
  }
}

function parseIp(text: string): Ip | CelError {
  spendWork(text.length);
  const prefix = `IP Address ${quoted(text)} parse error during conversion from string: `;
  const address = attempt(
    () => parseAddress(text),
    (message) => prefix + message,
  );
  if (address instanceof CelError) return address;
  if (address.zone !== '') return new CelError(`IP address ${quoted(text)} with zone value is not allowed`);
  if (isMapped(address)) return new CelError(`IPv4-mapped IPv6 address ${quoted(text)} is not allowed`);
  return new Ip(address);
}

function parseCidr(text: string): Cidr | CelError {
  spendWork(text.length);
  const prefix = 'network address parse error during conversion from string: ';
  const range = attempt(
    () => parseRange(text),
    (message) => prefix + prefix + message,
  );
  if (range instanceof CelError) return range;
  if (isMapped(range.address))
    return new CelError(`${prefix}IPv4-mapped IPv6 address ${quoted(text)} is not allowed`);
  return new Cidr(range);
}

const contains = (cidr: Cidr, ip: Ip | CelError): Result =>
  ip instanceof CelError ? ip : inRange(cidr.range, ip.address);
const covers = (cidr: Cidr, other: Cidr | CelError): Result =>
  other instanceof CelError
    ? other
    : cidr.range.bits <= other.range.bits && inRange(cidr.range, other.range.address);

const first = ({ bytes }: Address): number => bytes[0] ?? 0;
const second = ({ bytes }: Address): number => bytes[1] ?? 0;
const is4 = ({ bytes }: Address): boolean => bytes.length === 4;

const isUnspecified = ({ bytes }: Address): boolean => bytes.every((byte) => byte === 0);
const isLoopback = (address: Address): boolean =>
  is4(address) ? first(address) === 127 : address.bytes.every((byte, i) => byte === (i === 15 ? 1 : 0));
const isMulticast = (address: Address): boolean =>
  is4(address) ? (first(address) & 0xf0) === 0xe0 : first(address) === 0xff;
const isLinkLocalMulticast = (address: Address): boolean =>
  is4(address)
    ? first(address) === 224 && second(address) === 0 && address.bytes[2] === 0
    : first(address) === 0xff && (second(address) & 0x0f) === 2;
const isLinkLocalUnicast = (address: Address): boolean =>
  is4(address)
    ? first(address) === 169 && second(address) === 254
    : first(address) === 0xfe && (second(address) & 0xc0) === 0x80;
const isBroadcast = ({ bytes }: Address): boolean =>
  bytes.length === 4 && bytes.every((byte) => byte === 255);
const isGlobalUnicast = (address: Address): boolean =>
  !isUnspecified(address) &&
  !isLoopback(address) &&
  !isMulticast(address) &&
  !isLinkLocalUnicast(address) &&
  !isBroadcast(address);

const ask = (name: string, id: string, holds: (address: Address) => boolean) =>
  memberFunction(name, id, 'net.IP -> bool', (ip: Ip) => holds(ip.address));

export const networkLibrary: Library = [
  globalFunction('ip', 'string_to_ip', 'string -> net.IP', parseIp),
  globalFunction('isIP', 'is_ip', 'string -> bool', (text: string) => !(parseIp(text) instanceof CelError)),
  globalFunction('ip.isCanonical', 'ip_is_canonical', 'string -> bool', (text: string) => {
    const ip = parseIp(text);
    return ip instanceof CelError ? ip : showAddress(ip.address) === text;
  }),
  globalFunction('string', 'ip_to_string', 'net.IP -> string', (ip: Ip) => showAddress(ip.address)),
  memberFunction('family', 'ip_family', 'net.IP -> int', (ip: Ip) => (is4(ip.address) ? 4n : 6n)),
  ask('isUnspecified', 'ip_is_unspecified', isUnspecified),
  ask('isLoopback', 'ip_is_loopback', isLoopback),
  ask('isLinkLocalMulticast', 'ip_is_link_local_multicast', isLinkLocalMulticast),
  ask('isLinkLocalUnicast', 'ip_is_link_local_unicast', isLinkLocalUnicast),
  ask('isGlobalUnicast', 'ip_is_global_unicast', isGlobalUnicast),
  globalFunction('cidr', 'string_to_cidr', 'string -> net.CIDR', parseCidr),
  globalFunction(
    'isCIDR',
    'is_cidr',
    'string -> bool',
    (text: string) => !(parseCidr(text) instanceof CelError),
  ),
  globalFunction('string', 'cidr_to_string', 'net.CIDR -> string', (cidr: Cidr) => show(cidr.range)),
  memberFunction(
    'containsIP',
    'cidr_contains_ip_string',
    'net.CIDR, string -> bool',
    (cidr: Cidr, text: string) => contains(cidr, parseIp(text)),
  ),
  memberFunction('containsIP', 'cidr_contains_ip_ip', 'net.CIDR, net.IP -> bool', contains),
  memberFunction(
    'containsCIDR',
    'cidr_contains_cidr_string',
    'net.CIDR, string -> bool',
    (cidr: Cidr, text: string) => covers(cidr, parseCidr(text)),
  ),
  memberFunction('containsCIDR', 'cidr_contains_cidr', 'net.CIDR, net.CIDR -> bool', covers),
  memberFunction('ip', 'cidr_ip', 'net.CIDR -> net.IP', (cidr: Cidr) => new Ip(cidr.range.address)),
  memberFunction('prefixLength', 'cidr_prefix_length', 'net.CIDR -> int', (cidr: Cidr) =>
    BigInt(cidr.range.bits),
  ),
  memberFunction(
    'masked',
    'cidr_masked',
    'net.CIDR -> net.CIDR',
    ({ range: { address, bits } }: Cidr) =>
      new Cidr({ address: { bytes: maskedBytes(address.bytes, bits), zone: '' }, bits }),
  ),
];
