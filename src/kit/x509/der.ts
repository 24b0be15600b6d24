// The few DER structures that X.509 certificates and requests are made of: functions that write them, and one that reads.

import { largest } from '../lists.ts';

function der(tag: number, ...parts: Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.of(tag), lengthOf(body.length), body]);
}

function lengthOf(n: number): Buffer {
  if (n < 0x80) return Buffer.of(n);
  if (n < 0x100) return Buffer.of(0x81, n);
  if (n < 0x10000) return Buffer.of(0x82, n >> 8, n & 0xff);
  return Buffer.of(0x83, n >> 16, (n >> 8) & 0xff, n & 0xff);
}

export const sequence = (...parts: Uint8Array[]) => der(0x30, ...parts);
export const setOf = (...parts: Uint8Array[]) => der(0x31, ...parts);
export const octetString = (bytes: Uint8Array) => der(0x04, bytes);
export const utf8String = (text: string) => der(0x0c, Buffer.from(text));
export const TRUE = der(0x01, Buffer.of(0xff));

/** A value in the context's own numbering; `constructed` when it holds whole structures. */
export const tagged = (number: number, constructed: boolean, ...parts: Uint8Array[]) =>
  der((constructed ? 0xa0 : 0x80) | number, ...parts);

/** A positive INTEGER from big-endian bytes, in the fewest bytes. */
export function unsigned(bytes: Uint8Array): Buffer {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start++;
  const trimmed = bytes.subarray(start);
  return trimmed[0]! & 0x80 ? der(0x02, Buffer.of(0), trimmed) : der(0x02, trimmed);
}

export const bitString = (bytes: Uint8Array, unused = 0) => der(0x03, Buffer.of(unused), bytes);

/** Named bits, the first being the highest; trailing zeros are left out. */
export function bits(...positions: number[]): Buffer {
  const last = largest(positions);
  const bytes = Buffer.alloc((last >> 3) + 1);
  for (const at of positions) bytes[at >> 3]! |= 0x80 >> (at & 7);
  return bitString(bytes, 7 - (last & 7));
}

/** An object identifier from its dotted form. */
export function oid(dotted: string): Buffer {
  const [first, second, ...rest] = dotted.split('.').map(Number);
  return der(0x06, Buffer.from([first! * 40 + second!, ...rest.flatMap(base128)]));
}

function base128(n: number): number[] {
  const digits = [n & 0x7f];
  for (let left = n >>> 7; left > 0; left >>>= 7) digits.unshift((left & 0x7f) | 0x80);
  return digits;
}

/** UTCTime up to 2049, GeneralizedTime from then on (RFC 5280, 4.1.2.5). */
export function time(ms: number): Buffer {
  const digits = new Date(ms).toISOString().slice(0, 19).replace(/[-T:]/g, '');
  return Number(digits.slice(0, 4)) < 2050
    ? der(0x17, Buffer.from(`${digits.slice(2)}Z`))
    : der(0x18, Buffer.from(`${digits}Z`));
}

/** A structure that has been read. */
export interface Element {
  readonly tag: number;
  readonly body: Buffer;
  /** Tag, length and body. */
  readonly whole: Buffer;
}

/** The structures that follow one another in `bytes`. Throws a RangeError when they are cut short. */
export function elements(bytes: Buffer): Element[] {
  const found: Element[] = [];
  for (let at = 0; at < bytes.length; ) {
    const element = elementAt(bytes, at);
    found.push(element);
    at += element.whole.length;
  }
  return found;
}

/** The parts of a constructed structure, which must have the tag. */
export function parts({ tag, body }: Element, expected = 0x30): Element[] {
  if (tag !== expected) throw new RangeError(`structure ${tag} where ${expected} was expected`);
  return elements(body);
}

function elementAt(bytes: Buffer, at: number): Element {
  const tag = bytes.readUInt8(at);
  let size = bytes.readUInt8(at + 1);
  let start = at + 2;
  if (size & 0x80) {
    const digits = size & 0x7f;
    if (digits < 1 || digits > 4) throw new RangeError('a length of this form is not allowed');
    size = bytes.readUIntBE(start, digits);
    start += digits;
  }
  if (start + size > bytes.length) throw new RangeError('a structure is cut short');
  return { tag, body: bytes.subarray(start, start + size), whole: bytes.subarray(at, start + size) };
}
