// JSON as values of the types that its schema declares. The JSON has been validated against the schema before.

import { type Json, jsonValue, plainKey } from '../values/json.ts';
import { parseDuration, parseTimestamp, type Timestamp } from '../values/time.ts';
import { CelError, ListValue, MapValue, type Result, type Value } from '../values/value.ts';
import { type Declared, isEmbedded, itemsOf, type Schema, withMeta } from './declared.ts';
import { escapeName } from './escape.ts';

/** The value of `self` for JSON at a node of a schema. */
export const schemaValue = (json: unknown, declared: Declared): Value => typed(json, declared.schema);

function typed(json: unknown, schema: Schema): Value {
  if (json === null || json === undefined) return null;
  if (schema['x-kubernetes-int-or-string']) return jsonValue(json);
  switch (schema.type) {
    case 'object':
      return typeof json === 'object' && !Array.isArray(json)
        ? new SchemaMap(json as Json, schema)
        : jsonValue(json);
    case 'array':
      return Array.isArray(json) ? new SchemaList(json, schema) : jsonValue(json);
    case 'string':
      return typeof json === 'string' ? textValue(json, schema.format) : jsonValue(json);
    case 'number':
      return typeof json === 'number' ? json : jsonValue(json);
    default:
      return jsonValue(json);
  }
}

function textValue(text: string, format: string | undefined): Value {
  switch (format) {
    case 'duration':
      return parseDuration(text) ?? text;
    case 'date':
      return timestampOr(text, parseTimestamp(`${text}T00:00:00Z`));
    case 'date-time':
      return timestampOr(text, parseTimestamp(text));
    case 'byte':
      return new Uint8Array(Buffer.from(text, 'base64'));
    default:
      return text;
  }
}

const timestampOr = (text: string, found: Timestamp | Result | undefined): Value =>
  found === undefined || found instanceof CelError ? text : found;

/** By its schema the names of properties, for every object that has it. */
const names = new WeakMap<Schema, Map<string, string>>();

function escapedNames(schema: Schema): Map<string, string> {
  let known = names.get(schema);
  if (known === undefined) {
    known = new Map(Object.keys(schema.properties ?? {}).map((name) => [escapeName(name) ?? name, name]));
    names.set(schema, known);
  }
  return known;
}

const embedded = new WeakMap<Schema, Schema>();

function effective(schema: Schema): Schema {
  if (!isEmbedded(schema)) return schema;
  let known = embedded.get(schema);
  if (known === undefined) {
    known = withMeta(schema);
    embedded.set(schema, known);
  }
  return known;
}

/** An object with properties, whose names are escaped, or a map, whose keys are not. */
class SchemaMap extends MapValue {
  readonly #json: Json;
  readonly #schema: Schema;
  constructor(json: Json, schema: Schema) {
    super();
    this.#json = json;
    this.#schema = effective(schema);
  }

  get size(): number {
    return Object.keys(this.#json).length;
  }

  /** The property that a key names, and its schema. */
  #property(key: Value): { name: string; schema: Schema } | undefined {
    if (typeof key !== 'string') return undefined;
    const { properties, additionalProperties } = this.#schema;
    const name = properties === undefined ? key : escapedNames(this.#schema).get(key);
    if (name === undefined || !Object.hasOwn(this.#json, name)) return undefined;
    const schema =
      properties?.[name] ?? (typeof additionalProperties === 'object' ? additionalProperties : undefined);
    return schema === undefined ? undefined : { name, schema };
  }

  get(key: Value): Value | undefined {
    const property = this.#property(key);
    return property === undefined ? undefined : typed(this.#json[property.name], property.schema);
  }

  has(key: Value): boolean {
    return this.#property(key) !== undefined;
  }

  *keys(): Iterable<Value> {
    const { properties, additionalProperties } = this.#schema;
    for (const name of Object.keys(this.#json)) {
      if (properties === undefined) {
        if (typeof additionalProperties === 'object') yield name;
      } else if (Object.hasOwn(properties, name)) yield escapeName(name) ?? name;
    }
  }
}

/** Sets and lists with keys are equal in any order, and their sums have every element once. */
class SchemaList extends ListValue {
  readonly #json: readonly unknown[];
  readonly #schema: Schema;
  readonly #items: Schema;
  constructor(json: readonly unknown[], schema: Schema) {
    super();
    this.#json = json;
    this.#schema = schema;
    this.#items = itemsOf(schema) ?? {};
  }

  get length(): number {
    return this.#json.length;
  }

  at(index: number): Value {
    return typed(this.#json[index], this.#items);
  }

  /** What tells elements apart; undefined for lists without keys. */
  #identity(): ((value: Value) => string | undefined) | undefined {
    switch (this.#schema['x-kubernetes-list-type']) {
      case 'set':
        return plainKey;
      case 'map': {
        const keys = (this.#schema['x-kubernetes-list-map-keys'] ?? []).map((key) => escapeName(key) ?? key);
        return (value) =>
          value instanceof MapValue
            ? JSON.stringify(keys.map((key) => plainKey(value.get(key) ?? null)))
            : undefined;
      }
      default:
        return undefined;
    }
  }

  override equals(other: ListValue, same: (a: Value, b: Value) => boolean): boolean {
    const identity = this.#identity();
    if (identity === undefined) return super.equals(other, same);
    if (this.length !== other.length) return false;
    const own = new Map([...this].map((value) => [identity(value), value]));
    return [...other].every((value) => {
      const found = own.get(identity(value));
      return found !== undefined && same(found, value);
    });
  }

  override concat(other: ListValue): ListValue {
    const identity = this.#identity();
    if (identity === undefined) return super.concat(other);
    const merged = new Map([...this].map((value) => [identity(value), value]));
    const replaces = this.#schema['x-kubernetes-list-type'] === 'map';
    for (const value of other)
      if (replaces || !merged.has(identity(value))) merged.set(identity(value), value);
    return new Merged([...merged.values()], this, identity);
  }
}

/** The sum of such lists is one again. */
class Merged extends ListValue {
  readonly #values: readonly Value[];
  readonly #like: SchemaList;
  readonly #identity: (value: Value) => string | undefined;
  constructor(values: readonly Value[], like: SchemaList, identity: (value: Value) => string | undefined) {
    super();
    this.#values = values;
    this.#like = like;
    this.#identity = identity;
  }

  get length(): number {
    return this.#values.length;
  }

  at(index: number): Value {
    return this.#values[index] as Value;
  }

  override equals(other: ListValue, same: (a: Value, b: Value) => boolean): boolean {
    if (this.length !== other.length) return false;
    const own = new Map(this.#values.map((value) => [this.#identity(value), value]));
    return [...other].every((value) => {
      const found = own.get(this.#identity(value));
      return found !== undefined && same(found, value);
    });
  }

  override concat(other: ListValue): ListValue {
    const merged = new Map(this.#values.map((value) => [this.#identity(value), value]));
    for (const value of other) merged.set(this.#identity(value), value);
    return new Merged([...merged.values()], this.#like, this.#identity);
  }
}
