// The changes between two objects of one kind, as sets of field paths; and the set of all fields of one object.
// Called by the field manager on every write, so values are walked once, and sets are built only for changes.
import { getKey, isObject, jsonEqual } from '../json.ts';
import { emptySet, type FieldTree, leaf, nodeOf } from './field-tree.ts';
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

export function compare(shape: Shape, left: unknown, right: unknown): Comparison {
  const delta: Delta = {};
  compareChildren(shape, left, right, delta);
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
function compareChild(shape: Shape, step: string, left: unknown, right: unknown, delta: Delta): void {
  if (shape.is === 'untracked' || left === right) return;
  if (left === undefined) return put(delta, 'added', step, whole(shape, right));
  if (right === undefined) return put(delta, 'removed', step, whole(shape, left));
  if (isLeaf(shape, left, right)) {
    if (!jsonEqual(left, right)) put(delta, 'modified', step, leaf);
    return;
  }
  const inner: Delta = {};
  compareChildren(shape, left, right, inner);
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

function compareChildren(shape: Shape, left: unknown, right: unknown, delta: Delta): void {
  if (shape.is === 'set' || shape.is === 'keyed') return compareItems(shape, left, right, delta);
  const before = isObject(left) ? left : {};
  const after = isObject(right) ? right : {};
  for (const key in before) {
    const own = getKey(before, key);
    const other = getKey(after, key);
    // Most values are the same, since an update shares what it leaves alone: no step is made for these.
    if (own !== other) compareChild(memberShape(shape, key), `f:${key}`, own, other, delta);
  }
  for (const key in after)
    if (getKey(before, key) === undefined)
      compareChild(memberShape(shape, key), `f:${key}`, undefined, getKey(after, key), delta);
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

/** The set for a value that was added or removed completely: itself and everything below. */
function whole(shape: Shape, value: unknown): FieldTree {
  if (shape.is === 'leaf' || !isContainer(value) || isBlank(value)) return leaf;
  const children: Build = { '.': leaf };
  let any = false;
  if (shape.is === 'set' || shape.is === 'keyed') {
    if (!Array.isArray(value)) return leaf;
    const item = itemShape(shape);
    for (const child of value) children[itemStep(shape, child)] = whole(item, child);
    any = value.length > 0;
  } else {
    if (!isObject(value)) return leaf;
    for (const key in value) {
      const inner = memberShape(shape, key);
      if (inner.is === 'untracked' || value[key] === undefined) continue;
      children[fieldStep(shape, key)] = whole(inner, value[key]);
      any = true;
    }
  }
  return any ? children : leaf;
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
