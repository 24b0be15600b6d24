// Reads the protobuf wire format: tags, varints, fixed numbers and byte runs, bounds checked. message.ts gives it meaning.

export class ProtobufError extends Error {}

export const varint = 0;
export const fixed64 = 1;
export const bytes = 2;
export const fixed32 = 5;

export class Reader {
  readonly #data: Buffer;
  #at: number;
  readonly #end: number;

  constructor(data: Buffer, start = 0, end = data.length) {
    this.#data = data;
    this.#at = start;
    this.#end = end;
  }

  get done(): boolean {
    return this.#at >= this.#end;
  }

  /** The next field's number and wire type. */
  tag(): { number: number; wire: number } {
    const key = this.unsigned();
    return { number: Math.floor(key / 8), wire: key % 8 };
  }

  #byte(): number {
    if (this.#at >= this.#end) throw new ProtobufError('unexpected EOF');
    return this.#data[this.#at++] as number;
  }

  /** A varint that is known to be small: a tag or a length. */
  unsigned(): number {
    let value = 0;
    for (let factor = 1; factor < 2 ** 35; factor *= 128) {
      const byte = this.#byte();
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
    throw new ProtobufError('proto: integer overflow');
  }

  /** A signed 64-bit varint. Beyond 2^53 it is rounded. */
  signed(): number {
    let low = 0;
    let high = 0;
    for (let bit = 0; bit < 70; bit += 7) {
      const byte = this.#byte();
      if (bit < 28) low += (byte & 127) * 2 ** bit;
      else high += (byte & 127) * 2 ** (bit - 28);
      if (byte < 128) return combine(low, high);
    }
    throw new ProtobufError('proto: integer overflow');
  }

  double(): number {
    const start = this.#take(8);
    return this.#data.readDoubleLE(start);
  }

  #take(length: number): number {
    const start = this.#at;
    if (start + length > this.#end) throw new ProtobufError('unexpected EOF');
    this.#at += length;
    return start;
  }

  bytes(): Buffer {
    const length = this.unsigned();
    const start = this.#take(length);
    return this.#data.subarray(start, start + length);
  }

  text(): string {
    const length = this.unsigned();
    const start = this.#take(length);
    return this.#data.toString('utf8', start, start + length);
  }

  /** A message inside this one. */
  nested(): Reader {
    const length = this.unsigned();
    const start = this.#take(length);
    return new Reader(this.#data, start, start + length);
  }

  skip(wire: number): void {
    if (wire === varint) this.signed();
    else if (wire === fixed64) this.#take(8);
    else if (wire === bytes) this.nested();
    else if (wire === fixed32) this.#take(4);
    else throw new ProtobufError(`proto: illegal wireType ${wire}`);
  }
}

/** `low` has 28 bits, `high` 36; the sign is bit 63. */
function combine(low: number, high: number): number {
  const signBit = 2 ** 35;
  if (high < signBit) return high * 2 ** 28 + low;
  const value = (BigInt(high) << 28n) + BigInt(low);
  return Number(BigInt.asIntN(64, value));
}
