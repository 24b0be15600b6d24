// Messages by tables of field numbers: encoders from and decoders to plain objects. Absent scalars decode to their zero,
// absent messages to undefined; unknown fields are skipped, as is a known field with another wire type.
import { type Codec, string } from './codec.ts';
import { Reader } from './reader.ts';
import { LENGTH } from './wire.ts';
import { Writer } from './writer.ts';

/** A field that is more than one value of a codec: a list or a map. */
export interface FieldKind<T> {
  field(number: number): Field;
  /** Never set; carries the type. */
  readonly value?: T;
}

interface Field {
  number: number;
  write(w: Writer, value: unknown): void;
  /** Adds one occurrence of the field to what has been read so far. */
  read(r: Reader, wire: number, before: unknown): unknown;
  zero(): unknown;
}

/** Our field name → [field number, type]. */
export type Table<T> = { readonly [K in keyof T]-?: readonly [number, Codec<T[K]> | FieldKind<T[K]>] };

export interface Message<T> extends Codec<T> {
  encode(value: T): Buffer;
  /** Throws ProtobufError. The size of `data` is for the caller to limit; nesting is limited by Reader. */
  decode(data: Buffer): T;
}

export function message<T>(table: Table<T>): Message<T> {
  const byName: [string, Field][] = Object.entries(table).map(([name, entry]) => {
    const [number, kind] = entry as readonly [number, Codec<unknown> | FieldKind<unknown>];
    return [name, 'field' in kind ? kind.field(number) : single(number, kind)];
  });
  const byNumber = new Map(byName.map(([name, field]) => [field.number, { name, field }]));

  const writeFields = (w: Writer, value: T) => {
    for (const [name, field] of byName) {
      const one = (value as Record<string, unknown>)[name];
      if (one !== undefined) field.write(w, one);
    }
  };
  const readFields = (r: Reader): T => {
    const out: Record<string, unknown> = {};
    for (const [name, field] of byName) out[name] = field.zero();
    while (!r.done) {
      const { number, wire } = r.tag();
      const known = byNumber.get(number);
      if (known) out[known.name] = known.field.read(r, wire, out[known.name]);
      else r.skip(wire);
    }
    return out as T;
  };

  return {
    wire: LENGTH,
    write: (w, value) => w.nested(() => writeFields(w, value)),
    read: (r) => readFields(r.message()),
    zero: () => undefined as T,
    isZero: (value) => value === undefined,
    encode(value) {
      const w = new Writer();
      writeFields(w, value);
      return w.finish();
    },
    decode: (data) => readFields(new Reader(data)),
  };
}

/** A field whose message or wrapper may be absent: undefined then. */
export const optional = <T>(codec: Codec<T>): Codec<T | undefined> => codec as Codec<T | undefined>;

/** A message of one field (number 1) that stands for the field's value, such as Int64Value; absent means undefined. */
export function wrapper<T>(codec: Codec<T>): Codec<T | undefined> {
  const inner = message<{ value: T }>({ value: [1, codec] });
  return {
    wire: LENGTH,
    write: (w, value) => inner.write(w, { value: value as T }),
    read: (r) => inner.read(r).value,
    zero: () => undefined,
    isZero: (value) => value === undefined,
  };
}

/** A list. Numbers are written packed, as proto3 does, and read in either form. */
export function repeated<T>(codec: Codec<T>): FieldKind<T[]> {
  return {
    field: (number) => ({
      number,
      zero: () => [],
      write(w, value) {
        const items = value as readonly T[];
        if (codec.wire !== LENGTH && items.length > 0) {
          w.field(number, () => {
            for (const item of items) codec.write(w, item);
          });
          return;
        }
        for (const item of items) {
          w.tag(number, codec.wire);
          codec.write(w, item);
        }
      },
      read(r, wire, before) {
        const items = before as T[];
        if (wire === codec.wire) items.push(codec.read(r));
        else if (wire === LENGTH)
          for (const packed = r.message(); !packed.done; ) items.push(codec.read(packed));
        else r.skip(wire);
        return items;
      },
    }),
  };
}

/** map<string, V>. */
export function mapOf<V>(codec: Codec<V>): FieldKind<Record<string, V>> {
  const entry = message<{ key: string; value: V }>({ key: [1, string], value: [2, codec] });
  return {
    field: (number) => ({
      number,
      zero: () => ({}),
      write(w, map) {
        for (const [key, value] of Object.entries(map as Record<string, V>)) {
          w.tag(number, LENGTH);
          entry.write(w, { key, value });
        }
      },
      read(r, wire, before) {
        if (wire !== LENGTH) {
          r.skip(wire);
          return before;
        }
        const { key, value } = entry.read(r);
        // Not an assignment: a key may be __proto__.
        Object.defineProperty(before, key, { value, writable: true, enumerable: true, configurable: true });
        return before;
      },
    }),
  };
}

export const stringMap = mapOf(string);

function single<T>(number: number, codec: Codec<T>): Field {
  return {
    number,
    zero: () => codec.zero(),
    write(w, value) {
      if (codec.isZero(value as T)) return;
      w.tag(number, codec.wire);
      codec.write(w, value as T);
    },
    read(r, wire, before) {
      if (wire === codec.wire) return codec.read(r);
      r.skip(wire);
      return before;
    },
  };
}
