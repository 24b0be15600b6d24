// Client-side apply: the patch of a live object from what was applied last and what is applied now. Fields that were applied and are
// no longer there are deleted; what others have set otherwise stays. Strategic for kinds with rules, else an RFC 7386 patch.
// Pure. Called by kubectl apply and diff.
import { getKey, isObject, type JsonObject, setKey } from '../json.ts';
import { combined } from './combine.ts';
import { mergePatchOf } from './merge-diff.ts';
import type { PatchRules } from './rules.ts';
import { diffObjects } from './strategic-diff.ts';

export interface Versions {
  /** What was applied last; empty if nothing was. */
  readonly original: JsonObject;
  readonly modified: JsonObject;
  readonly current: JsonObject;
}

export interface StrategicPatch {
  readonly patch: JsonObject;
  /** What has changed since the last apply, which a caller compares who does not want to overwrite others' values. */
  readonly changedByOthers: () => JsonObject;
}

export function threeWayPatch(rules: PatchRules, { original, modified, current }: Versions): StrategicPatch {
  const changes = diffObjects(current, modified, rules, { changes: true, deletions: false, order: true });
  const deletions = diffObjects(original, modified, rules, { changes: false, deletions: true, order: true });
  return {
    patch: combined(deletions, changes, rules),
    changedByOthers: () =>
      diffObjects(original, current, rules, { changes: true, deletions: true, order: false }),
  };
}

/** For kinds without rules. Identity is not changed: an Error says so. */
export function threeWayMergePatch({ original, modified, current }: Versions): JsonObject {
  const changes = onlyChanges(mergePatchOf(current, modified));
  const deletions = onlyDeletions(mergePatchOf(original, modified));
  const patch = joined(deletions, changes);
  const metadata = getKey(patch, 'metadata');
  const renamed = isObject(metadata) && Object.hasOwn(metadata, 'name');
  if (renamed || Object.hasOwn(patch, 'apiVersion') || Object.hasOwn(patch, 'kind'))
    throw new Error('At least one of apiVersion, kind and name was changed');
  return patch;
}

/** Unlike applyMergePatch, keeps the nulls of the first: both are patches. */
function joined(deletions: JsonObject, changes: JsonObject): JsonObject {
  const result: JsonObject = { ...deletions };
  for (const key of Object.keys(changes)) {
    const [earlier, change] = [getKey(deletions, key), changes[key]];
    setKey(result, key, isObject(earlier) && isObject(change) ? joined(earlier, change) : change);
  }
  return result;
}

function onlyChanges(patch: JsonObject): JsonObject {
  const kept: JsonObject = {};
  for (const key of Object.keys(patch)) {
    const value = patch[key];
    if (value === null) continue;
    if (!isObject(value) || Object.keys(value).length === 0) setKey(kept, key, value);
    else {
      const inner = onlyChanges(value);
      if (Object.keys(inner).length > 0) setKey(kept, key, inner);
    }
  }
  return kept;
}

function onlyDeletions(patch: JsonObject): JsonObject {
  const kept: JsonObject = {};
  for (const key of Object.keys(patch)) {
    const value = patch[key];
    if (value === null) setKey(kept, key, null);
    else if (isObject(value)) {
      const inner = onlyDeletions(value);
      if (Object.keys(inner).length > 0) setKey(kept, key, inner);
    }
  }
  return kept;
}
