// Reads the wire format of protocol buffers with bounds checked: a cursor over one message, and a cursor of its own for
// each message inside. The bytes are not copied: strings aside, what it returns shares the input's memory.
//
// Input budget: the size of a message is limited by its receiver (kit/grpc, the API server's body limit), nesting
// is limited here, and the number of fields by the budget that the receiver gives, if it gives one.
import { FIXED32, FIXED64, LENGTH, ProtobufError, VARINT } from './wire.ts';

/** Messages within messages. C++ and Java allow 100; schemas of custom resources, where each level takes two, need more. */
export const MAX_DEPTH = 1_000;

const TWO32 = 2 ** 32;

/** What the fields of a message and of all messages in it may cost together; throws when it is used up. */
export interface FieldBudget {
  spend(units: number): void;
}

export class Reader {
  readonly #data: Buffer;
  #at: number;
  readonly #end: number;
  readonly #depth: number;
  readonly budget: FieldBudget | undefined;
  /** The two halves of the varint read last, each an unsigned 32-bit integer. */
  #low = 0;
  #high = 0;

  constructor(data: Buffer, start = 0, end = data.length, depth = 0, budget?: FieldBudget) {
    this.#data = data;
    this.#at = start;
    this.#end = end;
    this.#depth = depth;
    this.budget = budget;
  }

  get done(): boolean {
    return this.#at >= this.#end;
  }

  /** The next field's number and wire type. */
  tag(): { number: number; wire: number } {
    this.budget?.spend(1);
    const key = this.#small();
    const number = Math.floor(key / 8);
    const wire = key % 8;
    if (number === 0) throw new ProtobufError(`proto: illegal tag 0 (wire type ${wire})`);
    return { number, wire };
  }

  /** Exact up to 2^53, rounded above. */
  uint64(): number {
    this.#varint();
    return this.#high * TWO32 + this.#low;
  }

  /** Exact up to 2^53 either way, rounded beyond. An int32 is written like an int64. */
  int64(): number {
    this.#varint();
    return (this.#high | 0) * TWO32 + this.#low;
  }

  bigInt64(): bigint {
    this.#varint();
    return BigInt.asIntN(64, (BigInt(this.#high) << 32n) | BigInt(this.#low));
  }

  /** Exact: a bigint beyond 2^53. */
  exactInt64(): number | bigint {
    this.#varint();
    const near = (this.#high | 0) * TWO32 + this.#low;
    if (Number.isSafeInteger(near)) return near;
    return BigInt.asIntN(64, (BigInt(this.#high) << 32n) | BigInt(this.#low));
  }

  /** The lower half, as Go takes it. */
  int32(): number {
    this.#varint();
    return this.#low | 0;
  }

  bool(): boolean {
    this.#varint();
    return this.#low !== 0 || this.#high !== 0;
  }

  double(): number {
    return this.#data.readDoubleLE(this.#take(8));
  }

  bytes(): Buffer {
    const length = this.#small();
    const start = this.#take(length);
    return this.#data.subarray(start, start + length);
  }

  string(): string {
    const length = this.#small();
    const start = this.#take(length);
    return this.#data.toString('utf8', start, start + length);
  }

  /** A cursor over the message (or packed list) that comes next. */
  message(): Reader {
    if (this.#depth >= MAX_DEPTH) throw new ProtobufError('proto: exceeded max recursion depth');
    const length = this.#small();
    const start = this.#take(length);
    return new Reader(this.#data, start, start + length, this.#depth + 1, this.budget);
  }

  /** Passes over a field that is not known. */
  skip(wire: number): void {
    if (wire === VARINT) this.#varint();
    else if (wire === FIXED64) this.#take(8);
    else if (wire === LENGTH) this.#take(this.#small());
    else if (wire === FIXED32) this.#take(4);
    else throw new ProtobufError(`proto: illegal wireType ${wire}`);
  }

  #byte(): number {
    if (this.#at >= this.#end) throw new ProtobufError('unexpected EOF');
    return this.#data[this.#at++] as number;
  }

  #take(length: number): number {
    const start = this.#at;
    if (start + length > this.#end) throw new ProtobufError('unexpected EOF');
    this.#at += length;
    return start;
  }

  /** A tag or a length: at most 32 bits. */
  #small(): number {
    let value = 0;
    for (let factor = 1; factor < 2 ** 35; factor *= 128) {
      const byte = this.#byte();
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
    throw new ProtobufError('proto: integer overflow');
  }

  #varint(): void {
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.#byte();
      const bits = byte & 127;
      if (shift < 28) low += bits * 2 ** shift;
      else if (shift === 28) {
        low += (bits & 15) * 2 ** 28;
        high = bits >> 4;
      } else high = (high + bits * 2 ** (shift - 32)) % TWO32;
      if (byte < 128) {
        this.#low = low;
        this.#high = high;
        return;
      }
    }
    throw new ProtobufError('proto: integer overflow');
  }
}
