// Elements of a list of type set, and keys of one of type map, must be unique: server-side apply identifies elements by them.
// An update of an object that violated this already may go on violating it.
// Upstream: apiextensions-apiserver/pkg/apiserver/schema/listtype/validation.go.
import { isObject } from '../../../api/patch/json.ts';
import type { JsonSchema } from '../../../api/schema/json-schema.ts';
import { duplicate, type FieldError, invalid } from '../../../api/validation/field.ts';
import { own } from '../../../kit/own.ts';

/** Errors that are reported for one object. */
const MOST_ERRORS = 100;

/** Keys of elements that are compared; the keys of a list are as many as its definition wants. */
const MOST_KEYS = 500_000;

export function listErrors(schema: JsonSchema, object: unknown): FieldError[] {
  const errors: FieldError[] = [];
  if (hasUniqueLists(schema)) visit(schema, object, '', errors);
  return errors.slice(0, MOST_ERRORS);
}

const known = new WeakMap<JsonSchema, boolean>();

function hasUniqueLists(schema: JsonSchema): boolean {
  let found = known.get(schema);
  if (found === undefined) {
    const { properties = {}, items, additionalProperties: more } = schema;
    const parts = [...Object.values(properties), items, typeof more === 'object' ? more : undefined];
    const listType = schema['x-kubernetes-list-type'];
    found = listType === 'set' || listType === 'map' || parts.some((one) => one && hasUniqueLists(one));
    known.set(schema, found);
  }
  return found;
}

function visit(schema: JsonSchema | undefined, value: unknown, path: string, errors: FieldError[]): void {
  if (!schema || !hasUniqueLists(schema)) return;
  if (Array.isArray(value)) {
    if (schema['x-kubernetes-list-type'] === 'set') findRepeated(value, path, errors);
    if (schema['x-kubernetes-list-type'] === 'map') checkMap(schema, value, path, errors);
    for (const [i, one] of value.entries()) visit(schema.items, one, `${path}[${i}]`, errors);
  } else if (isObject(value)) visitMembers(schema, value, path, errors);
}

function visitMembers(schema: JsonSchema, object: object, path: string, errors: FieldError[]): void {
  const { properties = {}, additionalProperties: more } = schema;
  for (const [key, value] of Object.entries(object)) {
    const property = own(properties, key);
    if (property) visit(property, value, path ? `${path}.${key}` : key, errors);
    else if (typeof more === 'object') visit(more, value, `${path}[${key}]`, errors);
  }
}

function checkMap(schema: JsonSchema, list: readonly unknown[], path: string, errors: FieldError[]): void {
  const odd = list.findIndex((one) => one !== null && !isObject(one));
  if (odd >= 0) {
    errors.push(invalid(`${path}[${odd}]`, list[odd], 'must be an object for an array of list-type map'));
    return;
  }
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  if (keys.length * list.length > MOST_KEYS) {
    errors.push(invalid(path, list.length, `must have at most ${MOST_KEYS} keys in all elements`));
    return;
  }
  const identities = list.map((one) => {
    const present = isObject(one) ? keys.filter((key) => Object.hasOwn(one, key)) : [];
    return Object.fromEntries(present.map((key) => [key, (one as Record<string, unknown>)[key]]));
  });
  findRepeated(identities, path, errors);
}

/** Every repeated value is reported once, where it is first repeated. */
function findRepeated(values: readonly unknown[], path: string, errors: FieldError[]): void {
  if (values.length < 2) return;
  const times = new Map<string, number>();
  for (const [i, value] of values.entries()) {
    const text = JSON.stringify(sorted(value));
    const count = (times.get(text) ?? 0) + 1;
    times.set(text, count);
    if (count === 2 && errors.length < MOST_ERRORS) errors.push(duplicate(`${path}[${i}]`, value));
  }
}

/** Go writes the keys of maps in their order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  return Object.keys(value)
    .sort()
    .map((key) => [key, sorted(value[key])]);
}
