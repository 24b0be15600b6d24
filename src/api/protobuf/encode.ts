// Encodes objects as Go's generated code does: fields by number, those that are no pointers also when they are zero, entries of
// maps by key. Encoders are compiled once per struct. Called by the API server for clients that prefer protobuf.

import { BackwardWriter } from '../../kit/protobuf/backward-writer.ts';
import { FIXED64, LENGTH, VARINT } from '../../kit/protobuf/wire.ts';
import { goJson } from '../codec/go-json.ts';
import { ListMeta } from '../meta/v1/object-meta.ts';
import type { AnyField, StructType, Type } from '../schema/notation.ts';
import { writeIntOrString, writeMoment, writeSchemaOr, writeText } from './messages.ts';

type Json = Record<string, unknown>;
/** Writes one field, tag included; absent values are undefined or null. */
type WriteField = (writer: BackwardWriter, value: unknown) => void;
/** Writes a message without its length. */
export type WriteMessage = (writer: BackwardWriter, value: Json) => void;

const MAGIC = Buffer.from('k8s\0', 'latin1');

export interface Names {
  readonly apiVersion: string;
  readonly kind: string;
}

/** The whole document: magic bytes, then runtime.Unknown with the object in it. */
/** Without `names`, the object has its own. */
export const encodeDocument = (type: StructType, value: object, names = value as Names): Buffer =>
  documentOf(names, encodeMessage(type, value));

/** The object's own message. */
export function encodeMessage(type: StructType, value: object): Buffer {
  const writer = new BackwardWriter();
  encoderOf(type)(writer, value as Json);
  return writer.take();
}

/** The encoding and the type of the content, which are empty. */
const TAIL = Buffer.from([0x1a, 0, 0x22, 0]);

export const documentOf = (names: Names, message: Buffer): Buffer =>
  Buffer.concat([documentHead(names, message.length), message, TAIL]);

/** What comes before a message of `size` bytes. */
function documentHead({ apiVersion, kind }: Names, size: number): Buffer {
  const writer = new BackwardWriter();
  writer.varint(size);
  writer.tag(2, LENGTH);
  field(writer, 1, () => {
    text(writer, 2, kind);
    text(writer, 1, apiVersion);
  });
  writer.raw(MAGIC);
  return writer.take();
}

/** A list in pieces: its head, which has the length of the whole, then `items` (made by listItem), then its tail. */
export function listAround(
  names: Names,
  metadata: object,
  itemsLength: number,
): { readonly head: Buffer; readonly tail: Buffer } {
  const writer = new BackwardWriter();
  encoderOf(ListMeta)(writer, metadata as Json);
  writer.close(1, 0);
  const own = writer.take();
  return { head: Buffer.concat([documentHead(names, own.length + itemsLength), own]), tail: TAIL };
}

/** What stands before an item of `size` bytes in a list. */
export function listItemHead(size: number): Buffer {
  const writer = new BackwardWriter();
  writer.varint(size);
  writer.tag(2, LENGTH);
  return writer.take();
}

/** One event of a watch: its length in four bytes, then a WatchEvent with the whole document of the object. */
export function watchFrame(type: string, document: Buffer): Buffer {
  const writer = new BackwardWriter();
  // A RawExtension.
  field(writer, 2, () => {
    writer.bytes(document);
    writer.tag(1, LENGTH);
  });
  text(writer, 1, type);
  const event = writer.take();
  const frame = Buffer.allocUnsafe(4 + event.length);
  frame.writeUInt32BE(event.length);
  frame.set(event, 4);
  return frame;
}

function field(writer: BackwardWriter, number: number, write: () => void): void {
  const before = writer.length;
  write();
  writer.close(number, before);
}

function text(writer: BackwardWriter, number: number, value: string): void {
  writer.string(value);
  writer.tag(number, LENGTH);
}

const encoders = new WeakMap<StructType, WriteMessage>();

export function encoderOf(type: StructType): WriteMessage {
  let encoder = encoders.get(type);
  if (!encoder) {
    // Compiled on first use, because a struct may contain itself.
    let compiled: WriteMessage | undefined;
    encoder = (writer, value) => {
      compiled ??= compile(type);
      compiled(writer, value);
    };
    encoders.set(type, encoder);
  }
  return encoder;
}

interface Group {
  readonly parts: Map<number, Part>;
}
type Part = { readonly name: string; readonly write: WriteField } | Group;

function compile(type: StructType): WriteMessage {
  const root: Group = { parts: new Map() };
  for (const [name, one] of Object.entries(type.fields)) {
    if (one.number === 0) continue;
    let group = root;
    for (const number of one.inline ?? []) {
      const known = group.parts.get(number);
      const inner: Group = known && 'parts' in known ? known : { parts: new Map() };
      group.parts.set(number, inner);
      group = inner;
    }
    group.parts.set(one.number, { name, write: fieldWriter(one) });
  }
  return groupWriter(root);
}

