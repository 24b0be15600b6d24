// What calls are estimated to cost, from the sizes of their arguments: upstream's tables.

import { MAX_ATTRIBUTE_VALUES } from '../../kinds/resource/v1/limits.ts';
import { elementOf, type Type } from '../types/type.ts';
import type { Value } from '../values/value.ts';
import { authorizationCheck, longestFormatPattern, regexLength, traversal } from './actual.ts';
import { add, fixed, multiply, type Range, scale, unbounded, unknownSize, zero } from './range.ts';

export interface SizedNode {
  readonly path: readonly string[] | undefined;
  readonly type: Type;
  readonly literal: Value | undefined;
  readonly size: Range | undefined;
  readonly declared: (path: readonly string[], type: Type) => Range | undefined;
}

export interface CallEstimate {
  cost: Range;
  /** Of the result, if it has one that can be told. */
  size?: Range;
}

type Estimate = (
  target: SizedNode | undefined,
  args: readonly SizedNode[],
  id: string,
) => CallEstimate | undefined;

const sizeOf = (node: SizedNode | undefined): Range =>
  node === undefined ? unknownSize : (node.size ?? node.declared(node.path ?? [], node.type) ?? unknownSize);
const traversed = (size: Range, times = 1): Range => scale(size, times * traversal);
const constant =
  (cost: number): Estimate =>
  () => ({ cost: fixed(cost) });

/** The elements of a list, found by its path or its type. */
function elementsOf(list: SizedNode): SizedNode | undefined {
  if (list.type.parameters.length === 0) return undefined;
  const path = list.path === undefined ? undefined : [...list.path, '@items'];
  const type = elementOf(list.type);
  return { path, type, literal: undefined, size: undefined, declared: list.declared };
}

const eachElement: Estimate = (target) => {
  if (target === undefined) return undefined;
  const element = elementsOf(target);
  if (element === undefined) return { cost: traversed(sizeOf(target)) };
  const deep = element.type.kind === 'string' || element.type.kind === 'bytes';
  const each = deep ? add(fixed(1), traversed(sizeOf(element))) : fixed(1);
  return { cost: multiply(sizeOf(target), each) };
};

const ofArgument =
  (times = 1): Estimate =>
  (_, args) =>
    args.length === 0 ? undefined : { cost: traversed(sizeOf(args[0]), times) };

const converted: Estimate = (_, args) => {
  if (args.length !== 1) return undefined;
  const size = sizeOf(args[0]);
  return { cost: traversed(size), size };
};

const ofTarget: Estimate = (target) => {
  if (target === undefined) return undefined;
  const size = sizeOf(target);
  return { cost: traversed(size), size };
};

const replaced: Estimate = (target, args) => {
  if (target === undefined || args.length < 2) return undefined;
  const size = sizeOf(target);
  const [from, to] = [sizeOf(args[0]), sizeOf(args[1])];
  const most = counted(size.max, from.min, to.max <= from.min);
  const least = counted(size.min, from.max, from.max <= to.min);
  const count: Range = { min: least.count, max: most.count };
  const kept: Range = { min: least.kept, max: most.kept };
  return { cost: traversed(size, 2), size: add(multiply(count, to), kept) };
};

/** How often something of a size is replaced, and how much of the text stays, in the extreme case. */
function counted(size: number, from: number, unchanged: boolean): { count: number; kept: number } {
  if (from === 0) return { count: size < unbounded ? size + 1 : size, kept: size };
  return unchanged ? { count: 0, kept: size } : { count: Math.ceil(size / from), kept: 0 };
}

const splitUp: Estimate = (target, args) => {
  if (target === undefined) return undefined;
  const size = sizeOf(target);
  const limit = args[1]?.literal;
  const most = typeof limit !== 'bigint' ? size.max : limit < 0n ? unbounded : Number(limit);
  return { cost: traversed(size, 2), size: { min: 0, max: most } };
};

