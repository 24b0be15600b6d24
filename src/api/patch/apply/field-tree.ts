// Sets of field paths, in the form that managedFields stores (fieldsV1): {"f:spec":{"f:replicas":{}}}. A node without
// keys is a member of the set; a node with children is a member too if it has ".". All operations are pure and share.

import { isObject } from '../json.ts';

export type FieldTree = { readonly [step: string]: FieldTree };

/** A member of the set without children. */
export const leaf: FieldTree = Object.freeze({});
export const emptySet: FieldTree = leaf;

const self = '.';

export const isEmptySet = (set: FieldTree): boolean => {
  for (const _ in set) return false;
  return true;
};

/** Whether a value that a client wrote is a set: objects only, under steps of the four kinds. No other name, such as
 *  `__proto__`, may be looked up in a tree. */
export function isFieldTree(value: unknown): value is FieldTree {
  if (!isObject(value)) return false;
  for (const step in value) if (!isStep(step) || !isFieldTree(value[step])) return false;
  return true;
}

const isStep = (step: string): boolean => step === self || (step[1] === ':' && 'fkvi'.includes(step[0]!));

/** Whether a node below the root is itself in the set. */
export const isMember = (node: FieldTree): boolean => self in node || isEmptySet(node);

/** A node from its own membership and its children; undefined when both are empty. */
export function nodeOf(member: boolean, children: FieldTree | undefined): FieldTree | undefined {
  if (!children || isEmptySet(children)) return member ? leaf : undefined;
  return member ? { [self]: leaf, ...children } : children;
}

/** The children of a node, without the mark of its own membership. */
export function childrenOf(node: FieldTree): FieldTree {
  if (!(self in node)) return node;
  const { [self]: _, ...children } = node;
  return children;
}

export function union(a: FieldTree, b: FieldTree): FieldTree {
  return isEmptySet(a) ? b : (joined(a, b) ?? a);
}

/** A copy of `a` with what `b` has below it, or undefined if that is nothing new. */
function joined(a: FieldTree, b: FieldTree): Record<string, FieldTree> | undefined {
  let result: Record<string, FieldTree> | undefined;
  for (const step in b) {
    if (step === self) continue;
    const left = a[step];
    const right = b[step]!;
    const both = left === undefined ? right : unionNodes(left, right);
    if (both === left) continue;
    result ??= { ...a };
    result[step] = both;
  }
  return result;
}

function unionNodes(a: FieldTree, b: FieldTree): FieldTree {
  if (a === b) return a;
  const member = isMember(a) || isMember(b);
  let result = joined(a, b);
  if (!result && member === isMember(a)) return a;
  result ??= { ...a };
  if (member) result[self] = leaf;
  return result;
}

// The nodes of large sets have thousands of children. What is left of them is built anew, because deleting keys from a copy takes
// several times as long; a node of which nothing changes is shared.

type Keep = (node: FieldTree, other: FieldTree) => FieldTree | undefined;

/** The members of `a` that are not in `b`. Paths below a member of `b` are kept. */
export function difference(a: FieldTree, b: FieldTree): FieldTree {
  return haveCommonStep(a, b) ? (filtered(a, b, false, keepOthers) ?? emptySet) : a;
}

const keepOthers: Keep = (node, other) => {
  const member = isMember(node) && !isMember(other);
  if (member === isMember(node) && !haveCommonStep(node, other)) return node;
  return filtered(node, other, member, keepOthers);
};

/** As difference, but also removes everything below the members of `b`. */
export function differenceBelow(a: FieldTree, b: FieldTree): FieldTree {
  return haveCommonStep(a, b) ? (filtered(a, b, false, keepBeside) ?? emptySet) : a;
}

const keepBeside: Keep = (node, other) => {
  if (isMember(other)) return undefined;
  return haveCommonStep(node, other) ? filtered(node, other, isMember(node), keepBeside) : node;
};

function haveCommonStep(a: FieldTree, b: FieldTree): boolean {
  for (const step in b) if (step !== self && a[step] !== undefined) return true;
  return false;
}

