// The order of `--sort-by`: by the value that a path finds. Objects without it come first. Called by get, for lists and tables.
// Upstream: sorter.go of kubectl.
import { compareQuantity, parseQuantity } from '../../api/quantity/quantity.ts';
import { goType } from './go-values/text.ts';
import { JsonPath, relaxedJsonPath } from './jsonpath/json-path.ts';
import { type ApiObject, isMap } from './printer.ts';
import { rowsOf } from './table.ts';

/** The objects in order. Throws when no object has the field, or when the field cannot be sorted by. */
export function sortObjects<T>(items: readonly T[], field: string, objectOf: (item: T) => unknown): T[] {
  const path = relaxedJsonPath(field);
  const finder = new JsonPath(path, { allowMissingKeys: true });
  const entries = items.map((item) => ({ item, values: finder.find(objectOf(item))[0] ?? [] }));
  if (entries.length > 0 && entries.every(({ values }) => values.length === 0))
    throw new Error(`couldn't find any field with path ${JSON.stringify(path)} in the list of objects`);
  return entries.sort((a, b) => order(a.values, b.values, path)).map(({ item }) => item);
}

/** A table with its rows in order. */
export function sortTable(table: ApiObject, field: string): ApiObject {
  return { ...table, rows: sortObjects(rowsOf(table), field, (row) => row.object) };
}

function order(a: readonly unknown[], b: readonly unknown[], path: string): number {
  if (a.length === 0 || b.length === 0) return Math.sign(a.length - b.length);
  if (isLess(a[0], b[0], path)) return -1;
  return isLess(b[0], a[0], path) ? 1 : 0;
}

function isLess(a: unknown, b: unknown, path: string): boolean {
  if (a === null || b === null) return a === null && b !== null;
  if (Array.isArray(a) && Array.isArray(b)) {
    const length = Math.min(a.length, b.length);
    for (let i = 0; i < length; i++) if (!isLess(a[i], b[i], path)) return false;
    return true;
  }
  if (typeof a === 'string' && typeof b === 'string') return quantityIsLess(a, b) ?? a < b;
  const areNumbers = [a, b].every((value) => typeof value === 'number' || typeof value === 'bigint');
  if (areNumbers) return (a as number) < (b as number);
  const type =
    isMap(a) || typeof a === 'boolean' ? `unsortable type: ${goType(a)}` : 'unsortable interface: interface';
  throw new Error(
    `Field ${path} in *unstructured.Unstructured is an unsortable type: interface, err: ${type}`,
  );
}

/** Undefined unless both are quantities. */
function quantityIsLess(a: string, b: string): boolean | undefined {
  if (!/^[-+.0-9]/.test(a) || !/^[-+.0-9]/.test(b)) return undefined;
  try {
    return compareQuantity(parseQuantity(a), parseQuantity(b)) < 0;
  } catch {
    return undefined;
  }
}
