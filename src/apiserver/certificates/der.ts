// The few DER structures that X.509 certificates are made of, as functions that write them. Used by certificate.ts only.

function der(tag: number, ...parts: Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.of(tag), lengthOf(body.length), body]);
}

function lengthOf(n: number): Buffer {
  if (n < 0x80) return Buffer.of(n);
  if (n < 0x100) return Buffer.of(0x81, n);
  return Buffer.of(0x82, n >> 8, n & 0xff);
}

export const sequence = (...parts: Uint8Array[]) => der(0x30, ...parts);
export const setOf = (...parts: Uint8Array[]) => der(0x31, ...parts);
export const octetString = (bytes: Uint8Array) => der(0x04, bytes);
export const utf8String = (text: string) => der(0x0c, Buffer.from(text));
export const TRUE = der(0x01, Buffer.of(0xff));

/** A value in the context's own numbering; `constructed` when it holds whole structures. */
export const tagged = (number: number, constructed: boolean, ...parts: Uint8Array[]) =>
  der((constructed ? 0xa0 : 0x80) | number, ...parts);

/** A positive INTEGER from big-endian bytes, in as few bytes as the rules ask for. */
export function unsigned(bytes: Uint8Array): Buffer {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start++;
  const trimmed = bytes.subarray(start);
  return trimmed[0]! & 0x80 ? der(0x02, Buffer.of(0), trimmed) : der(0x02, trimmed);
}

export const bitString = (bytes: Uint8Array, unused = 0) => der(0x03, Buffer.of(unused), bytes);

/** Named bits, the first being the highest; trailing zeros are left out. */
export function bits(...positions: number[]): Buffer {
  const last = Math.max(...positions);
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

/** UTCTime up to 2049, GeneralizedTime from then on, as RFC 5280 wants it. */
export function time(ms: number): Buffer {
  const digits = new Date(ms).toISOString().slice(0, 19).replace(/[-T:]/g, '');
  return Number(digits.slice(0, 4)) < 2050
    ? der(0x17, Buffer.from(`${digits.slice(2)}Z`))
    : der(0x18, Buffer.from(`${digits}Z`));
}
