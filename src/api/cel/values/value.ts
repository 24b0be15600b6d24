// Values of CEL. Booleans, strings, null and doubles (number) are JavaScript's; int is a bigint, so that 64 bits are exact.
// Errors are values, too: || and && may absorb them.

import {
  boolType,
  bytesType,
  doubleType,
  durationType,
  errorType,
  intType,
  nullType,
  stringType,
  Type,
  timestampType,
  typeOf,
  uintType,
} from '../types/type.ts';

export type Value =
  | boolean
  | string
  | number
  | bigint
  | null
  | Uint8Array
  | Uint
  | ListValue
  | MapValue
  | ObjectValue;

export class CelError {
  readonly message: string;
  constructor(message: string) {
    this.message = message;
  }
}

export const noSuchOverload = new CelError('no such overload');
export const noSuchKey = (key: Value): CelError => new CelError(`no such key: ${showKey(key)}`);
export const outOfBounds = (index: Value): CelError => new CelError(`index out of bounds: ${showKey(index)}`);

export type Result = Value | CelError;

export class Uint {
  readonly value: bigint;
  constructor(value: bigint) {
    this.value = value;
  }
}

/** A value with a type of its own: timestamps, durations, types, optionals, objects of a schema, those of libraries. */
export abstract class ObjectValue {
  abstract readonly type: Type;
  abstract equals(other: Value): boolean;
  /** Undefined: the type has no such field; "absent": it is not set. */
  get(_field: string): Result | undefined {
    return undefined;
  }
  has(_field: string): boolean | undefined {
    return undefined;
  }
  /** What it counts for where a cost depends on the size of a value. */
  size(): number | undefined {
    return undefined;
  }
  isZero(): boolean {
    return false;
  }
  toString(): string {
    return this.type.name;
  }
}

export abstract class ListValue {
  abstract readonly length: number;
  /** The index is within bounds. */
  abstract at(index: number): Value;
  concat(other: ListValue): ListValue {
    return Items.joined(this, other);
  }
  equals(other: ListValue, same: (a: Value, b: Value) => boolean): boolean {
    if (this.length !== other.length) return false;
    for (let i = 0; i < this.length; i++) if (!same(this.at(i), other.at(i))) return false;
    return true;
  }
  *[Symbol.iterator](): Iterator<Value> {
    for (let i = 0; i < this.length; i++) yield this.at(i);
  }
}

/** A list whose items are at hand. Lists that grow by one share an array, so that building one takes linear time. */
export class Items extends ListValue {
  readonly #items: Value[];
  readonly length: number;
  constructor(items: Value[], length = items.length) {
    super();
    this.#items = items;
    this.length = length;
  }

  at(index: number): Value {
    return this.#items[index] as Value;
  }

