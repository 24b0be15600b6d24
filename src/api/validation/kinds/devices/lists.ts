// Lists, sets and maps with a largest size: a larger one is refused without looking at its items.
// Upstream: validateSlice, validateSet and validateMap in pkg/apis/resource/validation.
import { addAll } from '../../../../kit/lists.ts';
import { checkItems, duplicate, errorsOfItems, type FieldError, tooMany } from '../../field.ts';

type Key = string | object;
type Check<T> = (path: string, item: T) => readonly FieldError[];

export const tooManyErrors = (path: string, { length }: readonly unknown[], most: number): FieldError[] =>
  length > most ? [tooMany(path, length, most)] : [];

export function listErrors<T>(
  path: string,
  items: readonly T[] = [],
  most: number,
  check: Check<T>,
): FieldError[] {
  if (items.length > most) return tooManyErrors(path, items, most);
  return errorsOfItems(items, (item, i) => check(`${path}[${i}]`, item));
}

/** The key of an item must be unique. */
export function setErrors<T>(
  path: string,
  items: readonly T[] = [],
  most: number,
  keyOf: (item: T) => Key,
  check: Check<T>,
): FieldError[] {
  const errors = listErrors(path, items, most, check);
  return items.length > most ? errors : [...errors, ...duplicateErrors(path, items, keyOf)];
}

export function duplicateErrors<T>(path: string, items: readonly T[], keyOf: (item: T) => Key): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  checkItems(errors, items, (item, i) => {
    const key = keyOf(item);
    const text = typeof key === 'string' ? key : JSON.stringify(key);
    if (seen.has(text)) errors.push(duplicate(`${path}[${i}]`, key));
    seen.add(text);
  });
  return errors;
}

export interface MapRules<T> {
  readonly most?: number;
  /** Bytes of a key that paths show. */
  readonly shown: number;
  readonly key: Check<string>;
  readonly value: Check<T>;
}

/** What is wrong with a key is said of the map. */
export function mapErrors<T>(
  path: string,
  map: Readonly<Record<string, T>>,
  { most = Number.POSITIVE_INFINITY, shown, key: checkKey, value: checkValue }: MapRules<T>,
): FieldError[] {
  const keys = Object.keys(map);
  if (keys.length > most) return tooManyErrors(path, keys, most);
  const errors: FieldError[] = [];
  checkItems(errors, keys, (key) => {
    addAll(errors, checkKey(path, key), checkValue(`${path}[${shortened(key, shown)}]`, map[key]!));
  });
  return errors;
}

/** Without its middle, if it is too long. */
function shortened(key: string, most: number): string {
  if (key.length <= most) return key;
  const kept = most - '...'.length;
  return `${key.slice(0, Math.ceil(kept / 2))}...${key.slice(key.length - Math.floor(kept / 2))}`;
}