/** The messages of inline fields are no pointers: they are always there. */
function groupWriter({ parts }: Group): WriteMessage {
  const writers: WriteMessage[] = [...parts]
    .sort(([a], [b]) => b - a)
    .map(([number, part]) => {
      if (!('parts' in part)) return (writer, value) => part.write(writer, value[part.name]);
      const inner = groupWriter(part);
      return (writer, value) => {
        const before = writer.length;
        inner(writer, value);
        writer.close(number, before);
      };
    });
  return (writer, value) => {
    for (const write of writers) write(writer, value);
  };
}

function fieldWriter({ number, type, emit, boxed }: AnyField): WriteField {
  if (type.is === 'list' && !boxed) return listWriter(elementWriter(number, type.of));
  if (type.is === 'map') return mapWriter(number, elementWriter(2, type.of));
  const write = elementWriter(number, type);
  // A slice, as an absent pointer, is not written when it is nil.
  const isOptional = emit === 'if-set' || type.is === 'bytes' || boxed;
  if (!isOptional) return write;
  return (writer, value) => {
    if (value !== undefined && value !== null) write(writer, value);
  };
}

const listWriter =
  (write: WriteField): WriteField =>
  (writer, value) => {
    if (!Array.isArray(value)) return;
    for (let i = value.length - 1; i >= 0; i--) write(writer, value[i]);
  };

const mapWriter =
  (number: number, write: WriteField): WriteField =>
  (writer, value) => {
    if (typeof value !== 'object' || value === null) return;
    const keys = Object.keys(value);
    if (keys.length > 1) keys.sort(byCodePoints);
    for (let i = keys.length - 1; i >= 0; i--) {
      const before = writer.length;
      write(writer, (value as Json)[keys[i]!]);
      text(writer, 1, keys[i]!);
      writer.close(number, before);
    }
  };

/** Go sorts by bytes. UTF-16 has the same order, except for characters beyond the basic plane. */
const byCodePoints = (a: string, b: string): number => {
  if (a === b) return 0;
  return isAscii(a) || isAscii(b) ? (a < b ? -1 : 1) : Buffer.compare(Buffer.from(a), Buffer.from(b));
};
const isAscii = (value: string): boolean => {
  for (let i = 0; i < value.length; i++) if (value.charCodeAt(i) > 127) return false;
  return true;
};

/** Writes the value, or the zero value if there is none. */
function elementWriter(number: number, type: Type): WriteField {
  switch (type.is) {
    case 'string':
      return (writer, value) => text(writer, number, (value as string | undefined | null) ?? '');
    case 'bytes':
      return (writer, value) => {
        writer.bytes(Buffer.from((value as string | undefined | null) ?? '', 'base64'));
        writer.tag(number, LENGTH);
      };
    case 'boolean':
      return (writer, value) => {
        writer.varint(value ? 1 : 0);
        writer.tag(number, VARINT);
      };
    case 'int32':
    case 'int64':
      return (writer, value) => {
        writer.varint((value as number | bigint | undefined | null) ?? 0);
        writer.tag(number, VARINT);
      };
    case 'double':
      return (writer, value) => {
        writer.double(Number(value ?? 0));
        writer.tag(number, FIXED64);
      };
    default:
      return messageWriter(number, writerOf(type));
  }
}

const messageWriter =
  (number: number, write: WriteField): WriteField =>
  (writer, value) => {
    const before = writer.length;
    write(writer, value);
    writer.close(number, before);
  };

/** Writes the content of the message that stands for a value of the type. */
function writerOf(type: Type): WriteField {
  switch (type.is) {
    case 'struct': {
      const write = encoderOf(type);
      return (writer, value) => write(writer, (value ?? {}) as Json);
    }
    case 'list':
      return listWriter(elementWriter(1, type.of));
    case 'time':
      return (writer, value) => writeMoment(writer, value as string | undefined | null, 0);
    case 'micro-time':
      return (writer, value) => writeMoment(writer, value as string | undefined | null, 6);
    case 'quantity':
      return (writer, value) => text(writer, 1, (value as string | undefined | null) ?? '0');
    case 'int-or-string':
      return (writer, value) => writeIntOrString(writer, value as string | number | undefined | null);
    case 'raw':
      return (writer, value) => {
        if (value !== undefined && value !== null) writeText(writer, 1, goJson(value));
      };
    case 'json':
    case 'fields-v1':
      return (writer, value) => {
        if (value !== undefined && value !== null) writeText(writer, 1, JSON.stringify(value));
      };
    case 'schema-or':
      return (writer, value) => writeSchemaOr(writer, type, value, encoderOf(type.schema));
    default:
      throw new TypeError(`no message stands for ${type.is}`);
  }
}
