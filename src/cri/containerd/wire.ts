// The bytes of protocol buffers: varints, lengths, tags. Called by codec.ts only.

export type Wire = 0 | 1 | 2 | 5;

const TWO32 = 2 ** 32;

export class Writer {
  #buffer = Buffer.allocUnsafe(256);
  #length = 0;

  tag(number: number, wire: Wire): void {
    this.varint(number * 8 + wire);
  }

  /** A 64-bit varint; negative numbers as two's complement. */
  varint(value: number): void {
    this.#reserve(10);
    if (value < 0 || value > Number.MAX_SAFE_INTEGER)
      return this.#bigVarint(BigInt.asUintN(64, BigInt(value)));
    while (value >= 0x80) {
      this.#buffer[this.#length++] = (value % 0x80) | 0x80;
      value = Math.floor(value / 0x80);
    }
    this.#buffer[this.#length++] = value;
  }

  string(value: string): void {
    const size = Buffer.byteLength(value);
    this.varint(size);
    this.#reserve(size);
    this.#length += this.#buffer.write(value, this.#length);
  }

  bytes(value: Uint8Array): void {
    this.varint(value.length);
    this.#reserve(value.length);
    this.#buffer.set(value, this.#length);
    this.#length += value.length;
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
    while (value >= 0x80n) {
      this.#buffer[this.#length++] = Number(value & 0x7fn) | 0x80;
      value >>= 7n;
    }
    this.#buffer[this.#length++] = Number(value);
  }

  #reserve(size: number): void {
    if (this.#length + size <= this.#buffer.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#length + size));
    this.#buffer.copy(grown, 0, 0, this.#length);
    this.#buffer = grown;
  }
}

export class Reader {
  readonly #buffer: Buffer;
  position = 0;

  constructor(buffer: Buffer) {
    this.#buffer = buffer;
  }

  tag(): { number: number; wire: Wire } {
    const key = this.uint64();
    return { number: Math.floor(key / 8), wire: (key % 8) as Wire };
  }

  uint64(): number {
    const { low, high } = this.#varint();
    return high * TWO32 + low;
  }

  int64(): number {
    const { low, high } = this.#varint();
    return (high | 0) * TWO32 + low;
  }

  bigint(): bigint {
    const { low, high } = this.#varint();
    return BigInt.asIntN(64, (BigInt(high) << 32n) | BigInt(low));
  }

  /** Reads a length and returns the position where what follows ends. */
  end(): number {
    const end = this.uint64() + this.position;
    if (end > this.#buffer.length) throw new RangeError('protobuf: truncated message');
    return end;
  }

  bytes(): Buffer {
    const end = this.end();
    const out = this.#buffer.subarray(this.position, end);
    this.position = end;
    return out;
  }

  string(): string {
    return this.bytes().toString('utf8');
  }

  skip(wire: Wire): void {
    if (wire === 0) this.#varint();
    else if (wire === 1) this.position += 8;
    else if (wire === 2) this.bytes();
    else if (wire === 5) this.position += 4;
    else throw new RangeError(`protobuf: wire type ${wire}`);
  }

  #varint(): { low: number; high: number } {
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.#buffer[this.position++];
      if (byte === undefined) throw new RangeError('protobuf: truncated varint');
      const bits = byte & 0x7f;
      if (shift < 28) low += bits * 2 ** shift;
      else if (shift === 28) {
        low += (bits & 0x0f) * 2 ** 28;
        high = bits >> 4;
      } else high = (high + bits * 2 ** (shift - 32)) % TWO32;
      if (byte < 0x80) return { low, high };
    }
    throw new RangeError('protobuf: varint too long');
  }
}
