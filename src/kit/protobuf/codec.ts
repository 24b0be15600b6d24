// How values of one type are written to and read from a field, and the codecs of scalar types. message.ts combines them.
// 64-bit integers are numbers: exact up to 2^53, rounded above ("no limit" values need no more).
import type { Reader } from './reader.ts';
import { LENGTH, VARINT, type Wire } from './wire.ts';
import type { Writer } from './writer.ts';

export interface Codec<T> {
  readonly wire: Wire;
  write(w: Writer, value: T): void;
  read(r: Reader): T;
  /** The value of a field that is not on the wire. */
  zero(): T;
  /** True when the value need not be written. */
  isZero(value: T): boolean;
}

function scalar<T>(
  wire: Wire,
  zero: T,
  write: (w: Writer, value: T) => void,
  read: (r: Reader) => T,
): Codec<T> {
  return { wire, write, read, zero: () => zero, isZero: (value) => value === zero };
}

const writeVarint = (w: Writer, value: number) => w.varint(value);

export const string = scalar<string>(
  LENGTH,
  '',
  (w, value) => w.string(value),
  (r) => r.string(),
);

export const bool = scalar<boolean>(
  VARINT,
  false,
  (w, value) => w.varint(value ? 1 : 0),
  (r) => r.bool(),
);

export const int64 = scalar<number>(VARINT, 0, writeVarint, (r) => r.int64());
/** All 64 bits, for numbers that are names: ids of leases. */
export const bigInt64 = scalar<bigint>(
  VARINT,
  0n,
  (w, value) => w.varint(value),
  (r) => r.bigInt64(),
);
export const uint64 = scalar<number>(VARINT, 0, writeVarint, (r) => r.uint64());
/** A negative int32 takes ten bytes, as an int64 does. */
export const int32 = int64;
export const uint32 = uint64;

/** int64 nanoseconds since the epoch on the wire, milliseconds with a fraction here. */
export const nanoseconds = scalar<number>(
  VARINT,
  0,
  (w, value) => w.varint(Math.round(value * 1e6)),
  (r) => {
    const ns = r.bigInt64();
    return Number(ns / 1_000_000n) + Number(ns % 1_000_000n) / 1e6;
  },
);

const EMPTY = Buffer.alloc(0);

export const bytes: Codec<Buffer> = {
  wire: LENGTH,
  write: (w, value) => w.bytes(value),
  read: (r) => r.bytes(),
  zero: () => EMPTY,
  isZero: (value) => value.length === 0,
};

/** An enum by the names of its values 0, 1, 2… A number without a name reads as the last one. */
export function enumeration<const N extends readonly string[]>(...names: N): Codec<N[number]> {
  const last = names[names.length - 1]!;
  return {
    wire: VARINT,
    write: (w, value) => w.varint(names.indexOf(value)),
    read: (r) => names[r.int64()] ?? last,
    zero: () => names[0]!,
    isZero: (value) => value === names[0],
  };
}
