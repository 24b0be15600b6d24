// Functions of lists, sets and optionals. What takes more than a step for each element counts its work before.

import { spendWork } from '../evaluate/budget.ts';
import { intOf, uintOf } from '../values/convert.ts';
import { compare, contains, equal, isZero } from '../values/equality.ts';
import { Duration } from '../values/time.ts';
import {
  CelError,
  GrowingMap,
  Items,
  isList,
  type ListValue,
  type MapValue,
  noSuchOverload,
  Optional,
  type Result,
  typeOfValue,
  Uint,
  type Value,
} from '../values/value.ts';
import {
  built,
  builtMember,
  globalFunction,
  type Library,
  memberFunction,
  type Overload,
} from './declare.ts';

const comparable = ['int', 'uint', 'double', 'bool', 'duration', 'timestamp', 'string', 'bytes'];
const summable = ['int', 'uint', 'double', 'duration'];

function isSorted(list: ListValue): Result {
  spendWork(list.length);
  for (let i = 1; i < list.length; i++) {
    const order = compare(list.at(i - 1), list.at(i));
    if (typeof order === 'number' && order > 0) return false;
  }
  return true;
}

function extreme(name: string, prefers: (order: number) => boolean): (list: ListValue) => Result {
  return (list) => {
    if (list.length === 0) return new CelError(`${name} called on empty list`);
    spendWork(list.length);
    let result = list.at(0);
    for (let i = 1; i < list.length; i++) {
      const order = compare(result, list.at(i));
      if (typeof order === 'number' && prefers(order)) result = list.at(i);
    }
    return result;
  };
}

const zeros: Readonly<Record<string, Value>> = {
  int: 0n,
  uint: new Uint(0n),
  double: 0,
  duration: Duration.of(0n) as Duration,
};

function sum(zero: Value): (list: ListValue) => Result {
  return (list) => {
    spendWork(list.length);
    let total: Result = zero;
    for (const item of list) {
      total = add(total, item);
      if (total instanceof CelError) return total;
    }
    return total;
  };
}

function add(a: Value, b: Value): Result {
  if (typeof a === 'bigint' && typeof b === 'bigint') return intOf(a + b);
  if (typeof a === 'number' && typeof b === 'number') return a + b;
  if (a instanceof Uint && b instanceof Uint) return uintOf(a.value + b.value);
  if (a instanceof Duration && b instanceof Duration) return Duration.of(a.nanoseconds + b.nanoseconds);
  return noSuchOverload;
}

function indexOf(list: ListValue, item: Value, last: boolean): bigint {
  spendWork(list.length);
  for (let n = 0; n < list.length; n++) {
    const i = last ? list.length - 1 - n : n;
    if (equal(list.at(i), item)) return BigInt(i);
  }
  return -1n;
}

function slice(list: ListValue, start: bigint, end: bigint): Result {
  if (start < 0n || end < 0n)
    return new CelError(`cannot slice(${start}, ${end}), negative indexes not supported`);
  if (start > end)
    return new CelError(
      `cannot slice(${start}, ${end}), start index must be less than or equal to end index`,
    );
  if (end > list.length) return new CelError(`cannot slice(${start}, ${end}), list is length ${list.length}`);
  spendWork(Number(end - start));
  return new Items([...list].slice(Number(start), Number(end)));
}

function flatten(list: ListValue, depth: bigint): Result {
  if (depth < 0n) return new CelError('level must be non-negative');
  const items: Value[] = [];
  flattenInto(items, list, depth);
  return new Items(items);
}

function flattenInto(items: Value[], list: ListValue, depth: bigint): void {
  spendWork(list.length * 4);
  for (const item of list) {
    if (depth > 0n && isList(item)) flattenInto(items, item, depth - 1n);
    else items.push(item);
  }
}

