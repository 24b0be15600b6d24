// What calls cost when they run: upstream's table. Everything that is not in it costs 1. Rules of Kubernetes are by the name of
// the function, those of the language by the overload; a call that may mean several overloads has no overload.

import {
  CelError,
  isList,
  MapValue,
  ObjectValue,
  Optional,
  pointsIn,
  type Result,
  typeOfValue,
} from '../values/value.ts';

export type CallCost = number | ((args: readonly Result[], result: Result) => number);

/** Characters traversed per unit. */
export const traversal = 0.1;
/** Characters of a regular expression per unit. */
export const regexLength = 0.25;
export const authorizationCheck = 350_000;
export const longestFormatPattern = 128;

export function sizeOf(value: Result | undefined): number {
  if (typeof value === 'string') return pointsIn(value);
  if (value === null || typeof value !== 'object') return 1;
  if (value instanceof Uint8Array || isList(value)) return value.length;
  if (value instanceof MapValue) return value.size;
  if (value instanceof Optional) return value.value === undefined ? 1 : sizeOf(value.value);
  return value instanceof ObjectValue ? (value.size() ?? 1) : 1;
}

const traversed = (size: number, times = 1): number => Math.ceil(size * times * traversal);
const first = (args: readonly Result[]): number => traversed(sizeOf(args[0]));
const firstTwice = (args: readonly Result[]): number => traversed(sizeOf(args[0]), 2);

const matching = (args: readonly Result[]): number =>
  traversed(1 + sizeOf(args[0])) * Math.ceil(sizeOf(args[1]) * regexLength);

const smaller = (args: readonly Result[]): number => traversed(Math.min(sizeOf(args[0]), sizeOf(args[1])));

const equality = (args: readonly Result[]): number => {
  const [left] = args;
  return left instanceof ObjectValue && unitEquality.has(left.type.name) ? 1 : smaller(args);
};

const unitEquality = new Set([
  'kubernetes.Quantity',
  'kubernetes.Semver',
  'kubernetes.URL',
  'kubernetes.NamedFormat',
  'net.IP',
  'net.CIDR',
  'kubernetes.authorization.Authorizer',
  'kubernetes.authorization.PathCheck',
  'kubernetes.authorization.GroupCheck',
  'kubernetes.authorization.ResourceCheck',
  'kubernetes.authorization.Decision',
]);

const selector = (args: readonly Result[]): number => {
  const length = sizeOf(args[1]);
  return 10 + traversed(length) + Math.ceil(Math.ceil(length * 0.5) * 50);
};

const validation = (args: readonly Result[]): number =>
  traversed(1 + sizeOf(args[1])) * Math.ceil(formatPatternSize(args[0]) * regexLength);

const formatPatternSize = (format: Result | undefined): number =>
  format instanceof ObjectValue ? Number(format.get('@patternSize') ?? 0) : 0;

const containsNetwork =
  (extra: (network: number) => number, textId: string) =>
  (id: string) =>
  (args: readonly Result[]): number => {
    const network = sizeOf(args[0]);
    return traversed(network, 2) + extra(network) + (id === textId ? first([args[1] as Result]) : 0);
  };
const containsIp = containsNetwork(() => 0, 'cidr_contains_ip_string');
const containsCidr = containsNetwork((network) => traversed(network) + 1, 'cidr_contains_cidr_string');

/** What it takes to walk through a value. */
function traversalOf(value: Result | undefined): number {
  if (typeof value === 'string') return Math.floor(Buffer.byteLength(value) * traversal);
  if (value instanceof Uint8Array) return Math.floor(value.length * traversal);
  if (value === undefined || value instanceof CelError) return 1;
  let cost = 0;
  if (isList(value as never)) {
    for (const item of value as Iterable<never>) cost += traversalOf(item);
    return cost;
  }
  if (!(value instanceof MapValue)) return 1;
  for (const key of value.keys()) cost += traversalOf(key) + traversalOf(value.get(key));
  return cost;
}

const allocated = (factor: number, size: number): number => Math.floor(size * factor) + 1 + 10;

const selfCompared = (list: Result | undefined): number => {
  const size = sizeOf(list);
  if (size === 0 || list === undefined || !isList(list)) return allocated(2, 0);
  const kind = typeOfValue(list.at(0)).kind;
  return allocated(kind === 'string' || kind === 'bytes' ? 2 + traversal : 2, size * size);
};

const setsCost =
  (factor: number) =>
  (args: readonly Result[]): number =>
    1 + Math.floor(sizeOf(args[0]) * sizeOf(args[1]) * factor);

const byOverload: Readonly<Record<string, CallCost>> = {
  starts_with_string: first,
  ends_with_string: first,
  string_to_bytes: first,
  bytes_to_string: first,
  strings_quote: first,
  string_format: first,
  in_list: (args) => sizeOf(args[1]),
  less_string: smaller,
  greater_string: smaller,
  less_equals_string: smaller,
  greater_equals_string: smaller,
  less_bytes: smaller,
  greater_bytes: smaller,
  less_equals_bytes: smaller,
  greater_equals_bytes: smaller,
  add_string: (args) => traversed(sizeOf(args[0]) + sizeOf(args[1])),
  add_bytes: (args) => traversed(sizeOf(args[0]) + sizeOf(args[1])),
  matches_string: matching,
  contains_string: (args) => first(args) * first([args[1] as Result]),
  list_slice: (_, result) => allocated(1, sizeOf(result)),
  list_flatten: (args) => allocated(1, sizeOf(args[0])),
  list_flatten_int: (args) => allocated(Number(args[1]), sizeOf(args[0])),
  lists_range: (_, result) => allocated(1, sizeOf(result)),
  list_reverse: (_, result) => allocated(1, sizeOf(result)),
  list_distinct: (args) => selfCompared(args[0]),
  list_sets_contains_list: setsCost(1),
  list_sets_intersects_list: setsCost(1),
  list_sets_equivalent_list: setsCost(2),
};

const byName: Readonly<Record<string, (id: string) => CallCost>> = {};

function rule(names: string, cost: (id: string) => CallCost): void {
  for (const name of names.split(' ')) (byName as Record<string, (id: string) => CallCost>)[name] = cost;
}

rule('check', () => authorizationCheck);
rule('fieldSelector labelSelector', () => selector);
rule('isSorted sum max min indexOf lastIndexOf', () => (args) => traversalOf(args[0]));
rule('url lowerAscii upperAscii substring trim jsonpatch.escapeKey', () => first);
rule('replace split', () => firstTwice);
rule('join', () => (_, result) => traversed(sizeOf(result), 2));
rule('find findAll', () => matching);
rule('cidr isIP isCIDR quantity isQuantity semver isSemver', () => first);
rule('ip', (id) => (id === 'cidr_ip' ? 1 : first));
rule('ip.isCanonical', () => firstTwice);
rule('containsIP', containsIp);
rule('containsCIDR', containsCidr);
rule('validate', () => validation);
rule('_==_', () => equality);
rule('_!=_', () => smaller);

export function callCost(name: string, id: string): CallCost {
  if (id.startsWith('list_') && id.endsWith('_sort')) return (args) => selfCompared(args[0]);
  if (id.startsWith('list_') && id.endsWith('_sortByAssociatedKeys')) return (args) => selfCompared(args[1]);
  return (Object.hasOwn(byName, name) ? byName[name]?.(id) : undefined) ?? byOverload[id] ?? 1;
}
