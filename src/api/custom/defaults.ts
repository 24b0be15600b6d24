// Fills in the defaults of a structural schema, in place: where a field is absent, or null without being nullable.
// Called by defaults/apply-defaults.ts. Upstream: apiextensions-apiserver/pkg/apiserver/schema/defaulting/algorithm.go.
import { own } from '../../kit/own.ts';
import { copyJson, isObject, type JsonObject, setKey } from '../patch/json.ts';
import type { JsonSchema } from '../schema/json-schema.ts';

/** Returns whether the value was changed; it must not be shared. */
export function fillDefaults(value: unknown, schema: JsonSchema | undefined): boolean {
  if (!schema || !hasDefaults(schema)) return false;
  if (Array.isArray(value)) return fillElements(value, schema.items);
  return isObject(value) && fillMembers(value, schema);
}

const known = new WeakMap<JsonSchema, boolean>();

/** Whether there is a default anywhere within: most parts of most schemas have none. */
function hasDefaults(schema: JsonSchema): boolean {
  let found = known.get(schema);
  if (found === undefined) {
    const { properties = {}, items, additionalProperties: more } = schema;
    const within = [...Object.values(properties), items, typeof more === 'object' ? more : undefined];
    found = within.some((one) => one && (one.default !== undefined || hasDefaults(one)));
    known.set(schema, found);
  }
  return found;
}

const needsValue = (value: unknown, schema: JsonSchema | undefined): schema is JsonSchema =>
  value === null && schema?.default !== undefined && !schema.nullable;

function fillElements(list: unknown[], items: JsonSchema | undefined): boolean {
  let changed = false;
  for (let i = 0; i < list.length; i++) {
    if (needsValue(list[i], items)) {
      list[i] = copyJson(items.default);
      changed = true;
    }
    if (fillDefaults(list[i], items)) changed = true;
  }
  return changed;
}

function fillMembers(object: JsonObject, schema: JsonSchema): boolean {
  const { properties = {}, additionalProperties: more } = schema;
  let changed = false;
  for (const key in properties) {
    const property = properties[key]!;
    if (property.default === undefined) continue;
    const present = own(object, key);
    if (present !== undefined && !needsValue(present, property)) continue;
    setKey(object, key, copyJson(property.default));
    changed = true;
  }
  for (const key in object) {
    const property = own(properties, key) ?? (typeof more === 'object' ? more : undefined);
    if (needsValue(object[key], property)) {
      setKey(object, key, copyJson(property.default));
      changed = true;
    }
    if (fillDefaults(object[key], property)) changed = true;
  }
  return changed;
}
