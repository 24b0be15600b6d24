// OpenAPI schemas from the definitions, for both versions: v3 writes references in allOf, so that they can have siblings;
// v2 writes them directly. Referenced schemas are collected.
import type { AnyField, CustomContent, StructType, Type } from '../schema/notation.ts';
import type { Dialect, Schema } from './dialect.ts';
import type { GroupVersionKind } from './group-version.ts';
import { publishedSchema, selectableFields } from './published.ts';

/** Types other than structs that have a name in OpenAPI. */
const named: Readonly<Record<string, string>> = {
  quantity: 'io.k8s.apimachinery.pkg.api.resource.Quantity',
  'int-or-string': 'io.k8s.apimachinery.pkg.util.intstr.IntOrString',
  time: 'io.k8s.apimachinery.pkg.apis.meta.v1.Time',
  'micro-time': 'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime',
  'fields-v1': 'io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1',
  raw: 'io.k8s.apimachinery.pkg.runtime.RawExtension',
};

const namedSchemas = (dialect: Dialect): Readonly<Record<string, Schema>> => ({
  [named.quantity as string]: dialect.wrapsReferences
    ? {
        oneOf: [{ type: 'string' }, { type: 'number' }],
        description: 'Fixed-point number, such as 500m, 1.5 or 64Mi.',
      }
    : { type: 'string', description: 'Fixed-point number, such as 500m, 1.5 or 64Mi.' },
  [named['int-or-string'] as string]: dialect.wrapsReferences
    ? {
        format: 'int-or-string',
        oneOf: [{ type: 'integer' }, { type: 'string' }],
        description: 'Integer or string.',
      }
    : { format: 'int-or-string', type: 'string', description: 'Integer or string.' },
  [named.time as string]: {
    type: 'string',
    format: 'date-time',
    description: 'Timestamp with a precision of seconds.',
  },
  [named['micro-time'] as string]: {
    type: 'string',
    format: 'date-time',
    description: 'Timestamp with a precision of microseconds.',
  },
  [named['fields-v1'] as string]: { type: 'object', description: 'Set of fields, as a tree.' },
  [named.raw as string]: { type: 'object', description: 'Arbitrary object.' },
});

const anythingDocs: Readonly<Record<string, string>> = {
  JSON: 'Any JSON value.',
  JSONSchemaPropsOrBool: 'JSON schema or boolean.',
  JSONSchemaPropsOrArray: 'JSON schema or list of JSON schemas.',
  JSONSchemaPropsOrStringArray: 'JSON schema or list of strings.',
};

export const patchName = 'io.k8s.apimachinery.pkg.apis.meta.v1.Patch';

/** Schemas by name. A reference to a struct adds its schema. */
export class SchemaSet {
  readonly schemas: Record<string, Schema> = {};
  readonly #dialect: Dialect;
  /** The kinds that a struct represents: x-kubernetes-group-version-kind. */
  readonly #kindsOf: (type: StructType) => readonly GroupVersionKind[];

  constructor(dialect: Dialect, kindsOf: (type: StructType) => readonly GroupVersionKind[]) {
    this.#dialect = dialect;
    this.#kindsOf = kindsOf;
  }

