// Writes the wire format of protocol buffers into one growing buffer. Numbers are exact up to 2^53.
import { LENGTH, type Wire } from './wire.ts';

export class Writer {
  #buffer = Buffer.allocUnsafe(256);
  #length = 0;

  tag(number: number, wire: Wire): void {
    this.varint(number * 8 + wire);
  }

  /** A 64-bit varint; negative numbers as two's complement. */
  varint(value: number | bigint): void {
    this.#reserve(10);
    if (typeof value === 'bigint' || value < 0 || value > Number.MAX_SAFE_INTEGER)
      return this.#bigVarint(BigInt.asUintN(64, BigInt(value)));
    let rest = value;
    while (rest >= 0x80) {
      this.#buffer[this.#length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#buffer[this.#length++] = rest;
  }

  double(value: number): void {
    this.#reserve(8);
    this.#length = this.#buffer.writeDoubleLE(value, this.#length);
  }

  string(value: string): void {
    const size = Buffer.byteLength(value);
    this.varint(size);
    this.#reserve(size);
    this.#length += this.#buffer.write(value, this.#length);
  }

  bytes(value: Uint8Array): void {
    this.varint(value.length);
    this.raw(value);
  }

  /** Bytes that are encoded already. */
  raw(value: Uint8Array): void {
    this.#reserve(value.length);
    this.#buffer.set(value, this.#length);
    this.#length += value.length;
  }

  /** A field that holds what `write` writes, preceded by its length. */
  field(number: number, write: () => void): void {
    this.tag(number, LENGTH);
    this.nested(write);
  }

  /** What `write` writes, preceded by its length. */
  nested(write: () => void): void {
    const start = this.#length;
    write();
    const body = Buffer.from(this.#buffer.subarray(start, this.#length));
    this.#length = start;
    this.bytes(body);
  }

  finish(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  #bigVarint(value: bigint): void {
    let rest = value;
    while (rest >= 0x80n) {
      this.#buffer[this.#length++] = Number(rest & 0x7fn) | 0x80;
      rest >>= 7n;
    }
    this.#buffer[this.#length++] = Number(rest);
  }

  #reserve(size: number): void {
    if (this.#length + size <= this.#buffer.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#length + size));
    this.#buffer.copy(grown, 0, 0, this.#length);
    this.#buffer = grown;
  }
}
