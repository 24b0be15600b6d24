// JSON as values: by a schema in schema/values.ts, here as it looks. Whole numbers that fit are ints. Nothing is converted before
// it is asked for.

import { keyOf, ListValue, MapValue, type Value } from './value.ts';

export type Json = Readonly<Record<string, unknown>>;

const limit = 2 ** 63;

export function jsonValue(json: unknown): Value {
  switch (typeof json) {
    case 'string':
    case 'boolean':
      return json;
    case 'number':
      return Number.isInteger(json) && json < limit && json >= -limit ? BigInt(json) : json;
    case 'bigint':
      return json;
  }
  if (Array.isArray(json)) return new JsonList(json);
  return json === null || json === undefined ? null : new JsonMap(json as Json);
}

export class JsonMap extends MapValue {
  readonly json: Json;
  #size: number | undefined;
  constructor(json: Json) {
    super();
    this.json = json;
  }

  get size(): number {
    this.#size ??= Object.keys(this.json).length;
    return this.#size;
  }

  get(key: Value): Value | undefined {
    return this.has(key) ? jsonValue(this.json[key as string]) : undefined;
  }

  has(key: Value): boolean {
    return typeof key === 'string' && Object.hasOwn(this.json, key) && this.json[key] !== undefined;
  }

  keys(): Iterable<Value> {
    return Object.keys(this.json);
  }
}

export class JsonList extends ListValue {
  readonly json: readonly unknown[];
  constructor(json: readonly unknown[]) {
    super();
    this.json = json;
  }

  get length(): number {
    return this.json.length;
  }

  at(index: number): Value {
    return jsonValue(this.json[index]);
  }
}

/** A string that is the same for equal plain values only; undefined for what has no such string. */
export const plainKey = (value: Value): string | undefined => (value === null ? 'null' : keyOf(value));
