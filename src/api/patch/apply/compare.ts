// The changes between two objects of one kind, as sets of field paths; and the set of all fields of one object.
// Called by the field manager on every write, so values are walked once, and sets are built only for changes.
import { getKey, isObject, jsonEqual } from '../json.ts';
import { emptySet, type FieldTree, isEmptySet, leaf, nodeOf, stepsOf } from './field-tree.ts';
import { bySteps, itemShape, itemStep, type ListShape } from './items.ts';
import { memberShape, type Shape } from './shape.ts';

export interface Comparison {
  readonly added: FieldTree;
  readonly modified: FieldTree;
  readonly removed: FieldTree;
}

type Build = Record<string, FieldTree>;
interface Delta {
  added?: Build;
  modified?: Build;
  removed?: Build;
}

/** What is added is taken from `model`, a set that is probably the same, as far as it is. */
export function compare(shape: Shape, left: unknown, right: unknown, model?: FieldTree): Comparison {
  const delta: Delta = {};
  compareChildren(shape, left, right, delta, model);
  return {
    added: delta.added ?? emptySet,
    modified: delta.modified ?? emptySet,
    removed: delta.removed ?? emptySet,
  };
}

const isContainer = (value: unknown): value is object => typeof value === 'object' && value !== null;
const isBlank = (value: unknown): boolean => {
  if (value === null || value === undefined) return true;
  if (typeof value !== 'object') return false;
  for (const _ in value) return false;
  return true;
};

/** Records the differences of a child under `step`. */
function compareChild(
  shape: Shape,
  step: string,
  left: unknown,
  right: unknown,
  delta: Delta,
  model?: FieldTree,
): void {
  if (shape.is === 'untracked' || left === right) return;
  const known = model?.[step];
  if (left === undefined) return put(delta, 'added', step, whole(shape, right, known));
  if (right === undefined) return put(delta, 'removed', step, whole(shape, left));
  if (isLeaf(shape, left, right)) {
    if (!jsonEqual(left, right)) put(delta, 'modified', step, leaf);
    return;
  }
  const inner: Delta = {};
  compareChildren(shape, left, right, inner, known);
  if (inner.added) put(delta, 'added', step, inner.added);
  if (inner.modified) put(delta, 'modified', step, inner.modified);
  if (inner.removed) put(delta, 'removed', step, inner.removed);
}

function put(delta: Delta, set: keyof Delta, step: string, node: FieldTree): void {
  delta[set] ??= {};
  delta[set][step] = node;
}

/** Two empty values are compared as a whole, so that {} and null differ. */
function isLeaf(shape: Shape, left: unknown, right: unknown): boolean {
  if (shape.is === 'leaf') return true;
  if (isBlank(left) && isBlank(right)) return true;
  if (shape.is === 'any') return !(isObject(left) && isObject(right));
  if (shape.is === 'set' || shape.is === 'keyed') return !(fitsList(left) && fitsList(right));
  return !(fitsObject(left) && fitsObject(right));
}

const fitsList = (value: unknown) => value === null || Array.isArray(value);
const fitsObject = (value: unknown) => value === null || isObject(value);

function compareChildren(shape: Shape, left: unknown, right: unknown, delta: Delta, model?: FieldTree): void {
  if (shape.is === 'set' || shape.is === 'keyed') return compareItems(shape, left, right, delta);
  const before = isObject(left) ? left : {};
  const after = isObject(right) ? right : {};
  for (const key in before) {
    const own = getKey(before, key);
    const other = getKey(after, key);
    // Most values are the same, since an update shares what it leaves alone: no step is made for these.
    if (own !== other) compareChild(memberShape(shape, key), `f:${key}`, own, other, delta, model);
  }
  for (const key in after)
    if (getKey(before, key) === undefined)
      compareChild(
        memberShape(shape, key),
        fieldStep(shape, key),
        undefined,
        getKey(after, key),
        delta,
        model,
      );
}

function compareItems(shape: ListShape, left: unknown, right: unknown, delta: Delta): void {
  const before = bySteps(shape, Array.isArray(left) ? left : []);
  const after = bySteps(shape, Array.isArray(right) ? right : []);
  const item = itemShape(shape);
  for (const [step, values] of before) compareSame(item, step, values, after.get(step) ?? [], delta);
  for (const [step, values] of after) if (!before.has(step)) compareSame(item, step, [], values, delta);
}

