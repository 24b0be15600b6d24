// Decodes protobuf messages to objects as JSON has them, by the field numbers of the kinds' definitions. The result still
// contains Go's zero values, which the codec drops. Decoders are compiled once per struct. Nesting is limited by kit's Reader,
// size by the API server's limit on request bodies, the number of fields as the number of values in JSON.

import { type FieldBudget, Reader } from '../../kit/protobuf/reader.ts';
import { FIXED64, LENGTH, ProtobufError, VARINT } from '../../kit/protobuf/wire.ts';
import {
  MOST_KEYS,
  MOST_KEYS_OF_OBJECT,
  MOST_VALUES,
  tooManyKeysOfObject,
  tooManyValues,
} from '../codec/budget.ts';
import { setKey } from '../patch/json.ts';
import type { AnyField, StructType, Type } from '../schema/notation.ts';
import { readEmbeddedJson, readIntOrString, readMoment, readSchemaOr, readText } from './messages.ts';

type Json = Record<string, unknown>;
type Read = (reader: Reader) => unknown;

interface Layout {
  readonly fields: Map<number, Entry>;
}

type Entry =
  | { readonly as: 'value'; readonly name: string; readonly read: Read; readonly wire: number }
  | { readonly as: 'list'; readonly name: string; readonly read: Read; readonly wire: number }
  | { readonly as: 'map'; readonly name: string; readonly read: Read }
  /** An embedded message, whose fields are inline in JSON. */
  | { readonly as: 'inline'; readonly layout: Layout };

export function decodeMessage(type: StructType, data: Buffer): Json {
  return readStruct(type, new Reader(data, 0, data.length, 0, new ValueBudget()));
}

/** A scalar costs less than a value of JSON, and Go's encoder writes all that are zero. A message costs as much. */
const SCALARS_OF_VALUE = 4;
/** An entry of a map, beyond its two fields. */
const ENTRY_UNITS = (MOST_VALUES * SCALARS_OF_VALUE) / MOST_KEYS - 2;

class ValueBudget implements FieldBudget {
  #left = MOST_VALUES * SCALARS_OF_VALUE;

  spend(units: number): void {
    this.#left -= units;
    if (this.#left < 0) throw tooManyValues();
  }
}

function readStruct(type: StructType, reader: Reader): Json {
  reader.budget?.spend(SCALARS_OF_VALUE - 1);
  const out: Json = {};
  readInto(out, layoutOf(type), reader);
  return out;
}

const layouts = new WeakMap<StructType, Layout>();

function layoutOf(type: StructType): Layout {
  let layout = layouts.get(type);
  if (!layout) {
    layout = compile(type);
    layouts.set(type, layout);
  }
  return layout;
}

function compile(type: StructType): Layout {
  const root: Layout = { fields: new Map() };
  for (const [name, field] of Object.entries(type.fields)) {
    if (field.number === 0) continue;
    let layout = root;
    for (const number of field.inline ?? []) layout = inlineLayout(layout, number);
    layout.fields.set(field.number, entryFor(name, field));
  }
  return root;
}

function inlineLayout(parent: Layout, number: number): Layout {
  const known = parent.fields.get(number);
  if (known?.as === 'inline') return known.layout;
  const layout: Layout = { fields: new Map() };
  parent.fields.set(number, { as: 'inline', layout });
  return layout;
}

function entryFor(name: string, { type, boxed }: AnyField): Entry {
  if (type.is === 'list' && !boxed)
    return { as: 'list', name, read: readerFor(type.of), wire: wireOf(type.of) };
  if (type.is === 'map') return { as: 'map', name, read: readerFor(type.of) };
  return { as: 'value', name, read: readerFor(type), wire: wireOf(type) };
}

function wireOf(type: Type): number {
  if (type.is === 'boolean' || type.is === 'int32' || type.is === 'int64') return VARINT;
  return type.is === 'double' ? FIXED64 : LENGTH;
}

function readInto(out: Json, layout: Layout, reader: Reader): void {
  let entries = 0;
  while (!reader.done) {
    const { number, wire } = reader.tag();
    const entry = layout.fields.get(number);
    if (!entry) reader.skip(wire);
    else if (entry.as === 'inline') readInto(out, entry.layout, message(reader, wire));
    else if (entry.as === 'map') {
      if (++entries > MOST_KEYS_OF_OBJECT) throw tooManyKeysOfObject();
      readPair(out, entry.name, entry.read, message(reader, wire));
    } else if (entry.as === 'list') readElements(out, entry, reader, wire);
    else {
      if (wire !== entry.wire) throw wrongWire(entry.name, wire);
      out[entry.name] = entry.read(reader);
    }
  }
}

const wrongWire = (name: string, wire: number) =>
  new ProtobufError(`proto: wrong wireType = ${wire} for field ${name}`);

function message(reader: Reader, wire: number): Reader {
  if (wire !== LENGTH) throw wrongWire('message', wire);
  return reader.message();
}

function readElements(out: Json, entry: Entry & { as: 'list' }, reader: Reader, wire: number): void {
  out[entry.name] ??= [];
  const list = out[entry.name] as unknown[];
  if (wire === entry.wire) {
    list.push(entry.read(reader));
    return;
  }
  // Numbers may be packed.
  if (wire !== LENGTH) throw wrongWire(entry.name, wire);
  const packed = reader.message();
  while (!packed.done) {
    reader.budget?.spend(1);
    list.push(entry.read(packed));
  }
}

function readPair(out: Json, name: string, read: Read, reader: Reader): void {
  reader.budget?.spend(ENTRY_UNITS);
  out[name] ??= {};
  const map = out[name] as Json;
  let key = '';
  let value: unknown = null;
  while (!reader.done) {
    const { number, wire } = reader.tag();
    if (number === 1 && wire === LENGTH) key = reader.string();
    else if (number === 2) value = read(reader);
    else reader.skip(wire);
  }
  setKey(map, key, value);
}

function readerFor(type: Type): Read {
  switch (type.is) {
    case 'string':
      return (reader) => reader.string();
    case 'bytes':
      return (reader) => reader.bytes().toString('base64');
    case 'boolean':
      return (reader) => reader.bool();
    case 'int32':
      return (reader) => reader.int32();
    case 'int64':
      return (reader) => reader.exactInt64();
    case 'double':
      return (reader) => reader.double();
    case 'time':
      return (reader) => readMoment(reader.message(), 0);
    case 'micro-time':
      return (reader) => readMoment(reader.message(), 6);
    case 'quantity':
      return (reader) => readText(reader.message()) || '0';
    case 'int-or-string':
      return (reader) => readIntOrString(reader.message());
    case 'json':
    case 'raw':
    case 'fields-v1':
      return (reader) => readEmbeddedJson(reader.message());
    case 'schema-or':
      return (reader) => readSchemaOr(type, reader.message(), readStruct);
    case 'list':
      return nestedList(readerFor(type.of));
    case 'map':
      throw new ProtobufError('proto: a map inside a list or map has no form');
    case 'struct':
      return (reader) => readStruct(type, reader.message());
  }
}

/** A list within a list or map is a message with its elements at number 1. */
const nestedList =
  (read: Read): Read =>
  (outer) => {
    const reader = outer.message();
    const list: unknown[] = [];
    while (!reader.done) {
      const { number, wire } = reader.tag();
      if (number === 1) list.push(read(reader));
      else reader.skip(wire);
    }
    return list;
  };
