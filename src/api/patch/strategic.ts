// Strategic merge patch: a merge patch in which, according to the definitions, certain lists merge by key.
// Directives: $patch (replace, delete), $retainKeys, $deleteFromPrimitiveList/x, $setElementOrder/x.
// Called by the API server for application/strategic-merge-patch+json on built-in kinds, and by kubectl's client-side apply.
import type { AnyField, StructType, Type } from '../schema/notation.ts';
import { goValue } from '../status/go-value.ts';
import { badRequest, failure, type StatusError } from '../status/status-error.ts';
import { inElementOrder } from './element-order.ts';
import { getKey, isObject, type JsonObject, setKey } from './json.ts';

const deleteFrom = '$deleteFromPrimitiveList/';
const elementOrder = '$setElementOrder/';
const isDirective = (key: string) =>
  key === '$patch' || key === '$retainKeys' || key.startsWith(deleteFrom) || key.startsWith(elementOrder);

const badFormat = (what: string): StatusError => badRequest(`invalid patch format of ${what}`);
const unknownDirective = (directive: unknown, element: unknown): StatusError =>
  failure(500, '', `unknown patch type: ${goValue(directive)} in map: ${goValue(element)}`);

/** The definition of the value that is patched; undefined for free-form JSON. */
type Schema = StructType | undefined;
const structOf = (type: Type | undefined): Schema => (type?.is === 'struct' ? type : undefined);
const fieldOf = (schema: Schema, key: string): AnyField | undefined =>
  schema && Object.hasOwn(schema.fields, key) ? schema.fields[key] : undefined;

export function applyStrategicPatch(schema: StructType, document: JsonObject, patch: unknown): JsonObject {
  if (!isObject(patch)) throw badRequest('invalid JSON document');
  return mergeObject(document, patch, schema);
}

function mergeObject(original: JsonObject, patch: JsonObject, schema: Schema): JsonObject {
  const directive = getKey(patch, '$patch');
  if (directive !== undefined) {
    if (directive === 'delete') return {};
    if (directive === 'replace') return plain(patch) as JsonObject;
    throw unknownDirective(directive, patch);
  }
  const merged = retained(original, patch);
  for (const key of Object.keys(patch)) mergeKey(merged, original, patch, key, schema);
  return merged;
}

/** Removes keys that are not in $retainKeys. */
function retained(original: JsonObject, patch: JsonObject): JsonObject {
  const listed = getKey(patch, '$retainKeys');
  if (listed === undefined) return { ...original };
  if (!Array.isArray(listed)) throw badFormat('retainKeys');
  const keep = new Set<unknown>(listed);
  const stranger = Object.keys(patch).some(
    (key) => !isDirective(key) && patch[key] !== null && !keep.has(key),
  );
  if (stranger) throw badFormat('retainKeys');
  return Object.fromEntries(Object.entries(original).filter(([key]) => keep.has(key)));
}

function mergeKey(
  merged: JsonObject,
  original: JsonObject,
  patch: JsonObject,
  key: string,
  schema: Schema,
): void {
  if (key.startsWith(deleteFrom)) return removeScalars(merged, key.slice(deleteFrom.length), patch[key]);
  if (key.startsWith(elementOrder)) {
    const name = key.slice(elementOrder.length);
    // When the list itself is patched too, that key orders the result.
    if (!Object.hasOwn(patch, name)) reorder(merged, original, name, patch, fieldOf(schema, name));
    return;
  }
  if (isDirective(key)) return;
  const change = patch[key];
  if (change === null) {
    delete merged[key];
    return;
  }
  const old = getKey(merged, key);
  const field = fieldOf(schema, key);
  if (isObject(change) && isObject(old)) setKey(merged, key, mergeStruct(old, change, field));
  else if (Array.isArray(change) && Array.isArray(old) && field?.merge)
    setKey(merged, key, mergeList(old, change, field, getKey(patch, elementOrder + key)));
  else {
    setKey(merged, key, plain(change));
    if (Array.isArray(change) && field?.merge) reorder(merged, original, key, patch, field);
  }
}

function mergeStruct(old: JsonObject, change: JsonObject, field: AnyField | undefined): JsonObject {
  if (field?.replace) return plain(change) as JsonObject;
  return mergeObject(old, change, structOf(field?.type));
}

function removeScalars(merged: JsonObject, key: string, values: unknown): void {
  const old = getKey(merged, key);
  if (!Array.isArray(values)) throw badFormat('primitive list');
  if (!Array.isArray(old)) return;
  const gone = new Set<unknown>(values);
  setKey(
    merged,
    key,
    old.filter((value) => !gone.has(value)),
  );
}

