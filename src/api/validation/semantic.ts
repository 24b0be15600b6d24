// Semantic equality: missing values, null, {} and [] are equal. Used for fields that must not change.
import { isObject } from '../patch/json.ts';

function isBlank(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) && Object.values(value).every(isBlank);
}

export function semanticEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, i) => semanticEqual(item, b[i]));
  if (isObject(a) && isObject(b)) {
    for (const key in a) if (!semanticEqual(a[key], b[key])) return false;
    for (const key in b) if (a[key] === undefined && !isBlank(b[key])) return false;
    return true;
  }
  return isBlank(a) && isBlank(b);
}