function sortBy(list: ListValue, keys: ListValue): Result {
  if (list.length !== keys.length) {
    const counts = `${list.length} and ${keys.length} elements respectively`;
    return new CelError(
      `@sortByAssociatedKeys() expected a list of the same size as the associated keys list, but got ${counts}`,
    );
  }
  if (list.length === 0) return list;
  const first = keys.at(0);
  if (compare(first, first) instanceof CelError) return new CelError('list elements must be comparable');
  const { name } = typeOfValue(first);
  for (const key of keys)
    if (typeOfValue(key).name !== name) return new CelError('list elements must have the same type');
  spendWork(list.length * Math.log2(list.length + 1) * 8);
  const order = [...keys].map((key, i) => ({ key, item: list.at(i) }));
  order.sort((a, b) => Number(compare(a.key, b.key)));
  return new Items(order.map(({ item }) => item));
}

function distinct(list: ListValue): Result {
  const kept: Value[] = [];
  for (const item of list) {
    spendWork(kept.length * 8);
    if (!kept.some((other) => equal(item, other))) kept.push(item);
  }
  return new Items(kept);
}

function range(count: bigint): Result {
  spendWork(count > 100_000_000n ? Number.MAX_SAFE_INTEGER : Math.max(0, Number(count)) * 4);
  return new Items(Array.from({ length: Math.max(0, Number(count)) }, (_, i) => BigInt(i)));
}

const setContains = (list: ListValue, part: ListValue): boolean => {
  spendWork(list.length * part.length * 8);
  return [...part].every((item) => contains(list, item));
};

function intersects(a: ListValue, b: ListValue): boolean {
  spendWork(a.length * b.length * 8);
  return [...a].some((item) => contains(b, item));
}

/** Inserts into the map that a comprehension builds: a key and a value, or the entries of a map. */
function mapInsert(map: MapValue, key: Value, value: Value): Result {
  return growing(map).insert(key, value);
}

function mapInsertAll(map: MapValue, entries: MapValue): Result {
  let grown: GrowingMap | CelError = growing(map);
  for (const key of entries.keys()) {
    grown = grown.insert(key, entries.get(key) as Value);
    if (grown instanceof CelError) return grown;
  }
  return grown;
}

function growing(map: MapValue): GrowingMap {
  if (map instanceof GrowingMap) return map;
  let grown = new GrowingMap();
  for (const key of map.keys()) grown = grown.insert(key, map.get(key) as Value) as GrowingMap;
  return grown;
}

function unwrap(list: ListValue): Result {
  spendWork(list.length);
  const items: Value[] = [];
  for (const item of list) {
    if (!(item instanceof Optional)) return new CelError(`value ${String(item)} is not optional`);
    if (item.value !== undefined) items.push(item.value);
  }
  return new Items(items);
}

const each = (types: readonly string[], declare: (type: string) => Overload): Overload[] =>
  types.map(declare);
const edge =
  (index: (list: ListValue) => number) =>
  (list: ListValue): Result =>
    list.length === 0 ? Optional.none : Optional.of(list.at(index(list)));

const optionals: Library = [
  globalFunction('optional.of', 'optional_of', 'V -> optional_type(V)', (value: Value) => Optional.of(value)),
  globalFunction(
    'optional.ofNonZeroValue',
    'optional_ofNonZeroValue',
    'V -> optional_type(V)',
    (value: Value) => (isZero(value) ? Optional.none : Optional.of(value)),
  ),
  globalFunction('optional.none', 'optional_none', '-> optional_type(V)', () => Optional.none),
  memberFunction('value', 'optional_value', 'optional_type(V) -> V', (optional: Optional) =>
    optional.value === undefined ? new CelError('optional.none() dereference') : optional.value,
  ),
  memberFunction(
    'hasValue',
    'optional_hasValue',
    'optional_type(V) -> bool',
    (optional: Optional) => optional.value !== undefined,
  ),
  builtMember('or', 'optional_or_optional', 'optional_type(V), optional_type(V) -> optional_type(V)'),
  builtMember('orValue', 'optional_orValue_value', 'optional_type(V), V -> V'),
  built('_?._', 'select_optional_field', 'dyn, string -> optional_type(V)'),
  built('_[?_]', 'list_optindex_optional_int', 'list(V), int -> optional_type(V)'),
  built('_[?_]', 'optional_list_optindex_optional_int', 'optional_type(list(V)), int -> optional_type(V)'),
  built('_[?_]', 'map_optindex_optional_value', 'map(K, V), K -> optional_type(V)'),
  built('_[?_]', 'optional_map_optindex_optional_value', 'optional_type(map(K, V)), K -> optional_type(V)'),
  built('_[_]', 'optional_list_index_int', 'optional_type(list(V)), int -> optional_type(V)'),
  built('_[_]', 'optional_map_index_value', 'optional_type(map(K, V)), K -> optional_type(V)'),
  memberFunction(
    'last',
    'list_last',
    'list(V) -> optional_type(V)',
    edge((list) => list.length - 1),
  ),
  memberFunction(
    'first',
    'list_first',
    'list(V) -> optional_type(V)',
    edge(() => 0),
  ),
  globalFunction('optional.unwrap', 'optional_unwrap', 'list(optional_type(V)) -> list(V)', unwrap),
  memberFunction('unwrapOpt', 'optional_unwrapOpt', 'list(optional_type(V)) -> list(V)', unwrap),
];

