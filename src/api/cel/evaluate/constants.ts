// `x in [constants]` and the errors of optional entries in lists and maps.

import { equal } from '../values/equality.ts';
import { CelError, Items, keyOf, MapValue, ObjectValue, typeOfValue, type Value } from '../values/value.ts';
import type { Run } from './frame.ts';

/** `x in [constants]` looks the value up. Undefined: other elements than plain ones, to be searched. */
export function constantMembership(run: Run, list: Value): Run | false | undefined {
  if (!(list instanceof Items)) return undefined;
  if (list.length === 0) return false;
  const keys = new Set<string>();
  for (const item of list) {
    const key = item instanceof ObjectValue || item instanceof MapValue ? undefined : keyOf(item);
    if (key === undefined) return undefined;
    if (equal(item, item)) keys.add(key);
  }
  return (frame) => {
    const value = run(frame);
    if (value instanceof CelError) return value;
    const key = keyOf(value);
    return key !== undefined && keys.has(key);
  };
}

export const badOptional = (what: string, where: string, value: Value): CelError =>
  new CelError(`cannot initialize optional ${what} ${where}from non-optional value ${showPlain(value)}`);

const showPlain = (value: Value): string =>
  typeof value === 'object' && value !== null ? typeOfValue(value).name : String(value);