/** Applies $setElementOrder/key to a merged list. */
function reorder(
  merged: JsonObject,
  original: JsonObject,
  key: string,
  patch: JsonObject,
  field: AnyField | undefined,
): void {
  const order = getKey(patch, elementOrder + key);
  const list = getKey(merged, key);
  if (order === undefined || !Array.isArray(list)) return;
  if (!Array.isArray(order)) throw badFormat('setElementOrder list');
  const before = getKey(original, key);
  setKey(merged, key, inElementOrder(list, order, Array.isArray(before) ? before : [], mergeKeyOf(field)));
}

const mergeKeyOf = (field: AnyField | undefined): string | undefined =>
  typeof field?.merge === 'string' ? field.merge : undefined;

function mergeList(original: unknown[], patch: unknown[], field: AnyField, order: unknown): unknown[] {
  const key = mergeKeyOf(field);
  if (order !== undefined) checkOrder(patch, order, key);
  if (key === undefined) {
    const merged = [...new Set([...original, ...patch])];
    return inElementOrder(merged, Array.isArray(order) ? order : patch, original, undefined);
  }
  const element = field.type.is === 'list' ? structOf(field.type.of) : undefined;
  const { kept, changes, replace } = directives(original, patch, key);
  if (replace) return changes;
  const merged = [...kept];
  const positions = positionsBy(key, merged);
  for (const change of changes) {
    const at = positions.get(change[key]);
    if (at !== undefined) merged[at] = mergeObject(merged[at] as JsonObject, change, element);
    else {
      positions.set(change[key], merged.length);
      merged.push(plain(change));
    }
  }
  return inElementOrder(merged, Array.isArray(order) ? order : changes, kept, key);
}

/** Where the first item with each value of the merge key stands. */
function positionsBy(key: string, items: readonly unknown[]): Map<unknown, number> {
  const positions = new Map<unknown, number>();
  items.forEach((item, i) => {
    if (isObject(item) && !positions.has(item[key])) positions.set(item[key], i);
  });
  return positions;
}

/** Applies the `$patch` elements of a patch list. */
function directives(original: unknown[], patch: unknown[], key: string) {
  const gone = new Set<unknown>();
  let replace = false;
  const changes: JsonObject[] = [];
  for (const element of patch) {
    if (!isObject(element)) throw failure(500, '', `expected a map in a list merged by ${key}`);
    const directive = getKey(element, '$patch');
    if (directive === 'replace') replace = true;
    else if (directive === 'merge')
      throw failure(500, '', 'merging lists cannot yet be specified in the patch');
    else if (directive !== undefined && directive !== 'delete') throw unknownDirective(directive, element);
    if (directive === 'replace' && Object.keys(element).length === 1) continue;
    const value = getKey(element, key);
    if (value === undefined)
      throw failure(500, '', `map: ${goValue(element)} does not contain declared merge key: ${key}`);
    if (directive === 'delete') gone.add(value);
    else changes.push(directive === undefined ? element : (plain(element) as JsonObject));
  }
  const kept =
    gone.size === 0 ? original : original.filter((item) => !isObject(item) || !gone.has(item[key]));
  return { kept, changes, replace };
}

/** Every patched element must occur in $setElementOrder. */
function checkOrder(patch: unknown[], order: unknown, key: string | undefined): void {
  if (!Array.isArray(order)) throw badFormat('setElementOrder list');
  const identity = (item: unknown) => (key !== undefined && isObject(item) ? item[key] : item);
  const ordered = new Set(order.map(identity));
  const bad = patch.some(
    (item) => !(isObject(item) && getKey(item, '$patch') !== undefined) && !ordered.has(identity(item)),
  );
  if (bad)
    throw failure(
      500,
      '',
      `The order in patch list:\n${JSON.stringify(patch)}\n doesn't match $setElementOrder list:\n${JSON.stringify(order)}`,
    );
}

/** The value of a patch if there is nothing to merge with: directives and nulls are removed. */
function plain(value: unknown): unknown {
  if (Array.isArray(value))
    return value
      .filter((item) => !(isObject(item) && (item.$patch === 'delete' || onlyReplace(item))))
      .map(plain);
  if (!isObject(value)) return value;
  const result: JsonObject = {};
  for (const key of Object.keys(value)) {
    if (isDirective(key) || value[key] === null) continue;
    setKey(result, key, plain(value[key]));
  }
  return result;
}

const onlyReplace = (item: JsonObject) => item.$patch === 'replace' && Object.keys(item).length === 1;
