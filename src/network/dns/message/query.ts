// Which messages are answered as queries: one question, as a client of the cluster asks it. Everything else is refused by its
// header, before names are decoded: a message of 64 KiB can hold ten thousand names of 127 labels each. Pure. Called by server/.
// The counts are those of CoreDNS (DefaultMsgAcceptFunc of github.com/miekg/dns).
import { CLASS_IN, HEADER, MAX_LABEL, MAX_NAME, RCODE, TYPE } from './codes.ts';
import { nameText } from './name.ts';
import { optRecord } from './opt.ts';
import { flagsByte, type Question } from './question.ts';

/** Bytes of a query: a name has at most 255, and EDNS options come to a few hundred. */
export const MAX_QUERY = 4096;

export class Query implements Question {
  readonly message: Buffer;
  /** Where the question ends in the message. */
  readonly questionEnd: number;
  readonly type: number;
  readonly key: string;
  readonly dnssecOk: boolean;
  /** The largest UDP response that the client takes, as it announces it; 0 without EDNS. */
  readonly size: number;
  #name: string | undefined;

  constructor(message: Buffer, questionEnd: number, opt: Opt | undefined) {
    this.message = message;
    this.questionEnd = questionEnd;
    this.type = message.readUInt16BE(questionEnd - 4);
    this.dnssecOk = opt?.dnssecOk ?? false;
    this.size = opt ? Math.max(1, opt.size) : 0;
    this.key = keyOf(message, questionEnd, flagsByte(this.dnssecOk, this.checkingDisabled));
  }

  get name(): string {
    this.#name ??= nameText(lowerCased(this.message, this.questionEnd), 0);
    return this.#name;
  }

  get question(): Buffer {
    return this.message.subarray(HEADER, this.questionEnd);
  }

  get checkingDisabled(): boolean {
    return (this.message[3]! & 0x10) !== 0;
  }
}

interface Opt {
  readonly size: number;
  readonly version: number;
  readonly dnssecOk: boolean;
}

/** A query; or the response that refuses the message; or undefined for what gets no response. */
export function acceptQuery(message: Buffer): Query | Buffer | undefined {
  if (message.length < HEADER || message.length > MAX_QUERY) return undefined;
  const isResponse = (message[2]! & 0x80) !== 0;
  if (isResponse) return undefined;
  const opcode = (message[2]! >> 3) & 0xf;
  if (opcode !== 0) return refusalOf(message, RCODE.NOTIMP);
  const count = (at: number) => message.readUInt16BE(at);
  if (count(4) !== 1 || count(6) > 1 || count(8) > 1 || count(10) > 2)
    return refusalOf(message, RCODE.FORMERR);
  const end = questionEnd(message);
  if (end === undefined) return refusalOf(message, RCODE.FORMERR);
  if (count(end - 2) !== CLASS_IN) return refusalOf(message, RCODE.REFUSED);
  const records = count(6) + count(8) + count(10);
  const opt = records > 0 ? optOf(message, end, records) : undefined;
  if (opt === 'malformed') return refusalOf(message, RCODE.FORMERR);
  return opt && opt.version > 0 ? badVersion(message, end) : new Query(message, end, opt);
}

/** Where the question ends; undefined when it is cut short or its name is compressed or too long. */
function questionEnd(message: Buffer): number | undefined {
  let at = HEADER;
  for (;;) {
    const length = message[at];
    if (length === undefined || length > MAX_LABEL) return undefined;
    at += length + 1;
    if (at - HEADER > MAX_NAME) return undefined;
    if (length === 0) break;
  }
  return at + 4 <= message.length ? at + 4 : undefined;
}

/** The OPT record among the `count` records behind the question (RFC 6891: at most one, and of the root). */
function optOf(message: Buffer, start: number, count: number): Opt | undefined | 'malformed' {
  let at = start;
  let opt: Opt | undefined;
  for (let i = 0; i < count; i++) {
    const name = at;
    at = afterName(message, at);
    if (at + 10 > message.length) return 'malformed';
    const end = at + 10 + message.readUInt16BE(at + 8);
    if (end > message.length) return 'malformed';
    if (message.readUInt16BE(at) === TYPE.OPT) {
      if (opt || message[name] !== 0) return 'malformed';
      const dnssecOk = (message[at + 6]! & 0x80) !== 0;
      opt = { size: message.readUInt16BE(at + 2), version: message[at + 5]!, dnssecOk };
    }
    at = end;
  }
  return opt;
}

/** Where a record's name ends, which may be compressed; beyond the message when it is cut short. */
export function afterName(message: Buffer, start: number): number {
  let at = start;
  for (let length = message[at]; length !== undefined; length = message[at]) {
    if (length === 0) return at + 1;
    if (length > MAX_LABEL) return length >= 0xc0 ? at + 2 : message.length + 1;
    at += length + 1;
  }
  return message.length + 1;
}

const scratch = Buffer.alloc(MAX_NAME + 5);

/** The name in `scratch`; letters of ASCII only have a lower case (RFC 4343). Length bytes are below 'A'. */
function lowerCased(message: Buffer, questionEnd: number): Buffer {
  const length = questionEnd - 4 - HEADER;
  for (let i = 0; i < length; i++) {
    const byte = message[HEADER + i]!;
    scratch[i] = byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
  }
  return scratch;
}

function keyOf(message: Buffer, questionEnd: number, flags: number): string {
  const bytes = lowerCased(message, questionEnd);
  const end = questionEnd - 4 - HEADER;
  bytes[end] = message[questionEnd - 4]!;
  bytes[end + 1] = message[questionEnd - 3]!;
  bytes[end + 2] = flags;
  return bytes.toString('latin1', 0, end + 3);
}

/** A response of a header alone. */
function refusalOf(message: Buffer, rcode: number): Buffer {
  const header = Buffer.alloc(HEADER);
  message.copy(header, 0, 0, 3);
  header[2] = 0x80 | (message[2]! & 0x79);
  header[3] = rcode;
  return header;
}

/** Only version 0 of EDNS exists. */
function badVersion(message: Buffer, end: number): Buffer {
  const header = refusalOf(message, RCODE.BADVERS & 0xf);
  header[5] = 1;
  header[11] = 1;
  return Buffer.concat([header, message.subarray(HEADER, end), optRecord(RCODE.BADVERS, false)]);
}
