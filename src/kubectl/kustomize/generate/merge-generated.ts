// A generated ConfigMap or Secret that replaces or completes one that is there: which name, labels and data the result has.
import { getKey, isObject, type JsonObject } from '../../../api/patch/json.ts';
import { addAll } from '../../../kit/lists.ts';
import type { Resource } from '../resource.ts';

/** `made`, under the name of `old`. */
export function mergedWith(old: Resource, made: Resource): Resource {
  for (const where of ['labels', 'annotations'] as const) {
    const merged = { ...old.strings(where), ...made.strings(where) };
    if (Object.keys(merged).length > 0) made.metadata[where] = merged;
  }
  made.name = old.name;
  if (old.namespace) made.metadata.namespace = old.namespace;
  if (made.behavior === 'merge')
    for (const where of ['data', 'binaryData'])
      if (isObject(getKey(old.object, where)) || isObject(getKey(made.object, where)))
        made.object[where] = { ...membersOf(old.object, where), ...membersOf(made.object, where) };
  addAll(made.previous, old.previous);
  addAll(made.prefixes, old.prefixes);
  addAll(made.suffixes, old.suffixes);
  made.behavior = old.behavior;
  return made;
}

function membersOf(object: JsonObject, key: string): JsonObject {
  const members = getKey(object, key);
  return isObject(members) ? members : {};
}
