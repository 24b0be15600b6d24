// Writes the wire format of protocol buffers from the end to the beginning, so that the length of a message is known when it is
// written: nothing is copied. Fields, and the parts of a field, are written in reverse order. Called by api/protobuf/encode.ts.
import { LENGTH, type Wire } from './wire.ts';

const FIRST_SIZE = 4_096;
/** Bytes up to which a text of ASCII is written character by character: faster than a call into the engine. */
const SHORT = 24;

export class BackwardWriter {
  #buffer = Buffer.allocUnsafeSlow(FIRST_SIZE);
  #start = FIRST_SIZE;

  /** Bytes written so far. A message's length is the difference between two of these. */
  get length(): number {
    return this.#buffer.length - this.#start;
  }

  tag(number: number, wire: Wire): void {
    this.varint(number * 8 + wire);
  }

  /** Up to 2^53 exactly, more as a bigint; negative numbers as two's complement. */
  varint(value: number | bigint): void {
    this.#reserve(10);
    if (typeof value === 'bigint' || value < 0 || value > Number.MAX_SAFE_INTEGER)
      return this.#bigVarint(BigInt.asUintN(64, BigInt(value)));
    if (value < 0x80) {
      this.#buffer[--this.#start] = value;
      return;
    }
    let size = 1;
    for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) size++;
    this.#start -= size;
    let at = this.#start;
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) this.#buffer[at++] = (rest % 0x80) | 0x80;
    this.#buffer[at] = rest;
  }

  double(value: number): void {
    this.#reserve(8);
    this.#start -= 8;
    this.#buffer.writeDoubleLE(value, this.#start);
  }

  /** A text with its length. */
  string(value: string): void {
    if (value.length > SHORT || !this.#short(value)) this.#long(value);
  }

  /** Bytes with their length. */
  bytes(value: Uint8Array): void {
    this.raw(value);
    this.varint(value.length);
  }

  /** Bytes that are encoded already. */
  raw(value: Uint8Array): void {
    this.#reserve(value.length);
    this.#start -= value.length;
    this.#buffer.set(value, this.#start);
  }

  /** Closes a message as a field; `before` is the length when its last field was yet to be written. */
  close(number: number, before: number): void {
    this.varint(this.length - before);
    this.tag(number, LENGTH);
  }

  /** A copy, so that the writer can be used again. */
  take(): Buffer {
    const taken = Buffer.from(this.#buffer.subarray(this.#start));
    this.#start = this.#buffer.length;
    return taken;
  }

  #short(value: string): boolean {
    this.#reserve(SHORT + 1);
    const start = this.#start - value.length;
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i);
      if (code > 127) return false;
      this.#buffer[start + i] = code;
    }
    this.#start = start;
    this.#buffer[--this.#start] = value.length;
    return true;
  }

  #long(value: string): void {
    const size = Buffer.byteLength(value);
    this.#reserve(size);
    this.#start -= size;
    this.#buffer.write(value, this.#start);
    this.varint(size);
  }

  #bigVarint(value: bigint): void {
    const bytes: number[] = [];
    let rest = value;
    for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
    bytes.push(Number(rest));
    this.raw(Uint8Array.from(bytes));
  }

  #reserve(size: number): void {
    if (this.#start >= size) return;
    const used = this.length;
    const grown = Buffer.allocUnsafeSlow(Math.max(this.#buffer.length * 2, used + size));
    this.#buffer.copy(grown, grown.length - used, this.#start);
    this.#buffer = grown;
    this.#start = grown.length - used;
  }
}
