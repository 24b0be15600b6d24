// Lists whose length a client decides. `list.push(...items)` and `Math.max(...items)` pass every item as an argument, on the stack:
// with about 120,000 of them they throw a RangeError. tools/boundaries/spreads.ts refuses them.

/** Appends the items of each of `more` to `list`. */
export function addAll<T>(list: T[], ...more: readonly Iterable<T>[]): void {
  for (const items of more) for (const item of items) list.push(item);
}

/** -Infinity when there is none. */
export function largest(values: Iterable<number>): number {
  let found = Number.NEGATIVE_INFINITY;
  for (const value of values) found = Math.max(found, value);
  return found;
}

/** Infinity when there is none. */
export function smallest(values: Iterable<number>): number {
  let found = Number.POSITIVE_INFINITY;
  for (const value of values) found = Math.min(found, value);
  return found;
}
