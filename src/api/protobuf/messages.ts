// The messages of types that JSON shows as scalars or as a choice: moments, int-or-string, JSON texts, parts of JSON schemas.
// What decode.ts reads and encode.ts writes of them.
import type { BackwardWriter } from '../../kit/protobuf/backward-writer.ts';
import type { Reader } from '../../kit/protobuf/reader.ts';
import { LENGTH, ProtobufError, VARINT } from '../../kit/protobuf/wire.ts';
import { parseJson } from '../codec/json.ts';
import type { SchemaOrType, StructType } from '../schema/notation.ts';

type Json = Record<string, unknown>;

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

function writeNumber(writer: BackwardWriter, number: number, value: number): void {
  writer.varint(value);
  writer.tag(number, VARINT);
}

export function writeText(writer: BackwardWriter, number: number, text: string): void {
  writer.string(text);
  writer.tag(number, LENGTH);
}

/** An empty message is the zero time, which is null. */
export function readMoment(reader: Reader, decimals: 0 | 6): string | null {
  if (reader.done) return null;
  const { 1: seconds = 0, 2: nanos = 0 } = numbers(reader);
  const date = new Date(seconds * 1000);
  const year = date.getUTCFullYear();
  if (!(year >= 0 && year <= 9999)) throw new ProtobufError('proto: time out of range');
  const whole = date.toISOString().slice(0, 19);
  if (decimals === 0) return `${whole}Z`;
  return `${whole}.${String(Math.floor(nanos / 1000)).padStart(6, '0')}Z`;
}

export function writeMoment(writer: BackwardWriter, value: string | undefined | null, decimals: 0 | 6): void {
  if (!value) return;
  const micros = decimals === 6 ? Number(value.slice(20, 26)) : 0;
  writeNumber(writer, 2, micros * 1000);
  writeNumber(writer, 1, Math.floor(Date.parse(value) / 1000));
}

export function readIntOrString(reader: Reader): number | string {
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

export function writeIntOrString(writer: BackwardWriter, value: string | number | undefined | null): void {
  const isText = typeof value === 'string';
  writeText(writer, 3, isText ? value : '');
  writeNumber(writer, 2, isText ? 0 : (value ?? 0));
  writeNumber(writer, 1, isText ? 1 : 0);
}

/** The text in field 1; undefined if there is none. */
export function readText(reader: Reader): string | undefined {
  let text: string | undefined;
  while (!reader.done) {
    const { number, wire } = reader.tag();
    if (number === 1 && wire === LENGTH) text = reader.string();
    else reader.skip(wire);
  }
  return text;
}

export function readEmbeddedJson(reader: Reader): unknown {
  const text = readText(reader);
  return text ? parseJson(text) : null;
}

/** The schema, or the other form: a boolean, schemas or strings. */
export function readSchemaOr(
  { schema, other }: SchemaOrType,
  reader: Reader,
  readStruct: (type: StructType, reader: Reader) => unknown,
): unknown {
  let one: unknown;
  let allows = false;
  const many: unknown[] = [];
  const [flagNumber, schemaNumber] = other === 'boolean' ? [1, 2] : [0, 1];
  while (!reader.done) {
    const { number, wire } = reader.tag();
    if (number === flagNumber && wire === VARINT) allows = reader.bool();
    else if (wire !== LENGTH) reader.skip(wire);
    else if (number === schemaNumber) one = readStruct(schema, reader.message());
    else if (number !== 2) reader.skip(wire);
    else many.push(other === 'strings' ? reader.string() : readStruct(schema, reader.message()));
  }
  if (other === 'boolean') return one ?? allows;
  return many.length > 0 ? many : one;
}

export function writeSchemaOr(
  writer: BackwardWriter,
  { other }: SchemaOrType,
  value: unknown,
  write: (writer: BackwardWriter, schema: Json) => void,
): void {
  const message = (number: number, schema: unknown) => {
    const before = writer.length;
    write(writer, schema as Json);
    writer.close(number, before);
  };
  if (Array.isArray(value)) {
    for (const one of value.toReversed()) {
      if (other === 'strings') writeText(writer, 2, one as string);
      else message(2, one);
    }
    return;
  }
  const isSchema = typeof value === 'object' && value !== null;
  if (isSchema) message(other === 'boolean' ? 2 : 1, value);
  if (other === 'boolean') writeNumber(writer, 1, isSchema || value === true ? 1 : 0);
}
