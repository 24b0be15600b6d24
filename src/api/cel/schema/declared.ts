// The types that a schema declares, with the bounds of sizes from which costs are estimated. Schemas that expressions may not
// see (no type, or unknown fields only) declare nothing.

import { largest } from '../../../kit/lists.ts';
import {
  boolType,
  bytesType,
  doubleType,
  durationType,
  dynType,
  intType,
  listOf,
  mapOf,
  stringType,
  structType,
  type Type,
  timestampType,
} from '../types/type.ts';
import { escapeName } from './escape.ts';

/** The parts of an OpenAPI schema that matter here. */
export interface Schema {
  readonly type?: string | undefined;
  readonly format?: string | undefined;
  readonly nullable?: boolean | undefined;
  readonly properties?: Readonly<Record<string, Schema>> | undefined;
  readonly additionalProperties?: boolean | Schema | undefined;
  readonly items?: Schema | readonly Schema[] | undefined;
  readonly required?: readonly string[] | undefined;
  readonly enum?: readonly unknown[] | undefined;
  readonly default?: unknown;
  readonly maxLength?: number | undefined;
  readonly maxItems?: number | undefined;
  readonly maxProperties?: number | undefined;
  readonly 'x-kubernetes-int-or-string'?: boolean | undefined;
  readonly 'x-kubernetes-embedded-resource'?: boolean | undefined;
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean | undefined;
  readonly 'x-kubernetes-list-type'?: string | undefined;
  readonly 'x-kubernetes-list-map-keys'?: readonly string[] | undefined;
}

export interface Declared {
  readonly type: Type;
  readonly schema: Schema;
  /** Bytes of the smallest value in JSON. */
  readonly minimumSize: number;
  /** Characters, items or entries of the largest value. */
  readonly maximumElements: number;
  /** By their names in expressions. */
  readonly fields?: ReadonlyMap<string, DeclaredField>;
  /** Of a list or map. */
  readonly element?: Declared;
}

export interface DeclaredField {
  readonly name: string;
  readonly declared: Declared;
}

/** Upstream's largest request. */
export const largestRequest = 3 * 1024 * 1024;

/** `name` is the one of the struct at the root; those inside are named after their path. */
export function declare(schema: Schema, isResource: boolean, name: string): Declared | undefined {
  if (schema['x-kubernetes-int-or-string']) {
    const most = schema.maxLength === undefined ? largestRequest - 2 : notNegative(schema.maxLength) * 4;
    return { type: dynType, schema, minimumSize: 1, maximumElements: most };
  }
  switch (schema.type) {
    case 'array':
      return declareList(schema, name);
    case 'object':
      return declareObject(isResource ? withMeta(schema) : schema, name);
    case 'string':
      return declareString(schema);
    case 'boolean':
      return { type: boolType, schema, minimumSize: 4, maximumElements: 0 };
    case 'number':
      return { type: doubleType, schema, minimumSize: 1, maximumElements: 0 };
    case 'integer':
      return { type: intType, schema, minimumSize: 1, maximumElements: 0 };
    default:
      return undefined;
  }
}

const notNegative = (n: number): number => Math.max(0, n);
export const isEmbedded = (schema: Schema): boolean => schema['x-kubernetes-embedded-resource'] === true;

export const itemsOf = (schema: Schema): Schema | undefined =>
  Array.isArray(schema.items) ? undefined : (schema.items as Schema | undefined);

function declareList(schema: Schema, name: string): Declared | undefined {
  const items = itemsOf(schema);
  const element = items === undefined ? undefined : declare(items, isEmbedded(items), `${name}.@idx`);
  if (element === undefined) return undefined;
  const most = Math.floor((largestRequest - 2) / (element.minimumSize + 1));
  const maximumElements = schema.maxItems === undefined ? most : notNegative(schema.maxItems);
  return { type: listOf(element.type), schema, minimumSize: 2, maximumElements, element };
}

function declareObject(schema: Schema, name: string): Declared | undefined {
  if (typeof schema.additionalProperties === 'object')
    return declareMap(schema, schema.additionalProperties, name);
  const fields = new Map<string, DeclaredField>();
  const required = new Set(schema.required);
  let minimumSize = 2;
  for (const [property, of] of Object.entries(schema.properties ?? {})) {
    const declared = declare(of, isEmbedded(of), `${name}.${property}`);
    if (declared === undefined) continue;
    const escaped = escapeName(property);
    if (escaped !== undefined) fields.set(escaped, { name: property, declared });
    if (required.has(property) && of.default === undefined)
      minimumSize += Buffer.byteLength(property) + declared.minimumSize + 4;
  }
  const type = structType(name, (field) => fields.get(field)?.declared.type);
  return { type, schema, minimumSize, maximumElements: 0, fields };
}

function declareMap(schema: Schema, values: Schema, name: string): Declared | undefined {
  const element = declare(values, isEmbedded(values), `${name}.@elem`);
  if (element === undefined) return undefined;
  const most = Math.floor((largestRequest - 2) / (element.minimumSize + 6));
  const maximumElements = schema.maxProperties === undefined ? most : notNegative(schema.maxProperties);
  return { type: mapOf(stringType, element.type), schema, minimumSize: 2, maximumElements, element };
}

const formats: Readonly<Record<string, { type: Type; minimumSize: number; maximumElements: number }>> = {
  duration: { type: durationType, minimumSize: 3, maximumElements: 32 },
  date: { type: timestampType, minimumSize: 12, maximumElements: 12 },
  'date-time': { type: timestampType, minimumSize: 21, maximumElements: 32 },
};

function declareString(schema: Schema): Declared {
  const special =
    schema.format !== undefined && Object.hasOwn(formats, schema.format) ? formats[schema.format] : undefined;
  if (special !== undefined) return { ...special, schema };
  const unbounded = largestRequest - 2;
  if (schema.format === 'byte') {
    const most = schema.maxLength === undefined ? unbounded : notNegative(schema.maxLength);
    return { type: bytesType, schema, minimumSize: 2, maximumElements: most };
  }
  return { type: stringType, schema, minimumSize: 2, maximumElements: longestText(schema) ?? unbounded };
}

function longestText({ maxLength, enum: values = [] }: Schema): number | undefined {
  if (maxLength !== undefined) return notNegative(maxLength) * 4;
  if (values.length === 0) return undefined;
  return largest([0, ...values.map((value) => (typeof value === 'string' ? Buffer.byteLength(value) : 0))]);
}

const text: Schema = { type: 'string' };

/** At the root of a resource kind, apiVersion, metadata.name and metadata.generateName can always be read. */
export function withMeta(schema: Schema): Schema {
  const metadata: Schema = { type: 'object', properties: { name: text, generateName: text } };
  return { ...schema, properties: { ...schema.properties, kind: text, apiVersion: text, metadata } };
}
