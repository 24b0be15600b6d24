// Converts parsed JSON to the form of a kind: types are checked, unknown fields and nulls removed, zero values dropped or
// written as Go's encoder would. Nothing is changed in place: a value that already conforms is returned as it is.
// decode.ts calls it for request bodies, normalize.ts for objects to be stored. Visitors are compiled once per struct.
// Parts that an object shares with a `known` one, which has the form of the kind, are taken as they are.

import { own } from '../../kit/own.ts';
import { type EmbeddedVisitor, ENVELOPE, pruneRoot } from '../custom/prune.ts';
import { canonicalQuantity } from '../quantity/quantity.ts';
import type { CustomContent, SchemaOrType, StructType, Type } from '../schema/notation.ts';
import { canonicalMicroTime, canonicalTime } from './moments.ts';
import { goType, jsonName, Walk } from './walk.ts';

type Json = Record<string, unknown>;
type Visit = (value: unknown, walk: Walk, known?: unknown) => unknown;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const NONE: readonly unknown[] = [];

/** Nulls stand for absence in one form and not in another. */
const isKnown = (value: unknown, twin: unknown): boolean =>
  value === twin && value !== null && value !== undefined;

/** The value in the requested form. Problems are recorded in `walk`. */
export const conform = (type: Type, value: unknown, walk: Walk, known?: unknown): unknown =>
  visitorOf(type)(value, walk, known);

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
      return (value, walk) => {
        if (typeof value === 'bigint') return Number(value);
        return typeof value === 'number' ? value : walk.mismatch(value, 'float64');
      };
    case 'boolean':
      return (value, walk) => (typeof value === 'boolean' ? value : walk.mismatch(value, 'bool'));
    case 'string':
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
    case 'schema-or':
      return schemaOrVisitor(type);
  }
}

/** What stands in the place of a schema and is neither a schema nor the other form is no error, except for booleans. */
function schemaOrVisitor({ schema, other }: SchemaOrType): Visit {
  const elements = visitorOf({ is: 'list', of: other === 'strings' ? { is: 'string' } : schema });
  return (value, walk) => {
    if (isObject(value)) return walk.muted(() => visitorOf(schema)(value, walk));
    if (other !== 'boolean')
      return Array.isArray(value) && value.length > 0 ? walk.muted(() => elements(value, walk)) : undefined;
    return typeof value === 'boolean' ? value : walk.foundProblem('boolean or JSON schema expected');
  };
}

