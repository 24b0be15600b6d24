// The structure of a kind for server-side apply: which values are leaves, which lists are sets or maps by keys.
// Derived once from the definitions and cached. compare, merge and remove walk a value together with its shape.
import type { AnyField, StructType, Type } from '../../schema/notation.ts';

export type Shape =
  /** A scalar, or an atomic value. */
  | { readonly is: 'leaf' }
  /** Merged but not owned: names, times and versions that the server sets. */
  | { readonly is: 'untracked' }
  | { readonly is: 'struct'; readonly fields: ReadonlyMap<string, Shape> }
  | { readonly is: 'map'; readonly of: Shape }
  | { readonly is: 'set' }
  | KeyedShape
  /** Free-form JSON: objects merge key by key, lists are leaves. */
  | { readonly is: 'any' };

export interface KeyedShape {
  readonly is: 'keyed';
  /** Sorted, as path elements write them. */
  readonly keys: readonly string[];
  readonly defaults: Readonly<Record<string, unknown>>;
  readonly of: Shape;
}

const leaf: Shape = { is: 'leaf' };
const any: Shape = { is: 'any' };
const untracked: Shape = { is: 'untracked' };

const structs = new WeakMap<StructType, Shape>();

/** Structs may contain themselves, so their fields are compiled on first use. */
function structShape(type: StructType): Shape {
  if (type.atomic) return leaf;
  const known = structs.get(type);
  if (known) return known;
  const shape = granularShape(type);
  structs.set(type, shape);
  return shape;
}

function granularShape(type: StructType): Shape {
  let fields: ReadonlyMap<string, Shape> | undefined;
  return {
    is: 'struct',
    get fields() {
      fields ??= new Map(Object.entries(type.fields).map(([name, field]) => [name, fieldShape(field)]));
      return fields;
    },
  };
}

function fieldShape(field: AnyField): Shape {
  const { type } = field;
  if (field.mapType === 'atomic' || field.listType === 'atomic') return leaf;
  if (field.mapType === 'granular' && type.is === 'struct') return granularShape(type);
  if (type.is === 'list') return listShape(type.of, field);
  return typeShape(type);
}

function typeShape(type: Type): Shape {
  switch (type.is) {
    case 'struct':
      return structShape(type);
    case 'map':
      return { is: 'map', of: typeShape(type.of) };
    case 'json':
    case 'schema-or':
      return any;
    default:
      return leaf;
  }
}

function listShape(element: Type, field: AnyField): Shape {
  if (field.listType === 'set') return { is: 'set' };
  if (field.listType !== 'map' || element.is !== 'struct') return leaf;
  const keys = [...(field.keys ?? [])].sort();
  const defaults: Record<string, unknown> = {};
  for (const key of keys) {
    const value = element.fields[key]?.default;
    if (value !== undefined) defaults[key] = value;
  }
  return { is: 'keyed', keys, defaults, of: structShape(element) };
}

const serverKept = [
  'name',
  'namespace',
  'creationTimestamp',
  'selfLink',
  'uid',
  'generation',
  'managedFields',
  'resourceVersion',
];

const kinds = new WeakMap<StructType, Shape>();

/** The shape of objects of a kind. Type, name and fields that the server sets are not owned. */
export function objectShape(kind: StructType): Shape {
  const known = kinds.get(kind);
  if (known) return known;
  const fields = new Map(Object.entries(kind.fields).map(([name, field]) => [name, fieldShape(field)]));
  fields.set('apiVersion', untracked);
  fields.set('kind', untracked);
  const metadata = fields.get('metadata');
  if (metadata?.is === 'struct') {
    const inner = new Map(metadata.fields);
    for (const name of serverKept) inner.set(name, untracked);
    fields.set('metadata', { is: 'struct', fields: inner });
  }
  const shape: Shape = { is: 'struct', fields };
  kinds.set(kind, shape);
  return shape;
}

/** The shape of one key of a struct, map or free-form object. */
export function memberShape(shape: Shape, key: string): Shape {
  if (shape.is === 'struct') return shape.fields.get(key) ?? any;
  return shape.is === 'map' ? shape.of : any;
}

const blanks = new WeakMap<StructType, Record<string, unknown>>();

/** An empty object of this kind, as Go's encoder would write it: the fields that are always written. */
export function blankObject(kind: StructType): Record<string, unknown> {
  const known = blanks.get(kind);
  if (known) return known;
  const blank = blankStruct(kind);
  blanks.set(kind, blank);
  return blank;
}

function blankStruct(type: StructType): Record<string, unknown> {
  const blank: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(type.fields))
    if (field.emit === 'always') blank[name] = blankValue(field.type);
  return blank;
}

function blankValue(type: Type): unknown {
  switch (type.is) {
    case 'struct':
      return blankStruct(type);
    case 'string':
      return '';
    case 'boolean':
      return false;
    case 'int32':
    case 'int64':
    case 'double':
    case 'int-or-string':
      return 0;
    case 'quantity':
      return '0';
    default:
      return null;
  }
}
