// The zone's SOA record, which tells how long a negative answer may be kept (RFC 2308), with CoreDNS' values, and the negative
// replies that have nothing else. These depend on where the zone's name stands in the question only, so there are few, and each is
// made once.
import { CLASS_IN, HEADER, TYPE } from '../message/codes.ts';
import { nameBytes } from '../message/name.ts';
import type { DnsRecord } from '../message/record.ts';
import type { Reply } from '../message/reply.ts';

/** Seconds that records and denials hold; CoreDNS' default. */
export const TTL = 5;

export const soaRecord = (domain: string): DnsRecord => ({
  name: domain,
  type: TYPE.SOA,
  ttl: TTL,
  data: soaData(nameBytes(domain)),
});

const made = new Map<number, Reply>();

/** `at` is where the zone's name begins in the question's name. */
export function negative(rcode: number, at: number): Reply {
  const key = (rcode << 8) | at;
  let reply = made.get(key);
  if (!reply) {
    reply = make(rcode, HEADER + at);
    made.set(key, reply);
  }
  return reply;
}

function make(rcode: number, zone: number): Reply {
  const pointer = Buffer.from([0xc0 | (zone >> 8), zone & 255]);
  const data = soaData(pointer);
  const fixed = Buffer.from([0, TYPE.SOA, 0, CLASS_IN, 0, 0, 0, TTL, 0, data.length]);
  const records = Buffer.concat([pointer, fixed, data]);
  return {
    rcode,
    authoritative: true,
    authenticated: false,
    origin: 'kubernetes',
    records,
    answers: 0,
    authorities: 1,
    additionals: 0,
    ends: [records.length],
    addresses: undefined,
  };
}

/** Of ns.dns.ZONE and hostmaster.ZONE. */
function soaData(zone: Buffer): Buffer {
  const [serial, refresh, retry, expire] = [1, 7_200, 1_800, 86_400];
  const numbers = Buffer.alloc(20);
  [serial, refresh, retry, expire, TTL].forEach((value, i) => void numbers.writeUInt32BE(value, 4 * i));
  return Buffer.concat([Buffer.from('\x02ns\x03dns'), zone, Buffer.from('\x0ahostmaster'), zone, numbers]);
}
