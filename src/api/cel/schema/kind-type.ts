// The types of objects as expressions see them where their kind is known: for the warnings in the status of a policy.
// Upstream: the resolved OpenAPI schema of a kind, staging/src/k8s.io/apiserver/pkg/cel/{openapi/resolver,common}.
import { ObjectMeta } from '../../meta/v1/object-meta.ts';
import type { Type as FieldType, StructType } from '../../schema/notation.ts';
import {
  boolType,
  bytesType,
  doubleType,
  dynType,
  intType,
  listOf,
  mapOf,
  stringType,
  structType,
  type Type,
  timestampType,
} from '../types/type.ts';
import { declare, type Schema } from './declared.ts';
import { escapeName } from './escape.ts';

const structs = new WeakMap<StructType, Type>();

/** Of a built-in kind, or a struct within. Structs may contain themselves, so that fields are looked up on use. */
export function kindType(kind: StructType): Type {
  const known = structs.get(kind);
  if (known) return known;
  let fields: Map<string, Type> | undefined;
  const type = structType(kind.name, (name) => {
    fields ??= fieldsOf(kind);
    return fields.get(name);
  });
  structs.set(kind, type);
  return type;
}

function fieldsOf(kind: StructType): Map<string, Type> {
  const fields = new Map<string, Type>();
  for (const [name, field] of Object.entries(kind.fields)) {
    const [escaped, type] = [escapeName(name), typeOf(field.type)];
    if (escaped !== undefined && type) fields.set(escaped, type);
  }
  return fields;
}

/** Undefined: OpenAPI gives it no type, so that expressions cannot see it. */
function typeOf(type: FieldType): Type | undefined {
  switch (type.is) {
    case 'struct':
      return kindType(type);
    case 'list': {
      const of = typeOf(type.of);
      return of && listOf(of);
    }
    case 'map': {
      const of = typeOf(type.of);
      return of && mapOf(stringType, of);
    }
    case 'string':
      return stringType;
    case 'boolean':
      return boolType;
    case 'int32':
    case 'int64':
      return intType;
    case 'double':
      return doubleType;
    case 'time':
    case 'micro-time':
      return timestampType;
    case 'bytes':
      return bytesType;
    case 'int-or-string':
      return dynType;
    case 'raw':
    case 'fields-v1':
      return structType(type.is, () => undefined);
    default:
      return undefined;
  }
}

/** Of a custom kind, by the schema of its definition. */
export function customType(name: string, schema: Schema): Type | undefined {
  const declared = declare({ ...schema, properties: withoutEnvelope(schema) }, false, name);
  if (declared?.type.kind !== 'struct') return declared?.type;
  const envelope = new Map([
    ['apiVersion', stringType],
    ['kind', stringType],
    ['metadata', kindType(ObjectMeta)],
  ]);
  return structType(name, (field) => envelope.get(field) ?? declared.type.field(field));
}

function withoutEnvelope({ properties = {} }: Schema): NonNullable<Schema['properties']> {
  const { apiVersion: _1, kind: _2, metadata: _3, ...own } = properties;
  return own;
}