const joined: Estimate = (target, args) => {
  if (target === undefined) return undefined;
  const list = sizeOf(target);
  const element = elementsOf(target);
  let size = element === undefined ? zero : multiply(list, sizeOf(element));
  if (args.length > 0) {
    const separators: Range = { min: Math.max(0, list.min - 1), max: Math.max(0, list.max - 1) };
    size = add(size, multiply(sizeOf(args[0]), separators));
  }
  return { cost: traversed(size), size };
};

const matchCost = (text: Range, pattern: Range): Range =>
  multiply(traversed(add(text, fixed(1))), scale(pattern, regexLength));

const found: Estimate = (target, args) => {
  if (target === undefined || args.length === 0) return undefined;
  const size = sizeOf(target);
  return { cost: matchCost(size, sizeOf(args[0])), size: { min: 0, max: size.max } };
};

const addressSize: Range = { min: 4, max: 16 };

const containsIp: Estimate = (_, args, id) => {
  const base = traversed(add(addressSize, addressSize));
  return { cost: id === 'cidr_contains_ip_string' ? add(base, traversed(sizeOf(args[0]))) : base };
};

const containsCidr: Estimate = (_, args, id) => {
  const base = add(add(traversed(add(addressSize, addressSize)), traversed(addressSize)), fixed(1));
  return { cost: id === 'cidr_contains_cidr_string' ? add(base, traversed(sizeOf(args[0]))) : base };
};

const validated: Estimate = (_, args) => ({
  cost: scale(traversed(sizeOf(args[0])), longestFormatPattern * regexLength),
});

const selected: Estimate = (_, args) => {
  if (args.length !== 1) return undefined;
  const length = sizeOf(args[0]);
  return { cost: add(add(fixed(10), traversed(length)), scale(scale(length, 0.5), 50)) };
};

const unitEquality = new Set([
  'net.IP',
  'net.CIDR',
  'kubernetes.Quantity',
  'kubernetes.Semver',
  'kubernetes.authorization.Authorizer',
  'kubernetes.authorization.PathCheck',
  'kubernetes.authorization.GroupCheck',
  'kubernetes.authorization.ResourceCheck',
  'kubernetes.authorization.Decision',
]);

const equality: Estimate = (_, [left, right]) => {
  if (left === undefined || right === undefined || left.type.name !== right.type.name) return undefined;
  if (unitEquality.has(left.type.name)) return { cost: fixed(1) };
  if (left.type.name === 'kubernetes.NamedFormat') return { cost: traversed({ min: 1, max: 64 }) };
  if (left.type.name !== 'kubernetes.URL') return undefined;
  return { cost: traversed({ min: 1, max: right.size?.max ?? 1 }) };
};

const byName: Readonly<Record<string, Estimate>> = Object.fromEntries(
  Object.entries<Estimate>({
    check: constant(authorizationCheck),
    'serviceAccount path group resource subresource namespace name allowed reason error errored': constant(1),
    'fieldSelector labelSelector': selected,
    'isSorted sum max min indexOf lastIndexOf': eachElement,
    'url jsonpatch.escapeKey': converted,
    'lowerAscii upperAscii substring trim': ofTarget,
    replace: replaced,
    split: splitUp,
    join: joined,
    'find findAll': found,
    'cidr isIP isCIDR quantity isQuantity semver isSemver': ofArgument(),
    ip: (target, args, id) => (id === 'cidr_ip' ? { cost: fixed(1) } : ofArgument()(target, args, id)),
    'ip.isCanonical': ofArgument(2),
    'masked prefixLength family isUnspecified isLoopback isLinkLocalMulticast isLinkLocalUnicast isGlobalUnicast':
      constant(1),
    containsIP: containsIp,
    containsCIDR: containsCidr,
    validate: validated,
    'format.named': constant(1),
    'sign asInteger isInteger asApproximateFloat isGreaterThan isLessThan compareTo add sub major minor patch':
      constant(1),
    'getScheme getHostname getHost getPort getEscapedPath getQuery': constant(1),
    '_==_': equality,
  }).flatMap(([names, estimate]) => names.split(' ').map((name) => [name, estimate])),
);

