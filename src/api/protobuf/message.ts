// Decodes protobuf messages to objects as JSON has them, by the field numbers of the kinds' definitions. The result still
// contains Go's zero values, which the codec drops. Decoders are compiled once per struct. Nesting is limited by kit's Reader,
// size by the API server's limit on request bodies.

import { Reader } from '../../kit/protobuf/reader.ts';
import { FIXED64, LENGTH, ProtobufError, VARINT } from '../../kit/protobuf/wire.ts';
import type { StructType, Type } from '../schema/notation.ts';

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
  return readStruct(type, new Reader(data));
}

function readStruct(type: StructType, reader: Reader): Json {
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
    layout.fields.set(field.number, entryFor(name, field.type));
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

function entryFor(name: string, type: Type): Entry {
  if (type.is === 'list') return { as: 'list', name, read: readerFor(type.of), wire: wireOf(type.of) };
  if (type.is === 'map') return { as: 'map', name, read: readerFor(type.of) };
  return { as: 'value', name, read: readerFor(type), wire: wireOf(type) };
}

function wireOf(type: Type): number {
  if (type.is === 'boolean' || type.is === 'int32' || type.is === 'int64') return VARINT;
  return type.is === 'double' ? FIXED64 : LENGTH;
}

function readInto(out: Json, layout: Layout, reader: Reader): void {
  while (!reader.done) {
    const { number, wire } = reader.tag();
    const entry = layout.fields.get(number);
    if (!entry) reader.skip(wire);
    else if (entry.as === 'inline') readInto(out, entry.layout, message(reader, wire));
    else if (entry.as === 'map') readPair(out, entry.name, entry.read, message(reader, wire));
    else if (entry.as === 'list') readElements(out, entry, reader, wire);
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
  while (!packed.done) list.push(entry.read(packed));
}

function readPair(out: Json, name: string, read: Read, reader: Reader): void {
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
  // Not an assignment: a key may be __proto__.
  Object.defineProperty(map, key, { value, writable: true, enumerable: true, configurable: true });
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
    case 'int64':
      return (reader) => reader.int64();
    case 'double':
      return (reader) => reader.double();
    case 'time':
      return (reader) => moment(reader.message(), 0);
    case 'micro-time':
      return (reader) => moment(reader.message(), 6);
    case 'duration':
      return (reader) => `${Number(numbers(reader.message())[1] ?? 0) / 1e9}s`;
    case 'quantity':
      return (reader) => onlyText(reader.message());
    case 'int-or-string':
      return (reader) => intOrString(reader.message());
    case 'json':
    case 'raw':
    case 'fields-v1':
      return (reader) => embeddedJson(reader.message());
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

/** The varint fields of a small message, by number. */
function numbers(reader: Reader): Record<number, number> {
  const out: Record<number, number> = {};
  while (!reader.done) {
    const { number, wire } = reader.tag();
    if (wire === VARINT) out[number] = reader.int64();
    else reader.skip(wire);
  }
  return out;
}

/** An empty message is the zero time, which is null. */
function moment(reader: Reader, decimals: 0 | 6): string | null {
  if (reader.done) return null;
  const { 1: seconds = 0, 2: nanos = 0 } = numbers(reader);
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) throw new ProtobufError('proto: time out of range');
  const whole = date.toISOString().slice(0, 19);
  if (decimals === 0) return `${whole}Z`;
  return `${whole}.${String(Math.floor(nanos / 1000)).padStart(6, '0')}Z`;
}

function onlyText(reader: Reader): string {
  let text = '';
  while (!reader.done) {
    const { number, wire } = reader.tag();
    if (number === 1 && wire === LENGTH) text = reader.string();
    else reader.skip(wire);
  }
  return text === '' ? '0' : text;
}

function intOrString(reader: Reader): number | string {
  let isText = false;
  let number32 = 0;
  let text = '';
  while (!reader.done) {
    const { number, wire } = reader.tag();
    if (number === 1 && wire === VARINT) isText = reader.int64() === 1;
    else if (number === 2 && wire === VARINT) number32 = reader.int64();
    else if (number === 3 && wire === LENGTH) text = reader.string();
    else reader.skip(wire);
  }
  return isText ? text : number32;
}

function embeddedJson(reader: Reader): unknown {
  const text = onlyText(reader);
  try {
    return text === '0' ? null : JSON.parse(text);
  } catch (cause) {
    throw new ProtobufError('proto: embedded JSON cannot be read', { cause });
  }
}
