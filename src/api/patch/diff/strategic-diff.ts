// The strategic merge patch that makes one object from another, or only its additions, or only its deletions. Pure; patches share
// parts with the objects. Upstream: apimachinery/pkg/util/strategicpatch. Called by two-way.ts, three-way.ts.
import { goValue } from '../../status/go-value.ts';
import { getKey, isObject, type JsonObject, jsonEqual, setKey } from '../json.ts';
import { type FieldRule, type PatchRules, ruleOf } from './rules.ts';

export interface DiffOptions {
  readonly changes: boolean;
  readonly deletions: boolean;
  /** Whether merged lists come with $setElementOrder. */
  readonly order: boolean;
}

export function diffObjects(
  before: JsonObject,
  after: JsonObject,
  rules: PatchRules,
  options: DiffOptions,
  retainKeys = false,
): JsonObject {
  const patch: JsonObject = {};
  for (const key of Object.keys(after)) {
    const now = after[key];
    if (!Object.hasOwn(before, key)) {
      if (options.changes) setKey(patch, key, now);
      continue;
    }
    const old = before[key];
    if (shapeOf(old) !== shapeOf(now)) {
      if (options.changes) setKey(patch, key, now);
    } else if (isObject(old) && isObject(now)) objectField(patch, key, old, now, rules, options);
    else if (Array.isArray(old) && Array.isArray(now)) listField(patch, key, old, now, rules, options);
    else if (options.changes && old !== now) setKey(patch, key, now);
  }
  if (options.deletions)
    for (const key of Object.keys(before)) if (!Object.hasOwn(after, key)) setKey(patch, key, null);
  if (retainKeys) addRetainKeys(patch, before, after);
  return patch;
}

const shapeOf = (value: unknown): string =>
  Array.isArray(value) ? 'list' : value === null ? 'null' : typeof value;

function addRetainKeys(patch: JsonObject, before: JsonObject, after: JsonObject): void {
  const kept = Object.keys(after).filter((key) => after[key] !== null);
  const hasMore = Object.keys(before).some((key) => before[key] !== null && !Object.hasOwn(after, key));
  if (kept.length > 0 && (Object.keys(patch).length > 0 || hasMore)) patch.$retainKeys = kept.sort();
}

function objectField(
  patch: JsonObject,
  key: string,
  old: JsonObject,
  now: JsonObject,
  rules: PatchRules,
  options: DiffOptions,
): void {
  if (!rules.field(key) && jsonEqual(old, now)) return;
  const rule = ruleOf(rules, key);
  if (rule.replace) {
    if (options.changes) setKey(patch, key, now);
    return;
  }
  const inner = diffObjects(old, now, rule.inner, options, rule.retainKeys);
  if (Object.keys(inner).length > 0) setKey(patch, key, inner);
}

function listField(
  patch: JsonObject,
  key: string,
  old: unknown[],
  now: unknown[],
  rules: PatchRules,
  options: DiffOptions,
): void {
  if (!rules.field(key) && jsonEqual(old, now)) return;
  const rule = ruleOf(rules, key);
  if (rule.merge === undefined) {
    if (options.changes && !jsonEqual(old, now)) setKey(patch, key, now);
    return;
  }
  if (old.length === 0) {
    if (now.length > 0 && options.changes) setKey(patch, key, now);
    return;
  }
  const elements = shapesOf(old, now);
  if (elements === 'object') keyedList(patch, key, old, now, rule, options);
  else scalarList(patch, key, old, now, options);
}

function shapesOf(old: unknown[], now: unknown[]): string {
  const first = shapeOf(old[0]);
  if (first === 'list') throw new Error('lists of lists are not supported');
  if ([...old, ...now].some((item) => shapeOf(item) !== first))
    throw new Error(`list element types are not identical: ${goValue([old, now])}`);
  return first;
}

/** Elements are paired by the merge key; the n-th of a key with the n-th. */
function keyedList(
  patch: JsonObject,
  key: string,
  old: unknown[],
  now: unknown[],
  { merge, inner, retainKeys }: FieldRule,
  options: DiffOptions,
): void {
  const mergeKey = typeof merge === 'string' ? merge : '';
  const before = grouped(old, mergeKey);
  const after = grouped(now, mergeKey);
  const changed: JsonObject[] = [];
  for (const [value, items] of after) {
    const partners = before.get(value) ?? [];
    items.forEach((item, i) => {
      const partner = partners[i];
      if (partner === undefined) {
        if (options.changes) changed.push(item);
        return;
      }
      const difference = diffObjects(partner, item, inner, options, retainKeys);
      if (Object.keys(difference).length > 0) changed.push({ ...difference, [mergeKey]: item[mergeKey] });
    });
  }
  const gone: JsonObject[] = [];
  if (options.deletions)
    for (const [value, items] of [...before].sort(([a], [b]) => (a < b ? -1 : 1)))
      for (const item of items.slice(after.get(value)?.length ?? 0))
        gone.push({ [mergeKey]: item[mergeKey], $patch: 'delete' });
  const list = [...changed, ...gone];
  if (list.length > 0) setKey(patch, key, list);
  const sameOrder =
    old.length === now.length && old.every((item, i) => keyOf(item, mergeKey) === keyOf(now[i], mergeKey));
  const isOrdered =
    (options.changes && (list.length > 0 || !sameOrder)) || (options.deletions && list.length > 0);
  if (options.order && isOrdered)
    setKey(
      patch,
      `$setElementOrder/${key}`,
      now.map((item) => ({ [mergeKey]: (item as JsonObject)[mergeKey] })),
    );
}

const keyOf = (item: unknown, mergeKey: string): string =>
  goValue(isObject(item) ? getKey(item, mergeKey) : undefined);

function grouped(items: readonly unknown[], mergeKey: string): Map<string, JsonObject[]> {
  const groups = new Map<string, JsonObject[]>();
  for (const item of items) {
    if (!isObject(item) || !Object.hasOwn(item, mergeKey))
      throw new Error(`map: ${goValue(item)} does not contain declared merge key: ${mergeKey}`);
    const value = keyOf(item, mergeKey);
    const group = groups.get(value);
    if (group) group.push(item);
    else groups.set(value, [item]);
  }
  return groups;
}

function scalarList(
  patch: JsonObject,
  key: string,
  old: unknown[],
  now: unknown[],
  options: DiffOptions,
): void {
  const added = options.changes ? without(now, old) : [];
  const gone = options.deletions ? [...new Set(without(old, now))].sort(byText) : [];
  if (added.length > 0) setKey(patch, key, added);
  if (gone.length > 0) setKey(patch, `$deleteFromPrimitiveList/${key}`, gone);
  // Upstream compares with a list that it has sorted before: the order of an unsorted list is sent every time.
  const differs = !jsonEqual([...old].sort(byText), now);
  if (options.order && ((options.deletions && gone.length > 0) || (options.changes && differs)))
    setKey(patch, `$setElementOrder/${key}`, now);
}

const byText = (a: unknown, b: unknown): number => {
  const [left, right] = [goValue(a), goValue(b)];
  return left < right ? -1 : left > right ? 1 : 0;
};

/** What is left of `items` when each of `others` takes one away. */
function without(items: readonly unknown[], others: readonly unknown[]): unknown[] {
  const counts = new Map<string, number>();
  for (const other of others) counts.set(goValue(other), (counts.get(goValue(other)) ?? 0) + 1);
  return items.filter((item) => {
    const left = counts.get(goValue(item)) ?? 0;
    counts.set(goValue(item), left - 1);
    return left <= 0;
  });
}
