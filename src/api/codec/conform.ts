// Converts parsed JSON to the form of a kind: types are checked, unknown fields and nulls removed, zero values dropped or
// written as Go's encoder would. Nothing is changed in place: a value that already conforms is returned as it is.
// decode.ts calls it for request bodies, normalize.ts for objects to be stored. Visitors are compiled once per struct.
import { canonicalQuantity } from '../quantity/quantity.ts';
import type { StructType, Type } from '../schema/notation.ts';
import { canonicalMicroTime, canonicalTime } from './moments.ts';

/**
 * `partial` checks and prunes but keeps zero values and adds nothing (patches, apply configurations);
 * `object` also drops zero values and adds the structs that are always there;
 * `stored` adds the empty scalars, lists and times that Go always writes, too.
 */
export type Form = 'partial' | 'object' | 'stored';

type Json = Record<string, unknown>;
type Visit = (value: unknown, walk: Walk) => unknown;

/** The position of a walk through a value, and its findings. */
export class Walk {
  readonly form: Form;
  /** Paths of unknown fields, in the order of the text. */
  readonly unknown: string[] = [];
  /** The first value that does not fit, in Go's words. */
  problem: string | undefined;
  readonly #path: (string | number)[] = [];
  readonly #structs: StructType[] = [];

  constructor(form: Form) {
    this.form = form;
  }

  enter(step: string | number): void {
    this.#path.push(step);
  }
  leave(): void {
    this.#path.pop();
  }
  open(struct: StructType): void {
    this.#structs.push(struct);
  }
  close(): void {
    this.#structs.pop();
  }

