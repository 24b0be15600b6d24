// Finds the part of the old object that a part of the new one was before: fields by their names, elements of list maps by their
// keys. Elements of other lists have no identity. Used for ratcheting.
// Upstream: staging/src/k8s.io/apiserver/pkg/cel/common/equality.go.
import { isObject, type JsonObject } from '../../../api/patch/json.ts';
import type { JsonSchema } from '../../../api/schema/json-schema.ts';

/** Undefined where nothing corresponds. */
export type Old = { readonly value: unknown } | undefined;

export const oldMember = (old: Old, key: string): Old =>
  old && isObject(old.value) && Object.hasOwn(old.value, key) ? { value: old.value[key] } : undefined;

/** A function from an element of the new list to the one with the same keys in the old list. */
export function oldElements(schema: JsonSchema, old: Old): (element: unknown) => Old {
  if (!old || !Array.isArray(old.value) || schema['x-kubernetes-list-type'] !== 'map') return () => undefined;
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const defaults = schema.items?.properties ?? {};
  const keyOf = (element: JsonObject) =>
    JSON.stringify(
      keys.map((key) => element[key] ?? (Object.hasOwn(defaults, key) ? defaults[key]?.default : undefined)),
    );
  const before = new Map<string, unknown>();
  for (const element of old.value) if (isObject(element)) before.set(keyOf(element), element);
  return (element) => {
    const key = isObject(element) ? keyOf(element) : undefined;
    return key !== undefined && before.has(key) ? { value: before.get(key) } : undefined;
  };
}
