// RFC 7386: objects merge, null deletes, everything else replaces. Unchanged parts are shared with the document.
// Called by the API server for application/merge-patch+json.
import { badRequest } from '../status/status-error.ts';
import { getKey, isObject, type JsonObject, setKey } from './json.ts';

export function applyMergePatch(document: JsonObject, patch: unknown): JsonObject {
  if (!isObject(patch)) throw badRequest('Invalid JSON Patch');
  return merge(document, patch);
}

function merge(document: JsonObject, patch: JsonObject): JsonObject {
  const merged: JsonObject = { ...document };
  for (const key of Object.keys(patch)) {
    const change = patch[key];
    if (change === null) delete merged[key];
    else if (isObject(change)) {
      const old = getKey(merged, key);
      setKey(merged, key, merge(isObject(old) ? old : {}, change));
    } else setKey(merged, key, change);
  }
  return merged;
}