/** Items with the same identity. If there are several on one side, they are compared as a whole. */
function compareSame(shape: Shape, step: string, left: unknown[], right: unknown[], delta: Delta): void {
  if (left.length <= 1 && right.length <= 1) return compareChild(shape, step, left[0], right[0], delta);
  if (left.length === 0) put(delta, 'added', step, leaf);
  else if (right.length === 0) put(delta, 'removed', step, leaf);
  else if (!jsonEqual(left, right)) put(delta, 'modified', step, leaf);
}

const steps = new Map<string, string>();
/** Built-in kinds have about 2,000 names of fields; custom kinds may have any. */
const MOST_STEPS = 10_000;

/** The steps of structs' fields are made once: there are few of them, and lists repeat them thousands of times. */
function fieldStep(shape: Shape, key: string): string {
  if (shape.is !== 'struct' || !shape.fields.has(key)) return `f:${key}`;
  let step = steps.get(key);
  if (step === undefined) {
    step = `f:${key}`;
    if (steps.size < MOST_STEPS) steps.set(key, step);
  }
  return step;
}

/** The set for a value that was added or removed completely: itself and everything below. `model` itself, if that is equal. */
function whole(shape: Shape, value: unknown, model?: FieldTree): FieldTree {
  if (model && isWhole(shape, value, model)) return model;
  if (shape.is === 'leaf' || !isContainer(value) || isBlank(value)) return leaf;
  const children: Build = { '.': leaf };
  let any = false;
  if (shape.is === 'set' || shape.is === 'keyed') {
    if (!Array.isArray(value)) return leaf;
    const item = itemShape(shape);
    for (const child of value) {
      const step = itemStep(shape, child);
      children[step] = whole(item, child, model?.[step]);
    }
    any = value.length > 0;
  } else {
    if (!isObject(value)) return leaf;
    for (const key in value) {
      const inner = memberShape(shape, key);
      if (inner.is === 'untracked' || value[key] === undefined) continue;
      const step = fieldStep(shape, key);
      children[step] = whole(inner, value[key], model?.[step]);
      any = true;
    }
  }
  return any ? children : leaf;
}

/** Whether whole() would build this set. The objects that clients create are mostly like the last, so that nothing is built. */
function isWhole(shape: Shape, value: unknown, set: FieldTree): boolean {
  if (shape.is === 'leaf' || !isContainer(value) || isBlank(value)) return isEmptySet(set);
  let children = 0;
  if (shape.is === 'set' || shape.is === 'keyed') {
    if (!Array.isArray(value)) return isEmptySet(set);
    const item = itemShape(shape);
    for (const child of value) {
      const node = set[itemStep(shape, child)];
      if (!node || !isWhole(item, child, node)) return false;
      children++;
    }
  } else {
    if (!isObject(value)) return isEmptySet(set);
    for (const key in value) {
      const inner = memberShape(shape, key);
      const member = getKey(value, key);
      if (inner.is === 'untracked' || member === undefined) continue;
      const node = set[fieldStep(shape, key)];
      if (!node || !isWhole(inner, member, node)) return false;
      children++;
    }
  }
  // With the mark of its own membership.
  return stepsOf(set) === (children === 0 ? 0 : children + 1);
}

/** All fields that an applied object specifies: leaves, list items and map keys, but not the structs that contain them. */
export function fieldsOf(shape: Shape, value: unknown): FieldTree {
  if (shape.is === 'set' || shape.is === 'keyed') return fieldsOfItems(shape, value);
  const fields: Build = {};
  if (!isObject(value)) return fields;
  for (const key in value) {
    const inner = memberShape(shape, key);
    const child = value[key];
    if (inner.is === 'untracked' || child === undefined) continue;
    const free = shape.is !== 'struct' || !shape.fields.has(key);
    const node = fieldNode(inner, child, free);
    if (node) fields[`f:${key}`] = node;
  }
  return fields;
}

function fieldNode(shape: Shape, value: unknown, free: boolean): FieldTree | undefined {
  if (shape.is === 'leaf' || !isContainer(value)) return leaf;
  if (shape.is === 'any' && !isObject(value)) return leaf;
  const empty = isObject(value) && isBlank(value);
  return nodeOf(free || empty, fieldsOf(shape, value));
}

function fieldsOfItems(shape: ListShape, value: unknown): FieldTree {
  const fields: Build = {};
  if (!Array.isArray(value)) return fields;
  const item = itemShape(shape);
  for (const child of value)
    fields[itemStep(shape, child)] = nodeOf(true, item.is === 'leaf' ? undefined : fieldsOf(item, child))!;
  return fields;
}
