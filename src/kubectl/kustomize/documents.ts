// The objects of a file of resources or patches: its documents, with lists replaced by their elements.
import { parseYaml12Documents } from '../../api/codec/yaml.ts';
import { getKey, isObject, type JsonObject } from '../../api/patch/json.ts';
import { goValue } from '../../api/status/go-value.ts';

export function objectsOf(text: string): JsonObject[] {
  const waiting = parseYaml12Documents(text).map(checked);
  const objects: JsonObject[] = [];
  for (let i = 0; i < waiting.length; i++) {
    const object = waiting[i]!;
    const items = getKey(object, 'items');
    if (!String(object.kind).endsWith('List') || items === undefined) objects.push(object);
    else if (Array.isArray(items)) for (const item of items) waiting.push(checked(item));
    else if (items !== null) throw new Error(`expected array in ${String(object.kind)}/items`);
  }
  return objects;
}

function checked(object: unknown): JsonObject {
  if (!isObject(object)) throw new Error(`a resource is no object: ${goValue(object)}`);
  const { kind } = object;
  const shown = () => goValue(object);
  if (typeof kind !== 'string' || kind === '') throw new Error(`missing kind in object ${shown()}`);
  if (kind.endsWith('List')) return object;
  const metadata = getKey(object, 'metadata');
  const name = isObject(metadata) ? getKey(metadata, 'name') : undefined;
  if (typeof name !== 'string' || name === '') throw new Error(`missing metadata.name in object ${shown()}`);
  return object;
}
