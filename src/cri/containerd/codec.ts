// Protocol buffers, as much as the container runtime's messages need: tables of field numbers become encoders and
// decoders to plain objects. Absent scalars decode to their zero, absent messages to undefined; unknown fields are
// skipped. 64-bit integers are numbers (values above 2^53, such as "no limit", lose their last bits).
import { Reader, type Wire, Writer } from './wire.ts';

export interface Codec<T> {
  readonly wire: Wire;
  write(w: Writer, value: T): void;
  read(r: Reader): T;
  /** The value of a field that is not on the wire. */
  zero(): T;
  /** True when the value need not be written. */
  isZero(value: T): boolean;
}

/** Adds one occurrence of a field to what has been read so far. */
interface Field {
  number: number;
  write(w: Writer, number: number, value: unknown): void;
  read(r: Reader, wire: Wire, before: unknown): unknown;
  zero(): unknown;
}

/** Our field name → [field number, type]. */
export type Table<T> = { readonly [K in keyof T]-?: readonly [number, Codec<T[K]> | FieldKind<T[K]>] };

interface FieldKind<T> {
  field(number: number): Field;
  /** Never set; carries the type. */
  readonly value?: T;
}

function scalar<T>(wire: Wire, zero: T, write: (w: Writer, v: T) => void, read: (r: Reader) => T): Codec<T> {
  return { wire, write, read, zero: () => zero, isZero: (v) => v === zero };
}

export const string = scalar<string>(
  2,
  '',
  (w, v) => w.string(v),
  (r) => r.string(),
);
export const bool = scalar<boolean>(
  0,
  false,
  (w, v) => w.varint(v ? 1 : 0),
  (r) => r.int64() !== 0,
);
export const int64 = scalar<number>(
  0,
  0,
  (w, v) => w.varint(v),
  (r) => r.int64(),
);
export const uint64 = scalar<number>(
  0,
  0,
  (w, v) => w.varint(v),
  (r) => r.uint64(),
);
/** int32 is written as a 64-bit varint when negative, so it reads like one. */
export const int32 = int64;
export const uint32 = uint64;
/** int64 nanoseconds since the epoch on the wire, milliseconds with a fraction here. */
export const nanos = scalar<number>(
  0,
  0,
  (w, v) => w.varint(Math.round(v * 1e6)),
  (r) => {
    const ns = r.bigint();
    return Number(ns / 1_000_000n) + Number(ns % 1_000_000n) / 1e6;
  },
);
const EMPTY = Buffer.alloc(0);
export const bytes: Codec<Buffer> = {
  wire: 2,
  write: (w, v) => w.bytes(v),
  read: (r) => r.bytes(),
  zero: () => EMPTY,
  isZero: (v) => v.length === 0,
};

/** An enum by the names of its values 0, 1, 2… */
export function enumeration<const N extends readonly string[]>(...names: N): Codec<N[number]> {
  return {
    wire: 0,
    write: (w, v) => w.varint(names.indexOf(v)),
    read: (r) => names[r.int64()] ?? names[names.length - 1]!,
    zero: () => names[0]!,
    isZero: (v) => v === names[0],
  };
}

/** A message of one field (number 1) that stands for the field's value; absent means undefined. */
export function wrapper<T>(codec: Codec<T>): Codec<T | undefined> {
  const inner = message<{ value: T }>({ value: [1, codec] });
  return {
    wire: 2,
    write: (w, v) => inner.write(w, { value: v as T }),
    read: (r) => inner.read(r).value,
    zero: () => undefined,
    isZero: (v) => v === undefined,
  };
}

export function repeated<T>(codec: Codec<T>): FieldKind<T[]> {
  return {
    field: (number) => ({
      number,
      zero: () => [],
      write(w, n, value) {
        const items = (value ?? []) as readonly T[];
        if (codec.wire === 0 && items.length > 0) {
          w.tag(n, 2);
          w.nested(() => {
            for (const item of items) codec.write(w, item);
          });
          return;
        }
        for (const item of items) {
          w.tag(n, codec.wire);
          codec.write(w, item);
        }
      },
      read(r, wire, before) {
        const items = before as T[];
        if (wire !== 2 || codec.wire === 2) items.push(codec.read(r));
        else for (const end = r.end(); r.position < end; ) items.push(codec.read(r));
        return items;
      },
    }),
  };
}

const mapEntry = () => message<{ key: string; value: string }>({ key: [1, string], value: [2, string] });

/** map<string, string>. */
export const stringMap: FieldKind<Record<string, string>> = {
  field: (number) => ({
    number,
    zero: () => ({}),
    write(w, n, value) {
      for (const [key, v] of Object.entries((value ?? {}) as Record<string, string>)) {
        w.tag(n, 2);
        mapEntry().write(w, { key, value: v });
      }
    },
    read(r, _wire, before) {
      const { key, value } = mapEntry().read(r);
      (before as Record<string, string>)[key] = value;
      return before;
    },
  }),
};

/** A message by its table. */
export function message<T>(table: Table<T>): Codec<T> & { encode(value: T): Buffer; decode(b: Buffer): T } {
  const byName: [string, Field][] = Object.entries(table).map(([name, entry]) => {
    const [number, kind] = entry as readonly [number, Codec<unknown> | FieldKind<unknown>];
    return [name, 'field' in kind ? kind.field(number) : single(number, kind)];
  });
  const byNumber = new Map(byName.map(([name, field]) => [field.number, { name, field }]));
  const fields = (w: Writer, value: T) => {
    for (const [name, field] of byName) {
      const v = (value as Record<string, unknown>)[name];
      if (v !== undefined) field.write(w, field.number, v);
    }
  };
  const readUntil = (r: Reader, end: number): T => {
    const out: Record<string, unknown> = {};
    for (const [name, field] of byName) out[name] = field.zero();
    while (r.position < end) {
      const { number, wire } = r.tag();
      const known = byNumber.get(number);
      if (known) out[known.name] = known.field.read(r, wire, out[known.name]);
      else r.skip(wire);
    }
    return out as T;
  };
  return {
    wire: 2,
    write: (w, value) => w.nested(() => fields(w, value)),
    read: (r) => readUntil(r, r.end()),
    zero: () => undefined as T,
    isZero: (value) => value === undefined,
    encode(value) {
      const w = new Writer();
      fields(w, value);
      return w.finish();
    },
    decode: (b) => readUntil(new Reader(b), b.length),
  };
}

function single<T>(number: number, codec: Codec<T>): Field {
  return {
    number,
    zero: () => codec.zero(),
    write(w, n, value) {
      if (codec.isZero(value as T)) return;
      w.tag(n, codec.wire);
      codec.write(w, value as T);
    },
    read(r, wire, before) {
      if (wire === codec.wire) return codec.read(r);
      r.skip(wire);
      return before;
    },
  };
}