  foundUnknown(key: string): void {
    let path = '';
    for (const step of [...this.#path, key]) {
      if (typeof step === 'number') path += `[${step}]`;
      else path += path ? `.${step}` : step;
    }
    this.unknown.push(path);
  }

  foundProblem(text: string): undefined {
    this.problem ??= text;
    return undefined;
  }

  /** Go's UnmarshalTypeError. `value` is how the text showed it: string, number, number 1.5, array, object, bool. */
  mismatch(value: unknown, goType: string, precise = false): undefined {
    const shown = precise ? `number ${value}` : jsonName(value);
    const struct = this.#structs.at(-1);
    const fields = this.#path.filter((step) => typeof step === 'string');
    const place =
      struct && fields.length > 0 ? `struct field ${shortName(struct)}.${fields.join('.')}` : 'value';
    return this.foundProblem(`json: cannot unmarshal ${shown} into Go ${place} of type ${goType}`);
  }
}

function jsonName(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

const shortName = (struct: StructType): string => struct.name.slice(struct.name.lastIndexOf('.') + 1);

/** How Go prints a type, as far as the notation knows it. */
function goType(type: Type): string {
  switch (type.is) {
    case 'list':
      return `[]${goType(type.of)}`;
    case 'map':
      return `map[string]${goType(type.of)}`;
    case 'struct':
      return type.name.split('.').slice(-2).join('.');
    case 'boolean':
      return 'bool';
    case 'double':
      return 'float64';
    case 'bytes':
      return '[]uint8';
    case 'quantity':
      return 'resource.Quantity';
    case 'int32':
    case 'int64':
      return type.is;
    default:
      return 'string';
  }
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value in the requested form. Problems are recorded in `walk`. */
export const conform = (type: Type, value: unknown, walk: Walk): unknown => visitorOf(type)(value, walk);

const structVisitors = new WeakMap<StructType, Visit>();

function visitorOf(type: Type): Visit {
  if (type.is !== 'struct') return compile(type);
  let visit = structVisitors.get(type);
  if (!visit) {
    visit = structVisitor(type);
    structVisitors.set(type, visit);
  }
  return visit;
}

function compile(type: Exclude<Type, StructType>): Visit {
  switch (type.is) {
    case 'list':
      return listVisitor(type, visitorOf(type.of));
    case 'map':
      return mapVisitor(type, visitorOf(type.of));
    case 'int32':
      return integer('int32', -(2 ** 31), 2 ** 31 - 1);
    case 'int64':
      return integer('int64', -(2 ** 63), 2 ** 63);
    case 'double':
      return (value, walk) => (typeof value === 'number' ? value : walk.mismatch(value, 'float64'));
    case 'boolean':
      return (value, walk) => (typeof value === 'boolean' ? value : walk.mismatch(value, 'bool'));
    case 'string':
    case 'duration':
      return (value, walk) => (typeof value === 'string' ? value : walk.mismatch(value, 'string'));
    case 'time':
      return textual(canonicalTime);
    case 'micro-time':
      return textual(canonicalMicroTime);
    case 'bytes':
      return textual(canonicalBase64);
    case 'quantity':
      return quantityVisitor;
    case 'int-or-string':
      return intOrStringVisitor;
    case 'raw':
    case 'fields-v1':
      return (value, walk) => (isObject(value) ? value : walk.mismatch(value, 'map[string]interface {}'));
    case 'json':
      return (value) => value;
  }
}

function integer(name: 'int32' | 'int64', least: number, most: number): Visit {
  return (value, walk) => {
    if (typeof value !== 'number') return walk.mismatch(value, name);
    if (!Number.isInteger(value) || value < least || value > most) return walk.mismatch(value, name, true);
    return value;
  };
}

const textual =
  (canonical: (text: string) => string): Visit =>
  (value, walk) => {
    if (typeof value !== 'string') {
      return walk.foundProblem(`json: cannot unmarshal ${jsonName(value)} into Go value of type string`);
    }
    try {
      return canonical(value);
    } catch (error) {
      return walk.foundProblem((error as Error).message);
    }
  };

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

function canonicalBase64(text: string): string {
  if (base64.test(text)) return text;
  const joined = text.replace(/[\r\n]/g, '');
  if (base64.test(joined)) return joined;
  const good = /^(?:[A-Za-z0-9+/]{4})*/.exec(joined)?.[0].length ?? 0;
  const wrong = joined.slice(good).search(/[^A-Za-z0-9+/]/);
  throw new Error(`illegal base64 data at input byte ${wrong < 0 ? joined.length : good + wrong}`);
}

const canonicalText = textual(canonicalQuantity);
/** Quantities may also be written as bare numbers. */
const quantityVisitor: Visit = (value, walk) =>
  canonicalText(typeof value === 'number' ? String(value) : value, walk);

const intOrStringVisitor: Visit = (value, walk) => {
  if (typeof value === 'string') return value;
  if (typeof value !== 'number') {
    return walk.foundProblem(`json: cannot unmarshal ${jsonName(value)} into Go value of type string`);
  }
  if (Number.isInteger(value) && Math.abs(value) < 2 ** 31) return value;
  return walk.foundProblem(`json: cannot unmarshal number ${value} into Go value of type int32`);
};

function listVisitor(type: Type & { is: 'list' }, visit: Visit): Visit {
  const name = goType(type);
  const empty = zeroOf(type.of);
  return (value, walk) => {
    if (!Array.isArray(value)) return walk.mismatch(value, name);
    let out: unknown[] | undefined;
    for (let i = 0; i < value.length; i++) {
      const before: unknown = value[i];
      walk.enter(i);
      const after = before === null ? empty(walk) : visit(before, walk);
      walk.leave();
      if (after !== before) out ??= value.slice();
      if (out) out[i] = after;
    }
    return out ?? value;
  };
}

function mapVisitor(type: Type & { is: 'map' }, visit: Visit): Visit {
  const name = goType(type);
  const empty = zeroOf(type.of);
  return (value, walk) => {
    if (!isObject(value)) return walk.mismatch(value, name);
    let out: Json | undefined;
    for (const key in value) {
      const before = value[key];
      const after = before === null ? empty(walk) : visit(before, walk);
      if (after === before) continue;
      out ??= { ...value };
      // Not an assignment: a key may be __proto__.
      Object.defineProperty(out, key, { value: after, writable: true, enumerable: true, configurable: true });
    }
    return out ?? value;
  };
}

/** The value of null inside a list or map: Go leaves the element at its zero value. */
function zeroOf(type: Type): (walk: Walk) => unknown {
  switch (type.is) {
    case 'struct':
      return (walk) => visitorOf(type)({}, walk);
    case 'string':
    case 'duration':
    case 'bytes':
      return () => '';
    case 'quantity':
      return () => '0';
    case 'boolean':
      return () => false;
    case 'int32':
    case 'int64':
    case 'double':
    case 'int-or-string':
      return () => 0;
    default:
      return () => null;
  }
}

/** Types for whose zero value JSON has null. */
const zeroIsNull = new Set<Type['is']>(['list', 'map', 'time', 'micro-time', 'json', 'raw', 'fields-v1']);

interface FieldVisit {
  readonly visit: Visit;
  /** Zero values of this field are not written. */
  readonly dropsZero: boolean;
  /** In the stored form, absence is written as null: lists, maps and times that are always written. */
  readonly keepsNull: boolean;
}

interface Always {
  readonly name: string;
  readonly zero: (walk: Walk) => unknown;
}

function structVisitor(type: StructType): Visit {
  const name = goType(type);
  // Fields are compiled on first use, because a struct may contain itself.
  let compiled: ReturnType<typeof compileFields> | undefined;
  return (value, walk) => {
    if (!isObject(value)) return walk.mismatch(value, name);
    compiled ??= compileFields(type);
    walk.open(type);
    const kept = visitFields(value, compiled.fields, walk);
    walk.close();
    if (walk.form === 'partial') return kept;
    return addMissing(kept, value, walk.form === 'object' ? compiled.structs : compiled.always, walk);
  };
}

function compileFields(type: StructType) {
  const fields = new Map<string, FieldVisit>();
  const always: Always[] = [];
  const structs: Always[] = [];
  for (const [name, field] of Object.entries(type.fields)) {
    const dropsZero = field.type.is !== 'raw' && (field.emit === undefined || field.emit === 'nonzero');
    const isAlways = field.emit === 'always';
    fields.set(name, {
      visit: visitorOf(field.type),
      dropsZero,
      keepsNull: isAlways && zeroIsNull.has(field.type.is),
    });
    if (!isAlways) continue;
    const entry = { name, zero: zeroOf(field.type) };
    always.push(entry);
    if (field.type.is === 'struct') structs.push(entry);
  }
  return { fields, always, structs };
}

function visitFields(value: Json, fields: ReadonlyMap<string, FieldVisit>, walk: Walk): Json {
  let out: Json | undefined;
  for (const key in value) {
    const before = value[key];
    const after = visitField(key, before, fields.get(key), walk);
    if (after !== before && !out) out = fieldsBefore(value, key);
    if (out && after !== undefined) out[key] = after;
  }
  return out ?? value;
}

/** A copy of the fields before `end`. */
function fieldsBefore(value: Json, end: string): Json {
  const out: Json = {};
  for (const key in value) {
    if (key === end) break;
    out[key] = value[key];
  }
  return out;
}

function visitField(key: string, before: unknown, field: FieldVisit | undefined, walk: Walk): unknown {
  if (!field) {
    walk.foundUnknown(key);
    return undefined;
  }
  if (before === null || before === undefined) {
    return walk.form === 'partial' || (field.keepsNull && walk.form === 'stored') ? before : undefined;
  }
  walk.enter(key);
  const after = field.visit(before, walk);
  walk.leave();
  return field.dropsZero && walk.form !== 'partial' && isZero(after) ? undefined : after;
}

function isZero(value: unknown): boolean {
  if (value === '' || value === 0 || value === false) return true;
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.length === 0;
  for (const _ in value) return false;
  return true;
}

function addMissing(kept: Json, original: Json, always: readonly Always[], walk: Walk): Json {
  let out = kept;
  for (const { name, zero } of always) {
    if (out[name] !== undefined) continue;
    if (out === original) out = { ...out };
    out[name] = zero(walk);
  }
  return out;
}