const sets: Library = [
  globalFunction('sets.contains', 'list_sets_contains_list', 'list(T), list(T) -> bool', setContains),
  globalFunction(
    'sets.equivalent',
    'list_sets_equivalent_list',
    'list(T), list(T) -> bool',
    (a: ListValue, b: ListValue) => setContains(a, b) && setContains(b, a),
  ),
  globalFunction('sets.intersects', 'list_sets_intersects_list', 'list(T), list(T) -> bool', intersects),
];

const maps: Library = [
  globalFunction('cel.@mapInsert', '@mapInsert_map_map', 'map(K, V), map(K, V) -> map(K, V)', mapInsertAll),
  globalFunction('cel.@mapInsert', '@mapInsert_map_key_value', 'map(K, V), K, V -> map(K, V)', mapInsert),
];

export const listLibrary: Library = [
  ...optionals,
  ...each(comparable, (t) =>
    memberFunction('isSorted', `list_${t}_is_sorted_bool`, `list(${t}) -> bool`, isSorted),
  ),
  ...each(summable, (t) =>
    memberFunction('sum', `list_${t}_sum_${t}`, `list(${t}) -> ${t}`, sum(zeros[t] as Value)),
  ),
  ...each(comparable, (t) =>
    memberFunction(
      'max',
      `list_${t}_max_${t}`,
      `list(${t}) -> ${t}`,
      extreme('max', (order) => order < 0),
    ),
  ),
  ...each(comparable, (t) =>
    memberFunction(
      'min',
      `list_${t}_min_${t}`,
      `list(${t}) -> ${t}`,
      extreme('min', (order) => order > 0),
    ),
  ),
  memberFunction('indexOf', 'list_a_index_of_int', 'list(A), A -> int', (list: ListValue, item: Value) =>
    indexOf(list, item, false),
  ),
  memberFunction(
    'lastIndexOf',
    'list_a_last_index_of_int',
    'list(A), A -> int',
    (list: ListValue, item: Value) => indexOf(list, item, true),
  ),
  memberFunction('slice', 'list_slice', 'list(T), int, int -> list(T)', slice),
  memberFunction('flatten', 'list_flatten', 'list(list(T)) -> list(T)', (list: ListValue) =>
    flatten(list, 1n),
  ),
  memberFunction('flatten', 'list_flatten_int', 'list(dyn), int -> list(dyn)', flatten),
  ...each(comparable, (t) =>
    memberFunction('sort', `list_${t}_sort`, `list(${t}) -> list(${t})`, (list: ListValue) =>
      sortBy(list, list),
    ),
  ),
  ...each(comparable, (t) =>
    memberFunction(
      '@sortByAssociatedKeys',
      `list_${t}_sortByAssociatedKeys`,
      `list(T), list(${t}) -> list(T)`,
      sortBy,
    ),
  ),
  globalFunction('lists.range', 'lists_range', 'int -> list(int)', range),
  memberFunction('reverse', 'list_reverse', 'list(T) -> list(T)', (list: ListValue) => {
    spendWork(list.length);
    return new Items([...list].reverse());
  }),
  memberFunction('distinct', 'list_distinct', 'list(T) -> list(T)', distinct),
  ...sets,
  ...maps,
];
