// Gets and sets a field by its dotted path, as in the scale subresource of a CustomResourceDefinition. Missing parents read as
// undefined, and are created when the field is set. Called by scale.ts.

type Json = Record<string, unknown>;

export function getPath(object: object, path: string): unknown {
  let value: unknown = object;
  for (const key of path.split('.')) value = (value as Json | undefined)?.[key];
  return value;
}

export function setPath(object: object, path: string, value: unknown): void {
  const keys = path.split('.');
  const last = keys.pop()!;
  let at = object as Json;
  for (const key of keys) {
    at[key] ??= {};
    at = at[key] as Json;
  }
  at[last] = value;
}
