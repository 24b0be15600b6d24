// What an edited object asks for, as a patch of the live one. Called by the verb edit.
import { mergePatchOf } from '../../api/patch/diff/merge-diff.ts';
import { twoWayPatch } from '../../api/patch/diff/two-way.ts';
import { isObject, type JsonObject } from '../../api/patch/json.ts';
import { builtInKind } from '../apply/patch-rules.ts';
import type { Info } from '../resources/info.ts';

export async function patchOfEdited(
  original: Info,
  edited: Info,
): Promise<{ readonly kind: 'strategic' | 'merge'; readonly patch: JsonObject }> {
  const [before, after]: [JsonObject, JsonObject] = [{ ...original.object }, { ...edited.object }];
  const builtIn = await builtInKind(edited.mapping);
  const patch = builtIn ? twoWayPatch(builtIn, before, after) : mergePatchOf(before, after);
  const { metadata } = patch;
  const isRenamed = isObject(metadata) && Object.hasOwn(metadata, 'name');
  if (isRenamed || Object.hasOwn(patch, 'apiVersion') || Object.hasOwn(patch, 'kind'))
    throw new Error('At least one of apiVersion, kind and name was changed');
  return { kind: builtIn ? 'strategic' : 'merge', patch };
}
