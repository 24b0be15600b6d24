// The RFC 7386 patch that makes `after` from `before`. Called by three-way.ts and by kubectl's verbs on kinds without rules.
import { isObject, type JsonObject, jsonEqual, setKey } from '../json.ts';

export function mergePatchOf(before: JsonObject, after: JsonObject): JsonObject {
  const patch: JsonObject = {};
  for (const key of Object.keys(after)) {
    const now = after[key];
    const old = Object.hasOwn(before, key) ? before[key] : undefined;
    if (old === undefined) setKey(patch, key, now);
    else if (isObject(old) && isObject(now)) {
      const inner = mergePatchOf(old, now);
      if (Object.keys(inner).length > 0) setKey(patch, key, inner);
    } else if (!jsonEqual(old, now)) setKey(patch, key, now);
  }
  for (const key of Object.keys(before)) if (!Object.hasOwn(after, key)) setKey(patch, key, null);
  return patch;
}
