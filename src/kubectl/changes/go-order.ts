// Objects with their fields in the order of Go's structs, in which kubectl prints as JSON, and saves, what it made itself. The numbers of
// the fields in protobuf messages follow that order. Pure.
import type { StructType, Type } from '../../api/schema/notation.ts';

type Json = Readonly<Record<string, unknown>>;

const isMap = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function inGoOrder(kind: StructType, object: Json): Json {
  const { kind: name, apiVersion, ...rest } = object;
  return { kind: name, apiVersion, ...(ordered(kind, rest) as Json) };
}

function ordered(type: Type | undefined, value: unknown): unknown {
  if (Array.isArray(value))
    return value.map((item) => ordered(type?.is === 'list' ? type.of : undefined, item));
  if (!isMap(value)) return value;
  const keys = Object.keys(value);
  if (type?.is !== 'struct') {
    const of = type?.is === 'map' ? type.of : undefined;
    return Object.fromEntries(keys.sort().map((key) => [key, ordered(of, value[key])]));
  }
  const { fields } = type;
  const number = (key: string) => fields[key]?.number ?? Number.MAX_SAFE_INTEGER;
  keys.sort((a, b) => number(a) - number(b));
  return Object.fromEntries(keys.map((key) => [key, ordered(fields[key]?.type, value[key])]));
}
