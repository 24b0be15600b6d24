// Schemas of OpenAPI documents as explain sees them. Pure.
import { isMap } from '../printers/printer.ts';

export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly allOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly externalDocs?: { readonly description?: string; readonly url?: string };
  readonly 'x-kubernetes-group-version-kind'?: readonly Kind[];
}

export interface Kind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

export type Document = Readonly<Record<string, unknown>>;

/** The schema that a reference such as #/components/schemas/x names. */
export function resolveRef(ref: string | undefined, document: Document): Schema | undefined {
  if (!ref?.startsWith('#')) return undefined;
  let current: unknown = document;
  for (const part of ref.slice(1).split('/')) {
    if (part === '') continue;
    if (!isMap(current) || !Object.hasOwn(current, part)) return undefined;
    current = current[part];
  }
  return isMap(current) ? (current as Schema) : undefined;
}

/** The schema of a map's values. */
export const valuesOf = ({ additionalProperties }: Schema): Schema | undefined =>
  typeof additionalProperties === 'object' ? additionalProperties : undefined;

export const isKind = (schema: Schema, { group, version, kind }: Kind): boolean =>
  (schema['x-kubernetes-group-version-kind'] ?? []).some(
    (one) => one.group === group && one.version === version && one.kind === kind,
  );

export const sortedProperties = ({ properties = {} }: Schema): [string, Schema][] =>
  Object.entries(properties).sort(([a], [b]) => (a < b ? -1 : 1));
