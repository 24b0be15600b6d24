// The notation in which every kind is written down once. From these values come the TypeScript types (Of), discovery,
// OpenAPI, defaulting, unknown-field detection, pruning, patches, protobuf decoding and columns.
// Read a kind's file (core/v1/config-map.ts) first; this file is its dictionary.

import type { JsonSchema } from './json-schema.ts';

/** Types of values. `struct`, `list` and `map` nest. */
export type Type =
  | { readonly is: 'string' | 'bytes' | 'time' | 'micro-time' | 'quantity' | 'int-or-string' }
  | { readonly is: 'boolean' | 'int32' | 'int64' | 'double' }
  /** Any JSON: `raw` must be an object (RawExtension), `fields-v1` is the tree of a managedFields entry. */
  | { readonly is: 'raw' | 'fields-v1' }
  /** With a name, it is a message of its own in protobuf and a definition in OpenAPI. */
  | { readonly is: 'json'; readonly name?: string }
  | SchemaOrType
  | { readonly is: 'list'; readonly of: Type }
  | { readonly is: 'map'; readonly of: Type }
  | StructType;

/** A JSON schema, or what may stand in its place: whether anything is valid, several schemas, names of fields. */
export interface SchemaOrType {
  readonly is: 'schema-or';
  /** The OpenAPI definition name. */
  readonly name: string;
  readonly schema: StructType;
  readonly other: 'boolean' | 'schemas' | 'strings';
}

export interface StructType {
  readonly is: 'struct';
  /** The OpenAPI definition name, e.g. io.k8s.api.core.v1.Container. */
  readonly name: string;
  readonly doc?: string;
  /** Server-side apply treats the whole value as one. */
  readonly atomic?: boolean;
  /** Fields that are not declared may be there: any JSON. Only in custom kinds. */
  readonly open?: boolean;
  /** What the definition of a custom kind says of the values besides. */
  readonly schema?: Partial<JsonSchema>;
  /** Fields of a union: discriminator first, if it has one. */
  readonly fields: Readonly<Record<string, AnyField>>;
  /** Set for the struct of a custom kind. */
  readonly custom?: CustomContent;
}

/** A custom kind: the schema of its definition, of which `fields` are a part. */
export interface CustomContent {
  /** Undefined if the definition has none. */
  readonly schema: JsonSchema | undefined;
  /** Paths of the fields in selectors, without the leading dot. */
  readonly selectable?: readonly string[];
  /** The kind of its lists. */
  readonly listKind: string;
}

/** When Go's encoder writes a field: only if set (pointer), unless zero (omitempty), or always (no omitempty, or a nested struct value). */
export type Emit = 'if-set' | 'nonzero' | 'always';

export interface FieldOptions {
  readonly doc?: string;
  /** The published default; the field takes this value when it is absent. */
  readonly default?: unknown;
  /** A default that OpenAPI does not publish. */
  readonly assumed?: unknown;
  readonly enum?: readonly string[];
  readonly emit?: Emit;
  /** Server-side apply: atomic, or a set, or a map by these keys. Plain lists are atomic. */
  readonly listType?: 'atomic' | 'set' | 'map';
  readonly keys?: readonly string[];
  readonly mapType?: 'atomic' | 'granular';
  /** Strategic merge patch: `true` merges scalars as a set, a string merges objects by that key. */
  readonly merge?: true | string;
  readonly retainKeys?: true;
  /** Strategic merge patch replaces this struct instead of merging it. */
  readonly replace?: true;
  /** A required list or map that may be empty, and so missing: they are the same to Go. */
  readonly mayBeEmpty?: true;
  /** Protobuf keeps this field in a message of its own, JSON keeps it inline: the numbers of the messages around it. */
  readonly inline?: readonly number[];
  /** What the definition of a custom kind says of the value besides: limits, patterns, rules. Built-in kinds have code for it. */
  readonly schema?: Partial<JsonSchema>;
  /** The same of the elements of a list, or the values of a map. */
  readonly each?: Partial<JsonSchema>;
  /** A list that is a message of its own in protobuf, with the elements at number 1: a named slice type of Go. */
  readonly boxed?: true;
}

export interface AnyField extends FieldOptions {
  /** Protobuf field number; 0 where there is none. */
  readonly number: number;
  readonly type: Type;
  readonly required: boolean;
}

