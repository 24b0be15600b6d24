// Responses of upstream servers: their records are walked through once, without following a pointer, and passed on as they are.
// Only answers that become part of another answer are unpacked. Pure; called by forward/ and by those who follow aliases.
import { HEADER, RCODE, TYPE } from './codes.ts';
import { escaped } from './name.ts';
import { afterName } from './query.ts';
import type { Question } from './question.ts';
import type { DnsRecord } from './record.ts';
import type { Reply } from './reply.ts';
import { addressRun } from './runs.ts';

/** A reply with what caches need to know. */
export interface UpstreamReply extends Reply {
  /** Where the TTL of each record stands in `records`. */
  readonly ttls: readonly number[];
  /** The smallest TTL, in seconds; for negative answers that of the SOA, or 0 without one (RFC 2308). */
  readonly ttl: number;
}

/** A response whose header and question (which ends at `questionEnd`) are known to be good; undefined when it is malformed. */
export function parseReply(message: Buffer, questionEnd: number): UpstreamReply | undefined {
  const counts = [6, 8, 10].map((at) => message.readUInt16BE(at));
  const walked = walk(message, questionEnd, counts);
  if (!walked) return undefined;
  const [answers, authorities, additionals] = walked.counts as [number, number, number];
  const { starts, bodies } = walked;
  const ends = starts.map((_, i) => (starts[i + 1] ?? walked.end) - questionEnd);
  const records = Buffer.from(message.subarray(questionEnd, walked.end));
  const ttls = bodies.map((body) => body + 4 - questionEnd);
  const rcode = message[3]! & 0xf;
  const reply = {
    rcode,
    authoritative: (message[2]! & 4) !== 0,
    authenticated: (message[3]! & 0x20) !== 0,
    origin: 'forward' as const,
    records,
    answers,
    authorities,
    additionals,
    ends,
    addresses: addressRun(records, ends, answers),
    ttls,
  };
  return { ...reply, ttl: ttlOf(reply, (i) => records.readUInt16BE(ttls[i]! - 4)) };
}

interface Walked {
  /** Records by section, without the OPT record and what follows it. */
  readonly counts: readonly number[];
  /** Where each record, and its part behind the name, begins. */
  readonly starts: readonly number[];
  readonly bodies: readonly number[];
  readonly end: number;
}

function walk(message: Buffer, start: number, counts: readonly number[]): Walked | undefined {
  const starts: number[] = [];
  const bodies: number[] = [];
  const kept = [0, 0, 0];
  let at = start;
  for (let section = 0; section < 3; section++)
    for (let i = 0; i < counts[section]!; i++) {
      const body = afterName(message, at);
      if (body + 10 > message.length) return undefined;
      const end = body + 10 + message.readUInt16BE(body + 8);
      if (end > message.length) return undefined;
      // The sender's own words. What follows may point beyond it, and is additional.
      if (message.readUInt16BE(body) === TYPE.OPT) return { counts: kept, starts, bodies, end: at };
      kept[section]!++;
      starts.push(at);
      bodies.push(body);
      at = end;
    }
  return { counts: kept, starts, bodies, end: at };
}

type Timed = Pick<UpstreamReply, 'rcode' | 'records' | 'answers' | 'authorities' | 'ttls' | 'ends'>;

function ttlOf(reply: Timed, typeAt: (index: number) => number): number {
  const { records, answers, authorities, ttls, ends } = reply;
  const at = (index: number) => records.readUInt32BE(ttls[index]!);
  const indices = Array.from(ttls.keys());
  const soa = indices.slice(answers, answers + authorities).find((i) => typeAt(i) === TYPE.SOA);
  const smallest = indices.reduce((least, i) => Math.min(least, at(i)), 0x7fffffff);
  if (soa === undefined) return answers > 0 && reply.rcode === RCODE.NOERROR ? smallest : 0;
  // The last field of the SOA is the TTL of negative answers.
  const minimum = ends[soa]! - ttls[soa]! >= 26 ? records.readUInt32BE(ends[soa]! - 4) : 0;
  return Math.min(smallest, minimum);
}

/** Writes one TTL into all records. */
export function setTtls({ records, ttls }: UpstreamReply, ttl: number): void {
  for (const at of ttls) records.writeUInt32BE(ttl, at);
}

/** The answers of a reply, with complete names, to be part of another answer. Throws a RangeError when they are malformed. */
export function unpackAnswers({ question }: Pick<Question, 'question'>, reply: Reply): DnsRecord[] {
  const message = Buffer.concat([Buffer.alloc(HEADER), question, reply.records]);
  const base = HEADER + question.length;
  return Array.from({ length: reply.answers }, (_, i) => {
    const start = base + (i > 0 ? reply.ends[i - 1]! : 0);
    return unpack(message, start, base + reply.ends[i]!);
  });
}

function unpack(message: Buffer, start: number, end: number): DnsRecord {
  const at = afterName(message, start);
  const type = message.readUInt16BE(at);
  const ttl = message.readUInt32BE(at + 4);
  return { name: textAt(message, start), type, ttl, data: dataOf(message, type, at + 10, end) };
}

/** Bytes before the name in the data of the types whose data may be compressed (RFC 3597, section 4). */
const BEFORE_NAME: ReadonlyMap<number, number> = new Map([
  [TYPE.CNAME, 0],
  [TYPE.NS, 0],
  [TYPE.PTR, 0],
  [TYPE.DNAME, 0],
  [TYPE.MX, 2],
  [TYPE.SRV, 6],
]);

function dataOf(message: Buffer, type: number, start: number, end: number): Buffer {
  const before = BEFORE_NAME.get(type);
  if (before === undefined) return message.subarray(start, end);
  const labels = labelsAt(message, start + before);
  return Buffer.concat([message.subarray(start, start + before), ...labels, Buffer.alloc(1)]);
}

const textAt = (message: Buffer, at: number): string =>
  labelsAt(message, at)
    .map((label) => escaped(label.toString('latin1', 1).replace(/[A-Z]/g, (letter) => letter.toLowerCase())))
    .join('.');

/** Pointers of one name. Each leads backwards, so that there is no loop; but a message can hold thousands of them. */
const MOST_POINTERS = 32;

/** The labels of a name, with their lengths. */
function labelsAt(message: Buffer, start: number): Buffer[] {
  const labels: Buffer[] = [];
  let [at, pointers, size] = [start, 0, 1];
  for (;;) {
    const length = message[at];
    if (length === undefined) throw new RangeError('a name is cut short');
    if (length === 0) return labels;
    if (length >= 0xc0) {
      const to = message.readUInt16BE(at) & 0x3fff;
      if (to >= at || to < HEADER || ++pointers > MOST_POINTERS)
        throw new RangeError('a name has a bad pointer');
      at = to;
      continue;
    }
    size += length + 1;
    if (length > 63 || size > 255 || at + 1 + length > message.length)
      throw new RangeError('a name is too long');
    labels.push(message.subarray(at, at + 1 + length));
    at += length + 1;
  }
}