  override concat(other: ListValue): ListValue {
    // Only who sees the whole array may append to it: others hold a shorter part of it, which stays as it is.
    if (this.#items.length !== this.length) return Items.joined(this, other);
    if (other.length === 0) return this;
    if (this.length === 0 && this === emptyList) return Items.joined(this, other);
    for (let i = 0, n = other.length; i < n; i++) this.#items.push(other.at(i));
    return new Items(this.#items);
  }

  static joined(a: ListValue, b: ListValue): ListValue {
    return new Items([...a, ...b]);
  }
}

export const emptyList: ListValue = new Items([]);

export abstract class MapValue {
  abstract readonly size: number;
  abstract get(key: Value): Value | undefined;
  abstract has(key: Value): boolean;
  abstract keys(): Iterable<Value>;
}

/** Under which string a key is kept: numbers of different types that are equal are one key. */
export function keyOf(key: Value): string | undefined {
  switch (typeof key) {
    case 'string':
      return `s${key}`;
    case 'bigint':
      return `n${key}`;
    case 'boolean':
      return `b${key}`;
    case 'number':
      return Number.isInteger(key) ? `n${BigInt(key)}` : `d${key}`;
    default:
      return key instanceof Uint ? `n${key.value}` : undefined;
  }
}

export class Entries extends MapValue {
  readonly #entries: Map<string, [Value, Value]>;
  constructor(entries: Map<string, [Value, Value]>) {
    super();
    this.#entries = entries;
  }

  static of(entries: Iterable<[Value, Value]>): Entries {
    return new Entries(new Map([...entries].map(([key, value]) => [keyOf(key) ?? '', [key, value]])));
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: Value): Value | undefined {
    const name = keyOf(key);
    return name === undefined ? undefined : this.#entries.get(name)?.[1];
  }

  has(key: Value): boolean {
    const name = keyOf(key);
    return name !== undefined && this.#entries.has(name);
  }

  *keys(): Iterable<Value> {
    for (const [key] of this.#entries.values()) yield key;
  }
}

/** A map that a comprehension builds by inserting. As with lists, the newest version owns what they share. */
export class GrowingMap extends MapValue {
  readonly #entries: Map<string, [Value, Value]>;
  readonly size: number;
  constructor(entries: Map<string, [Value, Value]> = new Map()) {
    super();
    this.#entries = entries;
    this.size = entries.size;
  }

  get(key: Value): Value | undefined {
    const name = keyOf(key);
    return name === undefined ? undefined : this.#entries.get(name)?.[1];
  }

  has(key: Value): boolean {
    const name = keyOf(key);
    return name !== undefined && this.#entries.has(name);
  }

  *keys(): Iterable<Value> {
    let left = this.size;
    for (const [key] of this.#entries.values()) {
      if (left-- === 0) return;
      yield key;
    }
  }

  insert(key: Value, value: Value): GrowingMap | CelError {
    const name = keyOf(key);
    if (name === undefined) return noSuchOverload;
    const entries =
      this.size === this.#entries.size ? this.#entries : new Map([...this.#entries].slice(0, this.size));
    if (entries.has(name)) return new CelError(`insert failed: key ${showKey(key)} already exists`);
    entries.set(name, [key, value]);
    return new GrowingMap(entries);
  }
}

export class TypeValue extends ObjectValue {
  readonly of: Type;
  constructor(of: Type) {
    super();
    this.of = of;
  }
  get type(): Type {
    return typeOf();
  }
  equals(other: Value): boolean {
    return other instanceof TypeValue && other.of.name === this.of.name;
  }
}

export class Optional extends ObjectValue {
  static readonly none = new Optional(undefined);
  readonly value: Value | undefined;
  private constructor(value: Value | undefined) {
    super();
    this.value = value;
  }
  static of(value: Value): Optional {
    return new Optional(value);
  }
  get type(): Type {
    return new Type('opaque', 'optional_type', [
      this.value === undefined ? new Type('dyn', 'dyn') : typeOfValue(this.value),
    ]);
  }
  // Compared by equality.ts, which knows how values compare.
  equals(other: Value): boolean {
    return this === other;
  }
  override isZero(): boolean {
    return this.value === undefined;
  }
}

export const isList = (value: Result): value is ListValue => value instanceof ListValue;
export const isMap = (value: Result): value is MapValue => value instanceof MapValue;
export const isError = (value: Result): value is CelError => value instanceof CelError;

const listType = new Type('list', 'list', [new Type('dyn', 'dyn')]);
const mapType = new Type('map', 'map', [new Type('dyn', 'dyn'), new Type('dyn', 'dyn')]);

/** The type that a value has at run time; elements of lists and maps are dyn. */
export function typeOfValue(value: Result): Type {
  switch (typeof value) {
    case 'boolean':
      return boolType;
    case 'string':
      return stringType;
    case 'number':
      return doubleType;
    case 'bigint':
      return intType;
  }
  if (value === null) return nullType;
  if (value instanceof Uint) return uintType;
  if (value instanceof Uint8Array) return bytesType;
  if (value instanceof ListValue) return listType;
  if (value instanceof MapValue) return mapType;
  return value instanceof CelError ? errorType : value.type;
}

/** Whether a value can be given to a parameter: the check at run time of what was dyn. */
export function fits(value: Result, type: Type): boolean {
  switch (type.kind) {
    case 'dyn':
    case 'any':
    case 'parameter':
      return true;
    case 'bool':
      return typeof value === 'boolean';
    case 'string':
      return typeof value === 'string';
    case 'int':
      return typeof value === 'bigint';
    case 'double':
      return typeof value === 'number';
    case 'null':
      return value === null;
    case 'uint':
      return value instanceof Uint;
    case 'bytes':
      return value instanceof Uint8Array;
    case 'list':
      return value instanceof ListValue;
    case 'map':
      return value instanceof MapValue || (value instanceof ObjectValue && value.type.kind === 'map');
    case 'timestamp':
      return value instanceof ObjectValue && value.type === timestampType;
    case 'duration':
      return value instanceof ObjectValue && value.type === durationType;
    case 'type':
      return value instanceof TypeValue;
    default:
      return value instanceof ObjectValue && value.type.name === type.name;
  }
}

/** How errors show keys. */
export function showKey(key: Value): string {
  if (key instanceof Uint) return String(key.value);
  return typeof key === 'object' && key !== null ? typeOfValue(key).name : String(key);
}

/** Characters of a string as size() counts them: code points. The sizes of long strings that were asked for last are kept:
 *  costs ask for them again and again. */
const recent: { text: string; points: number }[] = [];
let oldest = 0;

export function pointsIn(text: string): number {
  if (text.length < 128) return countPoints(text);
  for (const known of recent) if (known.text === text) return known.points;
  const points = countPoints(text);
  recent[oldest] = { text, points };
  oldest = (oldest + 1) % 4;
  return points;
}

function countPoints(text: string): number {
  let points = text.length;
  for (let i = 0; i < text.length - 1; i++) {
    if ((text.charCodeAt(i) & 0xfc00) === 0xd800 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) {
      points--;
      i++;
    }
  }
  return points;
}
