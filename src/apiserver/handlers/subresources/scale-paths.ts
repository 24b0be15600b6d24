// Gets and sets a field by its dotted path, as in the scale subresource of a CustomResourceDefinition. Only own properties are
// followed: users choose the paths. Missing parents read as undefined, and are created when the field is set. Called by scale.ts.
import { getKey, isObject, type JsonObject, setKey } from '../../../api/patch/json.ts';
import { failure } from '../../../api/status/status-error.ts';

export function getPath(object: object, path: string): unknown {
  let value: unknown = object;
  for (const key of path.split('.')) value = isObject(value) ? getKey(value, key) : undefined;
  return value;
}

export function setPath(object: object, path: string, value: unknown): void {
  const keys = path.split('.');
  const last = keys.pop()!;
  let at = object as JsonObject;
  keys.forEach((key, i) => {
    const inner = getKey(at, key) ?? {};
    if (!isObject(inner)) throw notSettable(keys.slice(0, i + 1));
    setKey(at, key, inner);
    at = inner;
  });
  setKey(at, last, value);
}

const notSettable = (keys: readonly string[]) =>
  failure(500, '', `value cannot be set because .${keys.join('.')} is not a map[string]interface{}`);