const allocated = (factor: number, size: Range): CallEstimate => ({
  cost: add(scale(size, factor), fixed(11)),
  size,
});
const wholeOr = (node: SizedNode | undefined, other: number): number =>
  typeof node?.literal === 'bigint' ? Math.max(0, Number(node.literal)) : other;

const selfCompared = (list: SizedNode | undefined, id: string): CallEstimate => {
  const size = sizeOf(list);
  const deep = /^list_(?:string|bytes)_/.test(id);
  return allocated(deep ? 2 + traversal : 2, multiply(size, size));
};

const compared: Estimate = (_, args) => {
  const most = Math.min(sizeOf(args[0]).max, sizeOf(args[1]).max);
  return { cost: traversed({ min: most > 0 ? 1 : 0, max: most }) };
};

const added: Estimate = (_, args, id) => {
  const size = add(sizeOf(args[0]), sizeOf(args[1]));
  return { cost: id === 'add_list' ? fixed(1) : traversed(size), size };
};

const setsCost =
  (factor: number): Estimate =>
  (_, args) => ({
    cost: add(scale(multiply(sizeOf(args[0]), sizeOf(args[1])), factor), fixed(1)),
  });

const byOverload: Readonly<Record<string, Estimate>> = {
  string_format: (target) => ({ cost: traversed(sizeOf(target)) }),
  string_to_bytes: (_, [arg]) => ({
    cost: traversed(sizeOf(arg)),
    size: { min: sizeOf(arg).min, max: sizeOf(arg).max * 4 },
  }),
  bytes_to_string: (_, [arg]) => ({
    cost: traversed(sizeOf(arg)),
    size: { min: Math.floor(sizeOf(arg).min / 4), max: sizeOf(arg).max },
  }),
  strings_quote: (_, [arg]) => ({
    cost: traversed(sizeOf(arg)),
    size: { min: sizeOf(arg).min + 2, max: sizeOf(arg).max * 2 + 2 },
  }),
  starts_with_string: ofArgument(),
  ends_with_string: ofArgument(),
  in_list: (_, args) => ({ cost: scale(sizeOf(args[1]), 1) }),
  dra_includes_dyn_dyn: () => ({ cost: { min: 0, max: MAX_ATTRIBUTE_VALUES } }),
  matches_string: (target, [pattern]) => ({ cost: matchCost(sizeOf(target), sizeOf(pattern)) }),
  contains_string: (target, [part]) => ({
    cost: multiply(traversed(sizeOf(target)), traversed(sizeOf(part))),
  }),
  ...Object.fromEntries(
    ['less', 'greater', 'less_equals', 'greater_equals'].flatMap((name) => [
      [`${name}_string`, compared],
      [`${name}_bytes`, compared],
    ]),
  ),
  equals: compared,
  not_equals: compared,
  add_string: added,
  add_bytes: added,
  add_list: added,
  list_slice: (target, [start, end]) =>
    allocated(1, fixed(Math.max(0, wholeOr(end, sizeOf(target).max) - wholeOr(start, 0)))),
  list_flatten: (target) => allocated(1, sizeOf(target)),
  list_flatten_int: (target, [depth]) => allocated(wholeOr(depth, unbounded), sizeOf(target)),
  lists_range: (_, [count]) => allocated(1, fixed(wholeOr(count, unbounded))),
  list_reverse: (target) => allocated(1, sizeOf(target)),
  list_distinct: (target, _, id) => selfCompared(target, id),
  list_sets_contains_list: setsCost(1),
  list_sets_intersects_list: setsCost(1),
  list_sets_equivalent_list: setsCost(2),
};

export function estimateCall(
  name: string,
  id: string,
  target: SizedNode | undefined,
  args: readonly SizedNode[],
): CallEstimate {
  if (id.startsWith('list_') && id.endsWith('_sort')) return selfCompared(target, id);
  if (id.startsWith('list_') && id.endsWith('_sortByAssociatedKeys')) return selfCompared(args[0], id);
  const own = Object.hasOwn(byName, name) ? byName[name]?.(target, args, id) : undefined;
  return own ?? byOverload[id]?.(target, args, id) ?? { cost: fixed(1) };
}
