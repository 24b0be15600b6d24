// Two people changed one object: what both did, and where they did different things to one field. Pure.
import { isObject, type Json } from './document.ts';
import type { Path } from './outline.ts';

export interface FieldConflict {
  readonly path: Path;
  /** Undefined: the field is not there. */
  readonly base: unknown;
  readonly mine: unknown;
  readonly theirs: unknown;
}

export interface Merge {
  /** With mine where there is a conflict. */
  readonly merged: unknown;
  readonly conflicts: readonly FieldConflict[];
}

export function threeWayMerge(base: unknown, mine: unknown, theirs: unknown): Merge {
  const conflicts: FieldConflict[] = [];
  const merged = merge(base, mine, theirs, [], conflicts);
  return { merged, conflicts };
}

function merge(
  base: unknown,
  mine: unknown,
  theirs: unknown,
  path: Path,
  conflicts: FieldConflict[],
): unknown {
  if (same(mine, theirs) || same(base, theirs)) return mine;
  if (same(base, mine)) return theirs;
  if (isObject(mine) && isObject(theirs) && (isObject(base) || base === undefined))
    return mergeObjects(base ?? {}, mine, theirs, path, conflicts);
  const lists = namedLists(base, mine, theirs);
  if (lists) return mergeNamed(lists, path, conflicts);
  conflicts.push({ path, base, mine, theirs });
  return mine;
}

function mergeObjects(base: Json, mine: Json, theirs: Json, path: Path, conflicts: FieldConflict[]): Json {
  const names = new Set([...Object.keys(mine), ...Object.keys(theirs)]);
  const merged: [string, unknown][] = [];
  for (const name of names) {
    const value = merge(own(base, name), own(mine, name), own(theirs, name), [...path, name], conflicts);
    if (value !== undefined) merged.push([name, value]);
  }
  return Object.fromEntries(merged);
}

const own = (object: Json, name: string): unknown => (Object.hasOwn(object, name) ? object[name] : undefined);

type Named = ReadonlyMap<string, Json>;

/** Items that have names of their own are the same where they have the same name: containers, volumes, variables, ports. */
function namedLists(
  base: unknown,
  mine: unknown,
  theirs: unknown,
): readonly [Named, Named, Named] | undefined {
  const lists = [base ?? [], mine, theirs].map(byName);
  const [a, b, c] = lists;
  return a && b && c ? [a, b, c] : undefined;
}

function byName(list: unknown): Named | undefined {
  if (!Array.isArray(list)) return undefined;
  const found = new Map<string, Json>();
  for (const item of list as unknown[]) {
    const name = isObject(item) ? item.name : undefined;
    if (!isObject(item) || typeof name !== 'string' || found.has(name)) return undefined;
    found.set(name, item);
  }
  return found;
}

/** In my order; what they added comes behind. */
function mergeNamed(
  [base, mine, theirs]: readonly [Named, Named, Named],
  path: Path,
  conflicts: FieldConflict[],
) {
  const merged: unknown[] = [];
  for (const name of new Set([...mine.keys(), ...theirs.keys()])) {
    const at = [...path, merged.length];
    const value = merge(base.get(name), mine.get(name), theirs.get(name), at, conflicts);
    if (value !== undefined) merged.push(value);
  }
  return merged;
}

/** The order of fields says nothing, that of items does. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, i) => same(item, b[i]));
  if (!isObject(a) || !isObject(b)) return false;
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && same(a[name], b[name]))
  );
}

/** A copy in which theirs stands where it was chosen. */
export function withTheirs(merged: unknown, conflicts: readonly FieldConflict[]): unknown {
  return conflicts.reduce((value, { path, theirs }) => withValue(value, path, theirs), merged);
}

/** A copy with another value at the path; without the field for undefined. */
export function withValue(object: unknown, path: Path, value: unknown): unknown {
  const [part, ...rest] = path;
  if (part === undefined) return value;
  if (Array.isArray(object)) {
    const copy = [...(object as unknown[])];
    const inner = withValue(copy[Number(part)], rest, value);
    if (inner === undefined) copy.splice(Number(part), 1);
    else copy[Number(part)] = inner;
    return copy;
  }
  const fields = isObject(object) ? object : {};
  const inner = withValue(own(fields, String(part)), rest, value);
  const kept = Object.entries(fields).filter(([name]) => name !== part);
  if (inner === undefined) return Object.fromEntries(kept);
  return Object.hasOwn(fields, part)
    ? Object.fromEntries(Object.entries(fields).map(([name, old]) => [name, name === part ? inner : old]))
    : { ...fields, [part]: inner };
}
