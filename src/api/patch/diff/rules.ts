// How a strategic merge treats the fields of an object: from our definition of a kind, or from the OpenAPI v3 document of a server.
// Called by the functions beside this file, which compute patches.
import type { AnyField, StructType, Type } from '../../schema/notation.ts';
import { getKey, isObject, type JsonObject } from '../json.ts';

export interface FieldRule {
  /** A list that merges: objects by this key, or scalars as a set. */
  readonly merge?: true | string;
  /** An object that is replaced, not merged. */
  readonly replace?: true;
  readonly retainKeys?: true;
  /** Of the value, or of the elements of a list. */
  readonly inner: PatchRules;
}

export interface PatchRules {
  /** What the errors call it. */
  readonly name: string;
  /** Undefined for a field that the kind does not have. */
  field(key: string): FieldRule | undefined;
}

/** A value has a field whose rule is not known: the server is newer, or the field is misspelt. */
export class UnknownField extends Error {}

export function ruleOf(rules: PatchRules, key: string): FieldRule {
  const rule = rules.field(key);
  if (!rule)
    throw new UnknownField(`unable to find api field in struct ${rules.name} for the json field "${key}"`);
  return rule;
}

const FREE: PatchRules = { name: '', field: () => ({ inner: FREE }) };

export const isRules = (schema: StructType | PatchRules): schema is PatchRules => 'field' in schema;

export function structRules(struct: StructType): PatchRules {
  return {
    name: struct.name.slice(struct.name.lastIndexOf('.') + 1),
    field(key) {
      const field = Object.hasOwn(struct.fields, key) ? struct.fields[key] : undefined;
      return field && ruleOfField(field);
    },
  };
}

function ruleOfField(field: AnyField): FieldRule {
  return {
    ...(field.merge !== undefined && { merge: field.merge }),
    ...(field.replace && { replace: true as const }),
    ...(field.retainKeys && { retainKeys: true as const }),
    inner: rulesOfType(field.type),
  };
}

function rulesOfType(type: Type): PatchRules {
  if (type.is === 'list') return rulesOfType(type.of);
  return type.is === 'struct' && !type.open ? structRules(type) : FREE;
}

/** `schemas` are the components of the document in which `schema` stands. */
export function openApiRules(schema: JsonObject, schemas: JsonObject, name: string): PatchRules {
  const properties = getKey(schema, 'properties');
  if (!isObject(properties)) return FREE;
  return {
    name,
    field(key) {
      const property = getKey(properties, key);
      return isObject(property) ? ruleOfProperty(property, schemas) : undefined;
    },
  };
}

function ruleOfProperty(property: JsonObject, schemas: JsonObject): FieldRule {
  const { schema, name } = resolved(property, schemas);
  const items = getKey(schema, 'items');
  const element = isObject(items) ? resolved(items, schemas) : { schema, name };
  const strategies = String(getKey(property, 'x-kubernetes-patch-strategy') ?? '').split(',');
  const key = getKey(property, 'x-kubernetes-patch-merge-key');
  return {
    ...(strategies.includes('merge') && { merge: typeof key === 'string' ? key : (true as const) }),
    ...(strategies.includes('replace') && { replace: true as const }),
    ...(strategies.includes('retainKeys') && { retainKeys: true as const }),
    inner: openApiRules(element.schema, schemas, element.name),
  };
}

/** Follows `$ref`, which stands alone or in `allOf` beside a default. */
function resolved(schema: JsonObject, schemas: JsonObject): { schema: JsonObject; name: string } {
  const all = getKey(schema, 'allOf');
  const holder = Array.isArray(all) && isObject(all[0]) ? all[0] : schema;
  const reference = getKey(holder, '$ref');
  if (typeof reference !== 'string') return { schema, name: '' };
  const name = reference.slice(reference.lastIndexOf('/') + 1);
  const found = getKey(schemas, name);
  return { schema: isObject(found) ? found : {}, name: name.slice(name.lastIndexOf('.') + 1) };
}
