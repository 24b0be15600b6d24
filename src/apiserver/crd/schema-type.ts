// Converts a structural schema into fields of the schema notation (api/schema): server-side apply and other patches find lists
// and maps by them. Scalars are untyped: values are checked by validate.ts. Called by custom-kind.ts.
// Upstream: k8s.io/kube-openapi/pkg/schemaconv/openapi.go.
import { ObjectMeta } from '../../api/meta/v1/object-meta.ts';
import type { JsonSchema } from '../../api/schema/json-schema.ts';
import {
  type AnyField,
  type FieldOptions,
  type StructType,
  struct,
  type Type,
} from '../../api/schema/notation.ts';

/** `name` is that of the struct, such as com.example.v1.CronTab. `open` is passed on to everything within. */
export function structOf(schema: JsonSchema, name: string, open = false): StructType {
  const preserves = open || schema['x-kubernetes-preserve-unknown-fields'] === true;
  // An object of which nothing is declared may have any fields, too.
  const isOpen = preserves || !schema.properties;
  return struct(name, fieldsOf(schema, name, preserves), {
    ...(schema['x-kubernetes-map-type'] === 'atomic' && { atomic: true }),
    ...(isOpen && { open: true }),
  });
}

function fieldsOf(schema: JsonSchema, name: string, open: boolean): Record<string, AnyField> {
  const fields = Object.fromEntries(
    Object.entries(schema.properties ?? {}).map(([key, property]) => [
      key,
      fieldOf(property, `${name}.${key}`, open),
    ]),
  );
  return schema['x-kubernetes-embedded-resource'] ? { ...fields, ...NAMES } : fields;
}

const unnumbered = { emit: 'if-set', number: 0, required: false } as const;

/** What embedded resources have besides their own fields. */
const NAMES: Readonly<Record<string, AnyField>> = {
  apiVersion: { ...unnumbered, type: { is: 'string' } },
  kind: { ...unnumbered, type: { is: 'string' } },
  metadata: { ...unnumbered, type: ObjectMeta },
};

function fieldOf(schema: JsonSchema, name: string, open: boolean): AnyField {
  const listType = schema['x-kubernetes-list-type'];
  const keys = schema['x-kubernetes-list-map-keys'];
  const mapType = schema['x-kubernetes-map-type'];
  const options: FieldOptions = {
    ...(schema.default !== undefined && { default: schema.default }),
    ...(isListType(listType) && { listType }),
    ...(keys && { keys }),
    ...(isMapType(mapType) && { mapType }),
  };
  return { ...unnumbered, ...options, type: typeOf(schema, name, open) };
}

const isListType = (type: string | undefined): type is 'atomic' | 'set' | 'map' =>
  type === 'atomic' || type === 'set' || type === 'map';

const isMapType = (type: string | undefined): type is 'atomic' | 'granular' =>
  type === 'atomic' || type === 'granular';

function typeOf(schema: JsonSchema, name: string, open: boolean): Type {
  const { type, additionalProperties: more } = schema;
  const preserves = open || schema['x-kubernetes-preserve-unknown-fields'] === true;
  if (type === 'array') return { is: 'list', of: typeOf(schema.items ?? {}, name, preserves) };
  if (type !== 'object') return { is: 'json' };
  if (more === true) return { is: 'map', of: { is: 'json' } };
  return more ? { is: 'map', of: typeOf(more, name, preserves) } : structOf(schema, name, open);
}
