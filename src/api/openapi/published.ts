// The schemas of custom kinds as OpenAPI publishes them: the definition's own, with apiVersion, kind and metadata added. OpenAPI
// v2 has neither combinations of schemas nor null, and clients of it refuse properties next to unknown ones.
// Called by schemas.ts. Upstream: apiextensions-apiserver/pkg/controller/openapi.
import type { JsonSchema } from '../schema/json-schema.ts';
import type { CustomContent, StructType } from '../schema/notation.ts';
import type { Dialect, Schema } from './dialect.ts';

/** Schemas of the fields apiVersion, kind and metadata. */
export type Envelope = Readonly<Record<string, Schema>>;

/** `envelope` is that of kinds; embedded resources have the same. */
export function publishedSchema(type: StructType, dialect: Dialect, envelope: Envelope): Schema {
  const { schema } = type.custom ?? {};
  const fields = selectableFields(type.custom);
  const opaque = !dialect.wrapsReferences && schema?.['x-kubernetes-preserve-unknown-fields'];
  if (!schema || opaque) return { type: 'object', ...fields };
  const made = convert(schema, dialect, envelope);
  return { ...made, properties: { ...(made.properties as object), ...envelope }, ...fields };
}

export function selectableFields(custom: CustomContent | undefined): Schema {
  const paths = custom?.selectable ?? [];
  return paths.length > 0
    ? { 'x-kubernetes-selectable-fields': paths.map((fieldPath) => ({ fieldPath })) }
    : {};
}

function convert(schema: JsonSchema, dialect: Dialect, envelope: Envelope): Schema {
  const shown = dialect.wrapsReferences ? unfolded(schema) : simplified(schema);
  const { properties, items, additionalProperties: more, ...rest } = shown;
  const inner = (one: JsonSchema) => convert(one, dialect, envelope);
  const out: Record<string, unknown> = {
    ...rest,
    ...(properties && {
      properties: Object.fromEntries(Object.entries(properties).map(([key, one]) => [key, inner(one)])),
    }),
    ...(items && { items: inner(items) }),
    ...(more !== undefined && { additionalProperties: typeof more === 'object' ? inner(more) : more }),
  };
  if (!dialect.publishesDefaults) delete out.default;
  return schema['x-kubernetes-embedded-resource'] ? embedded(schema, out, dialect, envelope) : out;
}

/** The properties of v2 would be taken for all that there are. */
function embedded(schema: JsonSchema, out: Schema, dialect: Dialect, envelope: Envelope): Schema {
  if (!dialect.wrapsReferences && schema['x-kubernetes-preserve-unknown-fields']) return out;
  const required = new Set([...(schema.required ?? []), 'kind', 'apiVersion']);
  return {
    ...out,
    required: [...required],
    properties: { ...(out.properties as object), ...envelope },
  };
}

const INT_OR_STRING = [{ type: 'integer' }, { type: 'string' }];

const isIntOrString = (parts: readonly JsonSchema[] | undefined): boolean =>
  JSON.stringify(parts) === JSON.stringify(INT_OR_STRING);

/** x-kubernetes-int-or-string in terms that every reader of schemas knows. */
function unfolded(schema: JsonSchema): JsonSchema {
  if (!schema['x-kubernetes-int-or-string']) return schema;
  const { anyOf, allOf } = schema;
  if (isIntOrString(anyOf) || isIntOrString(allOf?.[0]?.anyOf)) return schema;
  return anyOf
    ? { ...schema, allOf: [{ anyOf: INT_OR_STRING }, ...(allOf ?? [])] }
    : { ...schema, anyOf: INT_OR_STRING };
}

/** What OpenAPI v2 can say of a schema. */
function simplified(schema: JsonSchema): JsonSchema {
  const { allOf: _1, oneOf: _2, anyOf: _3, not: _4, nullable, ...kept } = schema;
  const out: { -readonly [K in keyof JsonSchema]: JsonSchema[K] } = kept;
  const opaque = schema['x-kubernetes-preserve-unknown-fields'];
  if (nullable || opaque) {
    delete out.items;
    delete out.properties;
  }
  if (nullable || (opaque && out.type === 'object') || (out.type === 'array' && !out.items)) delete out.type;
  const required = out.required?.filter((key) => !out.properties?.[key]?.nullable);
  const { additionalProperties: more } = schema;
  if (!required?.length || (typeof more === 'object' && more.nullable)) delete out.required;
  else out.required = required;
  return out;
}
