// The schema of a kind in our notation as a CustomResourceDefinition has it: one tree without references, with the rules that the
// notation cannot say. For kinds that every cluster has as custom kinds; built-in ones are published by openapi/schemas.ts.
import type { JsonSchema } from '../schema/json-schema.ts';
import type { AnyField, StructType, Type } from '../schema/notation.ts';

/** By path, such as spec.source; the kind itself has the empty one. */
export type Extras = Readonly<Record<string, Partial<JsonSchema>>>;

export function structuralSchema(kind: StructType, extras: Extras = {}): JsonSchema {
  return { ...structOf(kind, '', extras), ...extras[''] };
}

function structOf(type: StructType, path: string, extras: Extras): JsonSchema {
  const fields = Object.entries(type.fields);
  const needed = fields.filter(([name, field]) => field.required && (path || !ENVELOPE.has(name)));
  const properties = fields.map(([name, field]) => {
    const schema = path || !ENVELOPE.has(name) ? fieldOf(field, join(path, name), extras) : envelope(name);
    return [name, schema] as const;
  });
  return {
    ...(type.doc && { description: type.doc }),
    type: 'object',
    properties: Object.fromEntries(properties),
    ...(needed.length > 0 && { required: needed.map(([name]) => name) }),
    ...(type.atomic && { 'x-kubernetes-map-type': 'atomic' }),
    ...type.schema,
  };
}

const ENVELOPE: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata']);

const envelope = (name: string): JsonSchema => ({ type: name === 'metadata' ? 'object' : 'string' });

function fieldOf(field: AnyField, path: string, extras: Extras): JsonSchema {
  return {
    ...typeOf(field.type, path, extras, field.each),
    ...(field.doc && { description: field.doc }),
    ...(field.enum && { enum: field.enum }),
    ...(field.default !== undefined && { default: field.default }),
    ...(field.listType && { 'x-kubernetes-list-type': field.listType }),
    ...(field.keys && { 'x-kubernetes-list-map-keys': field.keys }),
    ...field.schema,
    ...extras[path],
  };
}

function typeOf(type: Type, path: string, extras: Extras, each?: Partial<JsonSchema>): JsonSchema {
  switch (type.is) {
    case 'struct':
      return structOf(type, path, extras);
    case 'list':
      return { type: 'array', items: { ...typeOf(type.of, `${path}[]`, extras), ...each } };
    case 'map':
      return { type: 'object', additionalProperties: { ...typeOf(type.of, `${path}{}`, extras), ...each } };
    case 'string':
    case 'boolean':
      return { type: type.is };
    case 'int32':
    case 'int64':
      return { type: 'integer', format: type.is };
    case 'time':
      return { type: 'string', format: 'date-time' };
    case 'quantity':
      return { type: 'string', pattern: QUANTITY, 'x-kubernetes-int-or-string': true };
    default:
      throw new Error(`${path}: no custom kind has had a field of type ${type.is} so far`);
  }
}

const join = (path: string, name: string): string => (path ? `${path}.${name}` : name);

/** As controller-gen writes it for a resource.Quantity. */
const QUANTITY =
  '^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))))?$';
