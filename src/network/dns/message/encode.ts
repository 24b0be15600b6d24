// Records to a reply: names of records point at the question and at one another. Pure.
import { CLASS_IN, HEADER } from './codes.ts';
import { escaped, labelsOf } from './name.ts';
import type { Question } from './question.ts';
import type { DnsRecord } from './record.ts';
import type { AddressRun, Origin, Reply } from './reply.ts';
import { addressRun } from './runs.ts';

export interface Sections {
  readonly rcode: number;
  readonly authoritative: boolean;
  readonly origin: Origin;
  readonly answers: readonly DnsRecord[];
  readonly authorities?: readonly DnsRecord[];
  readonly additionals?: readonly DnsRecord[];
}

/** The reply to `question`. Throws a RangeError for names that cannot be on the wire. */
export function encodeReply({ question, name }: Question, sections: Sections): Reply {
  const { rcode, authoritative, origin, answers, authorities = [], additionals = [] } = sections;
  const writer = new RecordWriter(HEADER + question.length, name);
  for (const list of [answers, authorities, additionals]) for (const record of list) writer.write(record);
  const { records, ends } = writer;
  const run: AddressRun | undefined = addressRun(records, ends, answers.length);
  return {
    rcode,
    authoritative,
    authenticated: false,
    origin,
    records,
    answers: answers.length,
    authorities: authorities.length,
    additionals: additionals.length,
    ends,
    addresses: run,
  };
}

/** Offsets that a pointer can have. */
const POINTERS = 0x4000;
/** Bytes of a record between its name and its data. */
const FIXED = 10;

class RecordWriter {
  readonly ends: number[] = [];
  /** Where the records begin in the message. */
  readonly #base: number;
  /** Names that are in the message, and where. */
  readonly #names = new Map<string, number>();
  #bytes = Buffer.alloc(512);
  #length = 0;

  constructor(base: number, question: string) {
    this.#base = base;
    this.#remember(suffixesOf(question), HEADER);
  }

  get records(): Buffer {
    return Buffer.from(this.#bytes.subarray(0, this.#length));
  }

  write({ name, type, ttl, data }: DnsRecord): void {
    this.#writeName(name);
    this.#reserve(FIXED + data.length);
    const bytes = this.#bytes;
    let at = bytes.writeUInt16BE(type, this.#length);
    at = bytes.writeUInt16BE(CLASS_IN, at);
    at = bytes.writeUInt32BE(ttl, at);
    at = bytes.writeUInt16BE(data.length, at);
    this.#length = at + data.copy(bytes, at);
    this.ends.push(this.#length);
  }

  #writeName(name: string): void {
    const known = this.#names.get(name);
    if (known !== undefined) return this.#writePointer(known);
    const suffixes = suffixesOf(name);
    const start = this.#base + this.#length;
    for (const { label, text } of suffixes) {
      const pointer = this.#names.get(text);
      if (pointer !== undefined) {
        this.#remember(suffixes, start);
        return this.#writePointer(pointer);
      }
      this.#reserve(1 + label.length);
      this.#bytes[this.#length++] = label.length;
      this.#length += this.#bytes.write(label, this.#length, 'latin1');
    }
    this.#reserve(1);
    this.#bytes[this.#length++] = 0;
    this.#remember(suffixes, start);
  }

  #writePointer(to: number): void {
    this.#reserve(2);
    this.#length = this.#bytes.writeUInt16BE(0xc000 | to, this.#length);
  }

  /** Those that begin at `start`, label by label, and are not known already. */
  #remember(suffixes: readonly Suffix[], start: number): void {
    let at = start;
    for (const { label, text } of suffixes) {
      if (at >= POINTERS || this.#names.has(text)) return;
      this.#names.set(text, at);
      at += label.length + 1;
    }
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const grown = Buffer.alloc(2 * this.#bytes.length + more);
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }
}

interface Suffix {
  readonly label: string;
  /** From this label to the end. */
  readonly text: string;
}

function suffixesOf(name: string): Suffix[] {
  const labels = labelsOf(name);
  const suffixes: Suffix[] = [];
  for (let i = labels.length - 1, text = ''; i >= 0; i--) {
    const label = labels[i]!;
    text = text ? `${escaped(label)}.${text}` : escaped(label);
    suffixes.unshift({ label, text });
  }
  return suffixes;
}
