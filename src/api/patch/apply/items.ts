// The identity of list items: one path step per item. Repeated identities are accepted in stored objects,
// and refused in applied ones.
import { isObject } from '../json.ts';
import type { KeyedShape, Shape } from './shape.ts';

export type ListShape = Extract<Shape, { is: 'set' } | { is: 'keyed' }>;

/** `k:{"name":"web"}` or `v:"x"`; a missing key is replaced by its default, or by null. */
export function itemStep(shape: ListShape, item: unknown): string {
  if (shape.is === 'set') return `v:${JSON.stringify(item)}`;
  const { keys, defaults } = shape;
  const object = isObject(item) ? item : {};
  let step = 'k:{';
  for (const key of keys) {
    const value = object[key] ?? defaults[key] ?? null;
    const text = typeof value === 'number' || value === null ? String(value) : JSON.stringify(value);
    step += step.length > 3 ? `,"${key}":${text}` : `"${key}":${text}`;
  }
  return `${step}}`;
}

/** A key that is missing in the item and has no default. */
export function missingKey(shape: KeyedShape, item: unknown): string | undefined {
  const object = isObject(item) ? item : {};
  return shape.keys.find((key) => object[key] === undefined && shape.defaults[key] === undefined);
}

/** The items with one identity: usually one, several if a stored list repeats it. */
export function bySteps(shape: ListShape, list: readonly unknown[]): Map<string, unknown[]> {
  const items = new Map<string, unknown[]>();
  for (const item of list) {
    const step = itemStep(shape, item);
    const same = items.get(step);
    if (same) same.push(item);
    else items.set(step, [item]);
  }
  return items;
}

/** The shape of the items themselves. */
export const itemShape = (shape: ListShape): Shape => (shape.is === 'keyed' ? shape.of : { is: 'leaf' });
