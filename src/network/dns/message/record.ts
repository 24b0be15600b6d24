// Records of a response, with their data as bytes. Names in data are never compressed: what may be is decided by the type, and it
// would save little. Pure.
import { isIPv4 } from 'node:net';
import { addressOf } from '../../../api/addresses/prefix.ts';
import { TYPE } from './codes.ts';
import { nameBytes } from './name.ts';

export interface DnsRecord {
  readonly name: string;
  readonly type: number;
  /** Seconds. */
  readonly ttl: number;
  readonly data: Buffer;
}

export function addressRecord(name: string, address: string, ttl: number): DnsRecord {
  const data = address.includes(':') ? bytes6(address) : bytes4(address);
  return { name, type: data.length === 4 ? TYPE.A : TYPE.AAAA, ttl, data };
}

/** A Service can have thousands of addresses. */
function bytes4(address: string): Buffer {
  if (!isIPv4(address)) throw new RangeError('not an IP address');
  return Buffer.from(address.split('.').map(Number));
}

function bytes6(address: string): Buffer {
  const parsed = addressOf(address);
  if (parsed?.family !== 'IPv6') throw new RangeError('not an IP address');
  return Buffer.from(parsed.value.toString(16).padStart(32, '0'), 'hex');
}

/** A record whose data is a name: CNAME, NS, PTR. */
export const nameRecord = (name: string, type: number, target: string, ttl: number): DnsRecord => ({
  name,
  type,
  ttl,
  data: nameBytes(target),
});

export function textRecord(name: string, text: string, ttl: number): DnsRecord {
  const data = Buffer.concat([Buffer.from([text.length]), Buffer.from(text, 'latin1')]);
  return { name, type: TYPE.TXT, ttl, data };
}

export interface ServiceData {
  readonly priority: number;
  readonly weight: number;
  readonly port: number;
  readonly target: string;
}

export function serviceRecord(
  name: string,
  { priority, weight, port, target }: ServiceData,
  ttl: number,
): DnsRecord {
  const numbers = Buffer.alloc(6);
  [priority, weight, port].forEach((value, i) => void numbers.writeUInt16BE(value, 2 * i));
  return { name, type: TYPE.SRV, ttl, data: Buffer.concat([numbers, nameBytes(target)]) };
}
