// --overrides of `run` and `expose`: a patch, given on the command line, of the object that was made. Pure.
import { normalize } from '../../api/codec/normalize.ts';
import { isObject } from '../../api/patch/json.ts';
import { applyJsonPatch } from '../../api/patch/json-patch.ts';
import { applyMergePatch } from '../../api/patch/merge-patch.ts';
import { applyStrategicPatch } from '../../api/patch/strategic.ts';
import { parseExactJson } from '../../kit/exact-json.ts';
import { stringFlag } from '../command/flag.ts';
import type { Made } from '../verbs/create/objects/made.ts';

export const overrideFlags = {
  overrides: stringFlag(
    '',
    'An inline JSON override for the generated object. If this is non-empty, it is used to override the generated object. Requires that the object supply a valid apiVersion field.',
  ),
  'override-type': stringFlag(
    'merge',
    'The method used to override the generated object: json, merge, or strategic.',
  ),
};

export function overridden(
  made: Made,
  { overrides, 'override-type': type }: { readonly overrides: string; readonly 'override-type': string },
): Made {
  if (overrides === '') return made;
  const patch = parsed(overrides);
  const object = patched(made, patch, type || 'merge');
  if (!isObject(object)) throw new Error('Invalid JSON Patch');
  return { kind: made.kind, object: normalize(made.kind, object) };
}

function patched({ kind, object }: Made, patch: unknown, type: string): unknown {
  if (type === 'json') return applyJsonPatch(object, patch);
  if (type === 'merge') return applyMergePatch({ ...object }, patch);
  if (type === 'strategic') return applyStrategicPatch(kind, { ...object }, patch);
  throw new Error(`invalid override type: ${type}`);
}

function parsed(text: string): unknown {
  try {
    return parseExactJson(text);
  } catch {
    throw new Error('Invalid JSON Patch');
  }
}
