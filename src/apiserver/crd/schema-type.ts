// Converts a structural schema into the schema notation of built-in kinds (api/schema), so that pruning, defaults, patches,
// apply and OpenAPI work alike for custom kinds. `exact` keeps scalar types, for documents; without it scalars are untyped, so
// that decoding accepts them and validate.ts can report upstream's errors. Called by custom-kind.ts.
import {
  type AnyField,
  type FieldOptions,
  type StructType,
  struct,
  type Type,
} from '../../api/schema/notation.ts';
import type { JsonSchema } from './json-schema.ts';

export interface Mapping {
  /** The name of the struct, such as com.example.v1.CronTab. */
  readonly name: string;
  readonly exact: boolean;
}

const SCALARS: Readonly<Record<string, Type>> = {
  string: { is: 'string' },
  integer: { is: 'int64' },
  number: { is: 'double' },
  boolean: { is: 'boolean' },
};

export function fieldsOf(schema: JsonSchema, mapping: Mapping): Record<string, AnyField> {
  const fields: Record<string, AnyField> = {};
  for (const [key, property] of Object.entries(schema.properties ?? {}))
    fields[key] = fieldOf(
      property,
      {
        ...mapping,
        name: `${mapping.name}.${key}`,
      },
      mapping.exact && (schema.required?.includes(key) ?? false),
    );
  return fields;
}

function fieldOf(schema: JsonSchema, mapping: Mapping, required: boolean): AnyField {
  const listType = schema['x-kubernetes-list-type'];
  const keys = schema['x-kubernetes-list-map-keys'];
  const mapType = schema['x-kubernetes-map-type'];
  const options: FieldOptions = {
    emit: 'if-set',
    ...(schema.description && { doc: schema.description }),
    ...(schema.default !== undefined && { default: schema.default }),
    ...(listType && { listType }),
    ...(keys && { keys }),
    ...(mapType && { mapType }),
    ...(mapping.exact && isTexts(schema.enum) && { enum: schema.enum }),
  };
  return { ...options, number: 0, type: typeOf(schema, mapping), required };
}

const isTexts = (values: readonly unknown[] | undefined): values is readonly string[] =>
  values?.every((value) => typeof value === 'string') ?? false;

function typeOf(schema: JsonSchema, mapping: Mapping): Type {
  if (schema['x-kubernetes-preserve-unknown-fields'] || schema['x-kubernetes-embedded-resource'])
    return { is: 'json' };
  if (schema['x-kubernetes-int-or-string']) return mapping.exact ? { is: 'int-or-string' } : { is: 'json' };
  if (schema.type === 'object') return objectType(schema, mapping);
  if (schema.type === 'array') return { is: 'list', of: typeOf(schema.items ?? {}, mapping) };
  if (!mapping.exact) return { is: 'json' };
  if (schema.type === 'integer' && schema.format === 'int32') return { is: 'int32' };
  return SCALARS[schema.type ?? ''] ?? { is: 'json' };
}

function objectType(schema: JsonSchema, mapping: Mapping): Type {
  const { additionalProperties: more } = schema;
  if (more === true) return { is: 'map', of: { is: 'json' } };
  if (more) return { is: 'map', of: typeOf(more, mapping) };
  const type: StructType = struct(mapping.name, fieldsOf(schema, mapping), {
    ...(schema['x-kubernetes-map-type'] === 'atomic' && { atomic: true }),
  });
  return type;
}
