// Applies fields to an object as server-side apply does, without owners: for mutating admission policies.
// Upstream: ApplyStructuredMergeDiff in apiserver/pkg/admission/plugin/policy/mutating/patch/smd.go.
import type { StructType } from '../schema/notation.ts';
import { misfits } from './apply/check.ts';
import { itemShape } from './apply/items.ts';
import { mergeApplied } from './apply/merge.ts';
import { memberShape, objectShape, type Shape } from './apply/shape.ts';
import { isObject } from './json.ts';

/** A new object, which shares parts with both. Throws an Error with upstream's message. */
export function applyConfiguration(kind: StructType, object: object, fields: object): unknown {
  const complaints = misfits(kind, fields);
  if (complaints.length > 0)
    throw new Error(`failed to convert patch object to typed object: ${joined(complaints)}`);
  const shape = objectShape(kind);
  const atomics: string[] = [];
  findAtomics(shape, fields, '', atomics);
  if (atomics.length > 0)
    throw new Error(
      `invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: ${atomics.join(', ')}`,
    );
  return mergeApplied(shape, object, fields);
}

const joined = (complaints: readonly string[]): string =>
  complaints.length === 1 ? complaints[0]! : `errors:\n${complaints.map((line) => `  ${line}`).join('\n')}`;

/** Values that can only be replaced as a whole: fields that are not given would be lost. */
function findAtomics(shape: Shape, value: unknown, path: string, found: string[]): void {
  const isList = Array.isArray(value);
  if (!isList && !isObject(value)) return;
  const isMerged = isList ? shape.is === 'set' || shape.is === 'keyed' : shape.is !== 'leaf';
  if (!isMerged) found.push(path);
  else if (isList)
    for (const [i, item] of value.entries()) findAtomics(inner(shape), item, `${path}[${i}]`, found);
  else
    for (const [key, member] of Object.entries(value))
      findAtomics(memberShape(shape, key), member, `${path}.${key}`, found);
}

const inner = (shape: Shape): Shape =>
  shape.is === 'set' || shape.is === 'keyed' ? itemShape(shape) : shape;