  reference(type: StructType): Schema {
    if (!this.schemas[type.name]) {
      // Added before it is built, because a struct may contain itself.
      this.schemas[type.name] = {};
      this.schemas[type.name] = this.#struct(type);
    }
    return { $ref: this.#dialect.prefix + type.name };
  }

  patch(): Schema {
    this.schemas[patchName] ??= {
      type: 'object',
      description: 'Patch in the format of the request media type.',
    };
    return { $ref: this.#dialect.prefix + patchName };
  }

  #struct(type: StructType): Schema {
    if (type.custom) return this.#custom(type);
    const fields = Object.entries(type.fields);
    const required = fields.filter(([, field]) => field.required).map(([name]) => name);
    const kinds = this.#kindsOf(type);
    return {
      ...(type.doc && { description: type.doc }),
      type: 'object',
      ...(required.length > 0 && { required }),
      ...(fields.length > 0 && {
        properties: Object.fromEntries(fields.map(([name, field]) => [name, this.#field(field)])),
      }),
      ...(type.atomic && { 'x-kubernetes-map-type': 'atomic' }),
      ...(kinds.length > 0 && { 'x-kubernetes-group-version-kind': kinds }),
      ...selectableFields(listed(type)),
    };
  }

  #custom(type: StructType): Schema {
    const { apiVersion, kind, metadata } = type.fields;
    const envelope = {
      apiVersion: this.#field(apiVersion!),
      kind: this.#field(kind!),
      metadata: this.#field(metadata!),
    };
    return {
      ...publishedSchema(type, this.#dialect, envelope),
      'x-kubernetes-group-version-kind': this.#kindsOf(type),
    };
  }

  #field(field: AnyField): Schema {
    const neighbours = {
      ...(field.doc && { description: field.doc }),
      ...(field.enum && { enum: field.enum }),
      ...(this.#dialect.publishesDefaults && defaultOf(field)),
      ...extensionsOf(field),
    };
    const schema = this.#type(field.type);
    if (!('$ref' in schema)) return { ...schema, ...neighbours };
    return this.#dialect.wrapsReferences ? { allOf: [schema], ...neighbours } : { ...schema, ...neighbours };
  }

  #type(type: Type): Schema {
    switch (type.is) {
      case 'struct':
        return this.reference(type);
      case 'list':
        return { type: 'array', items: this.#type(type.of) };
      case 'map':
        return { type: 'object', additionalProperties: this.#type(type.of) };
      case 'string':
      case 'boolean':
        return { type: type.is === 'boolean' ? 'boolean' : 'string' };
      case 'bytes':
        return { type: 'string', format: 'byte' };
      case 'int32':
      case 'int64':
        return { type: 'integer', format: type.is };
      case 'double':
        return { type: 'number', format: 'double' };
      case 'json':
        return type.name ? this.#anything(type.name) : { 'x-kubernetes-preserve-unknown-fields': true };
      case 'schema-or':
        return this.#anything(type.name);
      default:
        return this.#named(named[type.is] as string);
    }
  }

  /** A definition without a type: OpenAPI cannot say more of these. */
  #anything(name: string): Schema {
    this.schemas[name] ??= { description: anythingDocs[name.slice(name.lastIndexOf('.') + 1)] };
    return { $ref: this.#dialect.prefix + name };
  }

  #named(name: string): Schema {
    this.schemas[name] ??= namedSchemas(this.#dialect)[name] as Schema;
    return { $ref: this.#dialect.prefix + name };
  }
}

/** The content of the custom kind that a list kind lists. */
function listed({ fields }: StructType): CustomContent | undefined {
  const items = fields.items?.type;
  return items?.is === 'list' && items.of.is === 'struct' ? items.of.custom : undefined;
}

/** Upstream publishes Go's zero value for a field that is not a pointer and is always written. */
function defaultOf(field: AnyField): { default?: unknown } {
  if (field.default !== undefined) return { default: field.default };
  if (field.emit !== 'always') return {};
  switch (field.type.is) {
    case 'struct':
      return { default: {} };
    case 'string':
      return { default: '' };
    case 'boolean':
      return { default: false };
    case 'int32':
    case 'int64':
      return { default: 0 };
    default:
      return {};
  }
}

function extensionsOf(field: AnyField): Schema {
  const strategies = [field.merge && 'merge', field.retainKeys && 'retainKeys', field.replace && 'replace'];
  const strategy = strategies.filter(Boolean).join(',');
  return {
    ...(field.listType && { 'x-kubernetes-list-type': field.listType }),
    ...(field.keys && { 'x-kubernetes-list-map-keys': field.keys }),
    ...(field.mapType && { 'x-kubernetes-map-type': field.mapType }),
    ...(typeof field.merge === 'string' && { 'x-kubernetes-patch-merge-key': field.merge }),
    ...(strategy && { 'x-kubernetes-patch-strategy': strategy }),
  };
}
