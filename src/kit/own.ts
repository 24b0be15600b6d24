// Looks up a table by a key that comes from outside. Every object literal also answers to `constructor`, `toString` and
// `__proto__`, which are entries of no table.

export const own = <T>(table: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;
