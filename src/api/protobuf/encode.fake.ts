// Encodes objects as Go's generated code does. For tests only: the server responds in JSON.
import { block, integerField } from '../../kit/protobuf/fields.ts';
import { FIXED64 } from '../../kit/protobuf/wire.ts';
import { Writer } from '../../kit/protobuf/writer.ts';
import type { AnyField, StructType, Type } from '../schema/notation.ts';

type Json = Record<string, unknown>;

/** The whole body: envelope, names and message. */
export function encodeBody(type: StructType, value: Json): Buffer {
  const { apiVersion, kind } = value as { apiVersion: string; kind: string };
  const names = block(1, block(1, Buffer.from(apiVersion)), block(2, Buffer.from(kind)));
  return Buffer.concat([Buffer.from('k8s\0'), names, block(2, message(type, value)), block(3), block(4)]);
}

function message(type: StructType, value: Json): Buffer {
  const own: Buffer[] = [];
  const inline = new Map<string, Buffer[]>();
  for (const [name, field] of Object.entries(type.fields)) {
    if (field.number === 0 || value[name] === undefined) continue;
    const path = (field.inline ?? []).join('/');
    const target = path ? (inline.get(path) ?? []) : own;
    if (path) inline.set(path, target);
    target.push(fieldBytes(field, value[name]));
  }
  return Buffer.concat([...own, ...[...inline].map(([path, parts]) => wrapped(path, parts))]);
}

const wrapped = (path: string, parts: readonly Buffer[]): Buffer =>
  path
    .split('/')
    .map(Number)
    .reduceRight<Buffer>((inner, number) => block(number, inner), Buffer.concat([...parts]));

function fieldBytes({ number, type }: AnyField, value: unknown): Buffer {
  if (type.is === 'list')
    return Buffer.concat((value as unknown[]).map((one) => element(number, type.of, one)));
  if (type.is !== 'map') return element(number, type, value);
  const pairs = Object.entries(value as Json);
  return Buffer.concat(
    pairs.map(([key, one]) => block(number, block(1, Buffer.from(key)), element(2, type.of, one))),
  );
}

function element(number: number, type: Type, value: unknown): Buffer {
  switch (type.is) {
    case 'string':
      return block(number, Buffer.from(value as string));
    case 'bytes':
      return block(number, Buffer.from(value as string, 'base64'));
    case 'boolean':
      return integerField(number, value ? 1 : 0);
    case 'int32':
    case 'int64':
      return integerField(number, value as number);
    case 'double': {
      const writer = new Writer();
      writer.tag(number, FIXED64);
      writer.double(value as number);
      return writer.finish();
    }
    case 'duration':
      return block(number, integerField(1, Number.parseFloat(value as string) * 1e9));
    case 'time':
    case 'micro-time':
      return block(
        number,
        integerField(1, Math.floor(Date.parse(value as string) / 1000)),
        integerField(2, type.is === 'time' ? 0 : 123_000),
      );
    case 'quantity':
      return block(number, block(1, Buffer.from(value as string)));
    case 'int-or-string':
      return typeof value === 'string'
        ? block(number, integerField(1, 1), integerField(2, 0), block(3, Buffer.from(value)))
        : block(number, integerField(1, 0), integerField(2, value as number), block(3));
    case 'json':
    case 'raw':
    case 'fields-v1':
      return block(number, block(1, Buffer.from(JSON.stringify(value))));
    case 'list':
      return block(number, ...(value as unknown[]).map((one) => element(1, type.of, one)));
    case 'map':
      throw new TypeError('a map cannot be an element');
    case 'struct':
      return block(number, message(type, value as Json));
  }
}
