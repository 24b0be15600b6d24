// A strategic merge patch as kustomize applies it: elements that the patch names come first, ports merge by number and protocol, and
// kinds without a definition merge maps and replace lists. (The server's rules stand in src/api/patch/strategic.ts.)
import { getKey, isObject, type JsonObject, setKey } from '../../../api/patch/json.ts';
import type { AnyField, StructType } from '../../../api/schema/notation.ts';
import { kindOf } from '../scope.ts';

type Schema = StructType | undefined;

/** The merged object; undefined when the patch deletes it. */
export function mergedByKind(object: JsonObject, patch: JsonObject): JsonObject | undefined {
  const schema = kindOf(String(object.apiVersion ?? ''), String(object.kind ?? ''));
  const result = merged(object, patch, schema);
  return isObject(result) ? result : undefined;
}

/** Undefined: the value is to be removed. */
function merged(old: unknown, change: unknown, schema: Schema, field?: AnyField): unknown {
  if (change === undefined) return old;
  if (change === null) return undefined;
  if (isObject(change)) return mergedObject(isObject(old) ? old : undefined, change, schema);
  if (Array.isArray(change)) return mergedList(Array.isArray(old) ? old : undefined, change, schema, field);
  return change;
}

function directiveOf(change: JsonObject): string {
  const directive = getKey(change, '$patch');
  if (directive === undefined) return 'merge';
  if (directive === 'delete' || directive === 'replace' || directive === 'merge') return directive;
  throw new Error(`unknown patch strategy '${String(directive)}'`);
}

function mergedObject(
  old: JsonObject | undefined,
  change: JsonObject,
  schema: Schema,
): JsonObject | undefined {
  const directive = directiveOf(change);
  if (directive === 'delete') return undefined;
  const from = directive === 'replace' || !old ? {} : old;
  const result: JsonObject = { ...from };
  for (const key of Object.keys(change)) {
    if (key === '$patch') continue;
    const field = schema && Object.hasOwn(schema.fields, key) ? schema.fields[key] : undefined;
    const value = merged(getKey(from, key), change[key], structOf(field), field);
    if (value === undefined) delete result[key];
    else setKey(result, key, value);
  }
  return result;
}

/** Of the value, or of the elements of a list. */
function structOf(field: AnyField | undefined): Schema {
  const type = field?.type.is === 'list' ? field.type.of : field?.type;
  return type?.is === 'struct' ? type : undefined;
}

function mergedList(
  old: unknown[] | undefined,
  change: unknown[],
  schema: Schema,
  field: AnyField | undefined,
): unknown[] | undefined {
  if (field?.merge === undefined) return change;
  const marker = change.find((item) => isObject(item) && '$patch' in item && Object.keys(item).length === 1);
  const directive = isObject(marker) ? directiveOf(marker) : 'merge';
  if (directive === 'delete') return undefined;
  const given = change.filter((item) => item !== marker);
  const before = directive === 'replace' ? [] : (old ?? []);
  if (typeof field.merge !== 'string') return [...new Set([...given, ...before])];
  return mergedByKeys(before, given, usedKeys(field.keys ?? [field.merge], [...given, ...before]), schema);
}

/** The keys that some element has: protocols may be left out everywhere. */
function usedKeys(keys: readonly string[], items: readonly unknown[]): readonly string[] {
  const used = keys.filter((key) => items.some((item) => isObject(item) && (item[key] ?? '') !== ''));
  return used.length > 0 ? used : keys;
}

function mergedByKeys(
  before: readonly unknown[],
  given: readonly unknown[],
  keys: readonly string[],
  schema: Schema,
): unknown[] {
  const rest: unknown[] = [...before];
  const first: unknown[] = [];
  for (const item of given) {
    const at = rest.findIndex((other) => valuesOf(other, keys) === valuesOf(item, keys));
    const value = merged(at < 0 ? undefined : rest[at], item, schema);
    const isGone = value === undefined || (isObject(value) && Object.keys(value).length === 0);
    if (keys.length > 1) {
      // As upstream: elements keep their places, and one that another element may mean is left out.
      if (at >= 0 && isGone) rest.splice(at, 1);
      else if (at >= 0) rest[at] = value;
      else if (!isGone && !rest.some((other) => mayBeSame(other, item, keys))) first.push(value);
    } else {
      if (at >= 0) rest.splice(at, 1);
      if (!isGone) first.push(value);
    }
  }
  return [...first, ...rest];
}

const valuesOf = (item: unknown, keys: readonly string[]): string =>
  JSON.stringify(keys.map((key) => (isObject(item) ? String(item[key] ?? '') : '')));

/** A key that one of them lacks does not tell them apart. */
function mayBeSame(a: unknown, b: unknown, keys: readonly string[]): boolean {
  if (!isObject(a) || !isObject(b)) return false;
  let common = false;
  for (const key of keys) {
    const [left, right] = [String(a[key] ?? ''), String(b[key] ?? '')];
    if (left === right) common = true;
    else if (left !== '' && right !== '') return false;
  }
  return common;
}
