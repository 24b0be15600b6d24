// Sets of field paths, in the form that managedFields stores (fieldsV1): {"f:spec":{"f:replicas":{}}}. A node without
// keys is a member of the set; a node with children is a member too if it has ".". All operations are pure and share.

export type FieldTree = { readonly [step: string]: FieldTree };

/** A member of the set without children. */
export const leaf: FieldTree = Object.freeze({});
export const emptySet: FieldTree = leaf;

const self = '.';

export const isEmptySet = (set: FieldTree): boolean => {
  for (const _ in set) return false;
  return true;
};

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
  if (isEmptySet(a)) return b;
  let result: Record<string, FieldTree> | undefined;
  for (const step in b) {
    const left = a[step];
    const right = b[step]!;
    const joined = left === undefined ? right : unionNodes(left, right);
    if (joined === left) continue;
    result ??= { ...a };
    result[step] = joined;
  }
  return result ?? a;
}

function unionNodes(a: FieldTree, b: FieldTree): FieldTree {
  if (a === b) return a;
  const children = union(childrenOf(a), childrenOf(b));
  const member = isMember(a) || isMember(b);
  if (member === isMember(a) && children === a) return a;
  const joined = nodeOf(member, children)!;
  return self in a && member && children === childrenOf(a) ? a : joined;
}

/** The members of `a` that are not in `b`. Paths below a member of `b` are kept. */
export function difference(a: FieldTree, b: FieldTree): FieldTree {
  return filterBy(a, b, (node, other) =>
    nodeOf(isMember(node) && !isMember(other), difference(childrenOf(node), childrenOf(other))),
  );
}

/** As difference, but also removes everything below the members of `b`. */
export function differenceBelow(a: FieldTree, b: FieldTree): FieldTree {
  return filterBy(a, b, (node, other) =>
    isMember(other) ? undefined : nodeOf(isMember(node), differenceBelow(childrenOf(node), other)),
  );
}

function filterBy(
  a: FieldTree,
  b: FieldTree,
  keep: (node: FieldTree, other: FieldTree) => FieldTree | undefined,
): FieldTree {
  let result: Record<string, FieldTree> | undefined;
  for (const step in b) {
    const node = a[step];
    if (node === undefined) continue;
    const rest = keep(node, b[step]!);
    result ??= { ...a };
    if (rest === undefined) delete result[step];
    else result[step] = rest;
  }
  return result ?? a;
}

export function intersection(a: FieldTree, b: FieldTree): FieldTree {
  const result: Record<string, FieldTree> = {};
  for (const step in a) {
    const other = b[step];
    if (other === undefined) continue;
    const node = a[step]!;
    const both = nodeOf(isMember(node) && isMember(other), intersection(childrenOf(node), childrenOf(other)));
    if (both) result[step] = both;
  }
  return result;
}

/** Steps in order, so that equal sets have equal texts. */
export function sorted(tree: FieldTree): FieldTree {
  const steps = Object.keys(tree);
  if (steps.length === 0) return leaf;
  const result: Record<string, FieldTree> = {};
  for (const step of steps.length > 1 ? steps.sort() : steps) result[step] = sorted(tree[step]!);
  return result;
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