function integer(name: 'int32' | 'int64', least: number, most: number): Visit {
  return (value, walk) => {
    if (typeof value === 'bigint') return name === 'int64' ? value : walk.mismatch(value, name, true);
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

const base64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** The text without line breaks, which Go's decoder ignores. Throws with Go's words. */
function canonicalBase64(text: string): string {
  if (isBase64(text)) return text;
  const joined = text.replace(/[\r\n]/g, '');
  if (isBase64(joined)) return joined;
  const wrong = joined.search(/[^A-Za-z0-9+/]/);
  throw new Error(`illegal base64 data at input byte ${wrong < 0 ? joined.length : wrong}`);
}

const isBase64 = (text: string): boolean => text.length % 4 === 0 && base64.test(text);

const canonicalText = textual(canonicalQuantity);
/** Quantities may also be written as bare numbers. */
const quantityVisitor: Visit = (value, walk) =>
  canonicalText(typeof value === 'number' || typeof value === 'bigint' ? String(value) : value, walk);

const intOrStringVisitor: Visit = (value, walk) => {
  if (typeof value === 'string') return value;
  if (typeof value !== 'number' && typeof value !== 'bigint') {
    return walk.foundProblem(`json: cannot unmarshal ${jsonName(value)} into Go value of type string`);
  }
  if (typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < 2 ** 31) return value;
  return walk.foundProblem(`json: cannot unmarshal number ${value} into Go value of type int32`);
};

function listVisitor(type: Type & { is: 'list' }, visit: Visit): Visit {
  const name = goType(type);
  const empty = zeroOf(type.of);
  return (value, walk, known) => {
    if (!Array.isArray(value)) return walk.mismatch(value, name);
    const same = Array.isArray(known) ? known : NONE;
    let out: unknown[] | undefined;
    for (let i = 0; i < value.length; i++) {
      const before: unknown = value[i];
      if (isKnown(before, same[i])) {
        if (out) out[i] = before;
        continue;
      }
      walk.enter(i);
      const after = before === null ? empty(walk) : visit(before, walk, same[i]);
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
  // Within scalars there are no unknown fields.
  const hasPath = ['struct', 'list', 'map'].includes(type.of.is);
  return (value, walk, known) => {
    if (!isObject(value)) return walk.mismatch(value, name);
    const same = isObject(known) ? known : undefined;
    let out: Json | undefined;
    for (const key in value) {
      const before = value[key];
      const twin = same && own(same, key);
      if (isKnown(before, twin)) continue;
      if (hasPath) walk.enter({ key });
      const after = before === null ? empty(walk) : visit(before, walk, twin);
      if (hasPath) walk.leave();
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

/** Types of fields for whose zero value JSON has null. */
const zeroIsNull = new Set<Type['is']>([
  'bytes',
  'list',
  'map',
  'time',
  'micro-time',
  'json',
  'raw',
  'fields-v1',
]);

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
  if (type.custom) return customVisitor(type, type.custom);
  const name = goType(type);
  // Fields are compiled on first use, because a struct may contain itself.
  let compiled: ReturnType<typeof compileFields> | undefined;
  return (value, walk, known) => {
    if (!isObject(value)) return walk.mismatch(value, name);
    compiled ??= compileFields(type);
    walk.open(type);
    const kept = visitFields(value, compiled.fields, walk, isObject(known) ? known : undefined);
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
    const entry = { name, zero: zeroIsNull.has(field.type.is) ? () => null : zeroOf(field.type) };
    always.push(entry);
    if (field.type.is === 'struct') structs.push(entry);
  }
  return { fields, always, structs };
}

function visitFields(
  value: Json,
  fields: ReadonlyMap<string, FieldVisit>,
  walk: Walk,
  known: Json | undefined,
): Json {
  let out: Json | undefined;
  for (const key in value) {
    const before = value[key];
    const twin = known && own(known, key);
    const after = isKnown(before, twin) ? before : visitField(key, before, fields.get(key), walk, twin);
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

function visitField(
  key: string,
  before: unknown,
  field: FieldVisit | undefined,
  walk: Walk,
  known?: unknown,
): unknown {
  if (!field) {
    walk.foundUnknown(key);
    return undefined;
  }
  if (before === null || before === undefined) {
    return walk.form === 'partial' || (field.keepsNull && walk.form === 'stored') ? before : undefined;
  }
  walk.enter(key);
  const after = field.visit(before, walk, known);
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

/** A custom object: its envelope as that of any kind, the rest by the schema of its definition. */
function customVisitor(type: StructType, { schema }: CustomContent): Visit {
  const { fields, structs, always } = compileFields({
    ...type,
    fields: Object.fromEntries(Object.entries(type.fields).filter(([name]) => ENVELOPE.has(name))),
  });
  const metadata = fields.get('metadata')!;
  return (value, walk) => {
    if (!isObject(value)) return walk.mismatch(value, goType(type));
    let out = pruneRoot(value, schema, walk, embeddedVisitor(metadata.visit));
    for (const [name, field] of fields) {
      if (value[name] === undefined) continue;
      const after = visitField(name, value[name], field, walk);
      if (after === value[name]) continue;
      if (out === value) out = { ...value };
      if (after === undefined) delete out[name];
      else out[name] = after;
    }
    walk.unknown.sort();
    return walk.form === 'partial'
      ? out
      : addMissing(out, value, walk.form === 'object' ? structs : always, walk);
  };
}

/** Metadata of embedded resources is that of objects; what does not fit is dropped from stored objects. */
const embeddedVisitor =
  (visit: Visit): EmbeddedVisitor =>
  (value, walk) => {
    const inner = new Walk(walk.form === 'stored' ? 'object' : walk.form);
    const after = value === null ? undefined : visit(value, inner);
    for (const path of inner.unknown) walk.foundUnknown(path);
    if (inner.problem === undefined) return after;
    if (walk.form !== 'stored')
      walk.foundProblem(`${walk.path}: Invalid value: ${JSON.stringify(value)}: ${inner.problem}`);
    return undefined;
  };
