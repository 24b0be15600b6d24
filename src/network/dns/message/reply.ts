// A reply is what answers a question, whoever asks: the records behind the question, as bytes. responseTo() makes one client's
// response of it, so that a reply is encoded once and kept. Pure, but for the turn of the addresses.
import { HEADER } from './codes.ts';
import { OPT_LENGTH, optRecord } from './opt.ts';
import type { Query } from './query.ts';

/** Who made a reply; the names of CoreDNS' plugins. */
export type Origin = 'kubernetes' | 'forward' | 'cache' | 'autopath' | '';

export interface Reply {
  readonly rcode: number;
  readonly authoritative: boolean;
  /** The upstream server has validated the answer (AD). */
  readonly authenticated: boolean;
  readonly origin: Origin;
  /** Names in them may point at the question, which begins at byte 12. */
  readonly records: Buffer;
  readonly answers: number;
  readonly authorities: number;
  readonly additionals: number;
  /** Where each record ends. */
  readonly ends: readonly number[];
  readonly addresses: AddressRun | undefined;
}

/** Several answers of one size that are addresses of one name: every response begins with the next one, so that clients, which
 *  take the first, spread over all. */
export interface AddressRun {
  readonly start: number;
  readonly size: number;
  readonly count: number;
}

let turn = 0;
const opts = [optRecord(0, false), optRecord(0, true)] as const;

/** The response with as many whole records as fit into `limit` bytes. */
export function responseTo(query: Query, reply: Reply, limit: number): Buffer {
  const { message, questionEnd, size, dnssecOk } = query;
  const opt = size > 0 ? OPT_LENGTH : 0;
  const room = limit - questionEnd - opt;
  const { records, length, truncated } = reply.records.length > room ? partOf(reply, room) : wholeOf(reply);
  const out = Buffer.allocUnsafe(questionEnd + length + opt);
  out[0] = message[0]!;
  out[1] = message[1]!;
  out[2] = 0x80 | (reply.authoritative ? 4 : 0) | (truncated ? 2 : 0) | (message[2]! & 1);
  const authenticated = reply.authenticated && wantsAuthenticated(query) ? 0x20 : 0;
  out[3] = 0x80 | authenticated | (message[3]! & 0x10) | reply.rcode;
  out[4] = 0;
  out[5] = 1;
  const [answers, authorities, additionals] = records;
  out[6] = answers >> 8;
  out[7] = answers & 255;
  out[8] = authorities >> 8;
  out[9] = authorities & 255;
  const more = additionals + (opt ? 1 : 0);
  out[10] = more >> 8;
  out[11] = more & 255;
  for (let i = HEADER; i < questionEnd; i++) out[i] = message[i]!;
  copyRecords(reply, length, out, questionEnd);
  if (opt) opts[dnssecOk ? 1 : 0].copy(out, questionEnd + length);
  return out;
}

/** RFC 6840, section 5.8. */
const wantsAuthenticated = ({ message, dnssecOk }: Query) => dnssecOk || (message[3]! & 0x20) !== 0;

/** The first `length` bytes of the records, with the addresses in turn, those that do not fit included. */
function copyRecords({ records, addresses }: Reply, length: number, out: Buffer, at: number): void {
  if (!addresses || length <= addresses.start) return void records.copy(out, at, 0, length);
  const { start, size, count } = addresses;
  turn = (turn + 1) & 0xffffff;
  const first = turn % count;
  const shown = Math.min(count, Math.floor((length - start) / size));
  const ahead = Math.min(shown, count - first);
  records.copy(out, at, 0, start);
  records.copy(out, at + start, start + first * size, start + (first + ahead) * size);
  records.copy(out, at + start + ahead * size, start, start + (shown - ahead) * size);
  const end = start + count * size;
  if (length > end) records.copy(out, at + end, end, length);
}

/** How much of a reply goes into a response. */
interface Part {
  /** Numbers of answers, authorities, additional records. */
  readonly records: readonly [number, number, number];
  /** In bytes. */
  readonly length: number;
  readonly truncated: boolean;
}

const wholeOf = ({ answers, authorities, additionals, records }: Reply): Part => ({
  records: [answers, authorities, additionals],
  length: records.length,
  truncated: false,
});

/** What fits into `room` bytes. A response that lacks nothing but additional records is complete (RFC 2181, section 9). */
function partOf(reply: Reply, room: number): Part {
  let kept = 0;
  while (kept < reply.ends.length && reply.ends[kept]! <= room) kept++;
  const answers = Math.min(reply.answers, kept);
  const authorities = Math.min(reply.authorities, kept - answers);
  return {
    records: [answers, authorities, kept - answers - authorities],
    length: kept ? reply.ends[kept - 1]! : 0,
    truncated: answers + authorities < reply.answers + reply.authorities,
  };
}
