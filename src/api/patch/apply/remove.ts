// Removes the fields of a set from an object, and adds to sets the structs that contain their members.
// Called by the field manager to remove fields that an applier no longer specifies.
import { isObject, type JsonObject, setKey } from '../json.ts';
import { childrenOf, type FieldTree, isMember, nodeOf } from './field-tree.ts';
import { itemShape, itemStep } from './items.ts';
import { memberShape, type Shape } from './shape.ts';

/** The value without the members of `set`; undefined if nothing is left. */
export function removeFields(shape: Shape, value: unknown, set: FieldTree): unknown {
  if (shape.is === 'leaf' || shape.is === 'untracked') return value;
  if (Array.isArray(value)) {
    if (shape.is !== 'set' && shape.is !== 'keyed') return value;
    const inner = itemShape(shape);
    const kept = value.flatMap((item) => {
      const node = set[itemStep(shape, item)];
      const rest = node === undefined ? item : removeNode(inner, item, node);
      return rest === undefined ? [] : [rest];
    });
    return kept.length > 0 ? kept : undefined;
  }
  if (!isObject(value)) return value;
  const kept: JsonObject = { ...value };
  for (const step in set) {
    if (!step.startsWith('f:')) continue;
    const key = step.slice(2);
    if (!Object.hasOwn(kept, key)) continue;
    const rest = removeNode(memberShape(shape, key), kept[key], set[step]!);
    if (rest === undefined) delete kept[key];
    else setKey(kept, key, rest);
  }
  for (const _ in kept) return kept;
  return undefined;
}

const removeNode = (shape: Shape, value: unknown, node: FieldTree): unknown =>
  isMember(node) ? undefined : removeFields(shape, value, node);

/** The set extended by all declared fields on the paths to its members. */
export function withNamedFields(shape: Shape, set: FieldTree): FieldTree {
  const result: Record<string, FieldTree> = {};
  for (const step in set) {
    if (step === '.') continue;
    const node = set[step]!;
    const named = step.startsWith('f:') && shape.is === 'struct' && shape.fields.has(step.slice(2));
    const below = stepShape(shape, step);
    result[step] = nodeOf(named || isMember(node), withNamedFields(below, childrenOf(node)))!;
  }
  return result;
}

function stepShape(shape: Shape, step: string): Shape {
  if (step.startsWith('f:')) return memberShape(shape, step.slice(2));
  return shape.is === 'set' || shape.is === 'keyed' ? itemShape(shape) : { is: 'any' };
}
