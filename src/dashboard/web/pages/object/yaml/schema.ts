// The fields of a kind, from the cluster's OpenAPI v3 documents: built-in kinds and custom ones alike. Pure.
import { isObject, type Json } from './document.ts';
import type { Path } from './outline.ts';

/** What is used of a schema. */
export interface Schema {
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly type?: string;
  readonly format?: string;
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly nullable?: boolean;
  readonly 'x-kubernetes-int-or-string'?: boolean;
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
  readonly 'x-kubernetes-embedded-resource'?: boolean;
  readonly 'x-kubernetes-group-version-kind'?: readonly { group: string; version: string; kind: string }[];
}

export interface OpenApiDocument {
  readonly components?: { readonly schemas?: Readonly<Record<string, Schema>> };
}

/** The path of the document of an apiVersion. */
export const documentPath = (apiVersion: string): string =>
  apiVersion.includes('/') ? `/openapi/v3/apis/${apiVersion}` : `/openapi/v3/api/${apiVersion}`;

/** A schema, with the document that its references point into. */
export interface Located {
  readonly schema: Schema;
  readonly document: OpenApiDocument;
}

export function schemaOfKind(
  document: OpenApiDocument,
  apiVersion: string,
  kind: string,
): Located | undefined {
  const slash = apiVersion.indexOf('/');
  const group = slash < 0 ? '' : apiVersion.slice(0, slash);
  const version = apiVersion.slice(slash + 1);
  for (const schema of Object.values(document.components?.schemas ?? {})) {
    const kinds = schema['x-kubernetes-group-version-kind'] ?? [];
    const isIt = kinds.some((one) => one.group === group && one.version === version && one.kind === kind);
    if (isIt && schema.properties) return { schema, document };
  }
  return undefined;
}

const REFERENCE = '#/components/schemas/';
/** References that point to references; a circle has no end. */
const MOST_STEPS = 16;

/** What a reference points to, with what stands beside it, such as a description. */
export function resolved({ schema, document }: Located): Located {
  let current = schema;
  for (let step = 0; step < MOST_STEPS; step++) {
    const [only] = current.allOf?.length === 1 ? current.allOf : [];
    const reference = current.$ref ?? only?.$ref;
    if (!reference?.startsWith(REFERENCE)) {
      if (!only) return { schema: current, document };
      const { allOf: _, ...beside } = current;
      current = { ...only, ...beside };
      continue;
    }
    const name = decodeURIComponent(reference.slice(REFERENCE.length));
    const schemas = document.components?.schemas ?? {};
    const target = Object.hasOwn(schemas, name) ? schemas[name] : undefined;
    if (!target) return { schema: {}, document };
    const { $ref: _r, allOf: _a, ...beside } = current;
    current = { ...target, ...beside };
  }
  return { schema: {}, document };
}

/** The schema of a field below; undefined where there is none, or nothing is known of it. */
export function fieldOf(located: Located, part: string | number): Located | undefined {
  const { schema, document } = resolved(located);
  if (typeof part === 'number') return schema.items && resolved({ schema: schema.items, document });
  const own = schema.properties;
  const field = own && Object.hasOwn(own, part) ? own[part] : undefined;
  if (field) return resolved({ schema: field, document });
  const { additionalProperties } = schema;
  return typeof additionalProperties === 'object'
    ? resolved({ schema: additionalProperties, document })
    : undefined;
}

export function schemaAt(located: Located, path: Path): Located | undefined {
  let current: Located | undefined = resolved(located);
  for (const part of path) {
    current = current && fieldOf(current, part);
    if (!current) return undefined;
  }
  return current;
}

/** `string`, `[]Container`-like words for what may stand there. */
export function typeText(located: Located): string {
  const { schema, document } = resolved(located);
  if (isIntOrString(schema)) return 'integer or string';
  if (schema.type === 'array' && schema.items) return `[]${typeText({ schema: schema.items, document })}`;
  if (schema.type === 'object' && typeof schema.additionalProperties === 'object')
    return `map of ${typeText({ schema: schema.additionalProperties, document })}`;
  return schema.type ?? 'any';
}

export const isIntOrString = (schema: Schema): boolean =>
  schema['x-kubernetes-int-or-string'] === true || schema.format === 'int-or-string';

/** Anything may stand there. */
export const isOpen = (schema: Schema): boolean =>
  schema['x-kubernetes-preserve-unknown-fields'] === true ||
  schema['x-kubernetes-embedded-resource'] === true ||
  schema.additionalProperties === true ||
  (schema.properties === undefined && schema.additionalProperties === undefined);

/** The value at a path of an object. */
export function valueAt(object: unknown, path: Path): unknown {
  let value = object;
  for (const part of path) {
    if (Array.isArray(value)) value = value[Number(part)];
    else if (isObject(value) && Object.hasOwn(value, part)) value = (value as Json)[part];
    else return undefined;
  }
  return value;
}