/** `a` with what is left of the children that `b` has, too. */
function filtered(a: FieldTree, b: FieldTree, member: boolean, keep: Keep): FieldTree | undefined {
  const result: Record<string, FieldTree> = member ? { [self]: leaf } : {};
  let hasChildren = false;
  for (const step in a) {
    if (step === self) continue;
    const other = b[step];
    const rest = other === undefined ? a[step] : keep(a[step]!, other);
    if (rest === undefined) continue;
    result[step] = rest;
    hasChildren = true;
  }
  if (hasChildren) return result;
  return member ? leaf : undefined;
}

export function intersection(a: FieldTree, b: FieldTree): FieldTree {
  return common(a, b, false) ?? emptySet;
}

function common(a: FieldTree, b: FieldTree, member: boolean): FieldTree | undefined {
  const result: Record<string, FieldTree> = member ? { [self]: leaf } : {};
  let hasChildren = false;
  for (const step in a) {
    const other = step === self ? undefined : b[step];
    if (other === undefined) continue;
    const node = a[step]!;
    const both = common(node, other, isMember(node) && isMember(other));
    if (!both) continue;
    result[step] = both;
    hasChildren = true;
  }
  if (hasChildren) return result;
  return member ? leaf : undefined;
}

/** Steps in order, so that equal sets have equal texts. Nodes that are in order already, as most small ones, are shared. */
export function sorted(tree: FieldTree): FieldTree {
  let changed: Map<string, FieldTree> | undefined;
  let inOrder = true;
  let last = '';
  for (const step in tree) {
    inOrder &&= last < step;
    last = step;
    const child = sorted(tree[step]!);
    if (child === tree[step]) continue;
    changed ??= new Map();
    changed.set(step, child);
  }
  if (inOrder && !changed) return tree;
  const result: Record<string, FieldTree> = {};
  for (const step of Object.keys(tree).sort()) result[step] = changed?.get(step) ?? tree[step]!;
  return result;
}

/** The same set, with the nodes of `model` where they are equal: the model itself, if all are. */
export function sharedWith(model: FieldTree, tree: FieldTree): FieldTree {
  if (tree === model) return model;
  let isEqual = true;
  let result: Record<string, FieldTree> | undefined;
  for (const step in tree) {
    const child = tree[step]!;
    const twin = model[step];
    const taken = twin ? sharedWith(twin, child) : child;
    isEqual &&= taken === twin;
    if (taken === child) continue;
    result ??= { ...tree };
    result[step] = taken;
  }
  return isEqual && stepsOf(tree) === stepsOf(model) ? model : (result ?? tree);
}

export function stepsOf(tree: FieldTree): number {
  let count = 0;
  for (const _ in tree) count++;
  return count;
}

/** Whether a set has more nodes than `limit`. */
export function exceeds(tree: FieldTree, limit: number): boolean {
  let left = limit;
  const count = (node: FieldTree): void => {
    for (const step in node) if (--left >= 0) count(node[step]!);
  };
  count(tree);
  return left < 0;
}

/** Every member's path, as lists of steps. */
export function* members(tree: FieldTree, above: readonly string[] = []): Generator<readonly string[]> {
  for (const step of Object.keys(tree).sort()) {
    if (step === self) continue;
    const node = tree[step]!;
    const path = [...above, step];
    if (isMember(node)) yield path;
    yield* members(childrenOf(node), path);
  }
}

/** A path as messages show it: .spec.containers[name="web"].image */
export function pathText(steps: readonly string[]): string {
  return steps.map(stepText).join('');
}

function stepText(step: string): string {
  const content = step.slice(2);
  switch (step[0]) {
    case 'f':
      return `.${content}`;
    case 'k': {
      const keys = Object.entries(JSON.parse(content) as Record<string, unknown>);
      return `[${keys.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(',')}]`;
    }
    case 'v':
      return `[=${content}]`;
    default:
      return `[${content}]`;
  }
}