/** A field whose value has TypeScript type T; Required tells whether the property may be missing. */
export interface Field<T, Required extends boolean> extends AnyField {
  readonly required: Required;
  /** Carries T for inference; never present at run time. */
  readonly phantom?: T;
}

type FieldMap = Readonly<Record<string, AnyField>>;
type ValueOf<F> = F extends Field<infer T, boolean> ? T : never;
type RequiredKeys<F> = { [K in keyof F]: F[K] extends Field<unknown, true> ? K : never }[keyof F];

/** The TypeScript type of the values that a struct or kind describes. */
export type Of<S extends { readonly fields: FieldMap }> = {
  -readonly [K in RequiredKeys<S['fields']>]: ValueOf<S['fields'][K]>;
} & {
  -readonly [K in Exclude<keyof S['fields'], RequiredKeys<S['fields']>>]?: ValueOf<S['fields'][K]>;
};

export interface Struct<F extends FieldMap> extends StructType {
  readonly fields: F;
}

/** Element types of lists and maps: `list(3, text)`. Structs are used directly. */
interface Named<T> {
  readonly type: Type;
  readonly phantom?: T;
}
const named = <T>(is: 'string'): Named<T> => ({ type: { is } }) as Named<T>;
const scalar = <T>(type: Type): Named<T> => ({ type });
export const text = named<string>('string');
export const binary = scalar<string>({ is: 'bytes' });
export const timestamp = scalar<string>({ is: 'time' });
export const amount = scalar<string>({ is: 'quantity' });
export const flag = scalar<boolean>({ is: 'boolean' });
export const whole32 = scalar<number>({ is: 'int32' });
export const whole64 = scalar<number>({ is: 'int64' });
export const anyJson = (name: string): Named<unknown> => scalar({ is: 'json', name });
export const schemaOr = (name: string, schema: StructType, other: SchemaOrType['other']): Named<unknown> =>
  scalar({ is: 'schema-or', name, schema, other });
export const listOf = <const E extends Element>(of: E): Named<ElementValue<E>[]> => ({
  type: { is: 'list', of: typeOf(of) },
});

type Element = Named<unknown> | StructType;
type ElementValue<E> = E extends { readonly fields: FieldMap } ? Of<E> : E extends Named<infer T> ? T : never;
const typeOf = (element: Element): Type => ('is' in element ? element : element.type);

const field =
  <T>(type: Type) =>
  (number: number, options: FieldOptions = {}): Field<T, false> => ({
    ...options,
    number,
    type,
    required: false,
  });

/** A string; with `enum` its type is the union of the values. */
export function string<const E extends string = string>(
  number: number,
  options: FieldOptions & { readonly enum?: readonly E[] } = {},
): Field<E, false> {
  return { ...options, number, type: { is: 'string' }, required: false };
}
export const bytes = field<string>({ is: 'bytes' });
export const time = field<string>({ is: 'time' });
export const microTime = field<string>({ is: 'micro-time' });
export const quantity = field<string>({ is: 'quantity' });
export const intOrString = field<number | string>({ is: 'int-or-string' });
export const boolean = field<boolean>({ is: 'boolean' });
export const int32 = field<number>({ is: 'int32' });
export const int64 = field<number>({ is: 'int64' });
export const double = field<number>({ is: 'double' });
export const raw = field<Record<string, unknown>>({ is: 'raw' });
export const fieldsV1 = field<Record<string, unknown>>({ is: 'fields-v1' });

/** A nested struct. */
export function ref<const S extends StructType>(
  number: number,
  type: S,
  options: FieldOptions = {},
): Field<Of<S>, false> {
  return { ...options, number, type, required: false };
}

export function list<const E extends Element>(
  number: number,
  of: E,
  options: FieldOptions = {},
): Field<ElementValue<E>[], false> {
  return { ...options, number, type: { is: 'list', of: typeOf(of) }, required: false };
}

/** A map from strings. */
export function map<const E extends Element>(
  number: number,
  of: E,
  options: FieldOptions = {},
): Field<Record<string, ElementValue<E>>, false> {
  return { ...options, number, type: { is: 'map', of: typeOf(of) }, required: false };
}

/** The same field, but the object is invalid without it. */
export function required<T>(field: Field<T, false>): Field<T, true> {
  return { ...field, required: true };
}

export function struct<const F extends FieldMap>(
  name: string,
  fields: F,
  options: Pick<StructType, 'atomic' | 'open' | 'doc' | 'schema'> = {},
): Struct<F> {
  return { is: 'struct', name, fields, ...options };
}
