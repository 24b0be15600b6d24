// Values in messages as Go's fmt prints them with %v. Called by patch/.

/** Characters of a value that are shown; upstream has no limit. */
const MOST_SHOWN = 16 * 1024;

/** `map[a:1 b:[x y]]`, keys sorted. A value that is longer than the limit is cut, without the work of writing it all. */
export function goValue(value: unknown): string {
  const parts: string[] = [];
  const left = write(value, MOST_SHOWN, parts);
  return left > 0 ? parts.join('') : `${parts.join('').slice(0, MOST_SHOWN)}…`;
}

/** Adds the text of `value`; gives the number of characters that may still be added, none once something was left out. */
function write(value: unknown, left: number, parts: string[]): number {
  const add = (text: string): number => {
    parts.push(text);
    return left - text.length;
  };
  if (value === null || value === undefined) return add('<nil>');
  if (typeof value !== 'object') return add(String(value).slice(0, Math.max(0, left)));
  const isList = Array.isArray(value);
  left = add(isList ? '[' : 'map[');
  const keys = Object.keys(value);
  let before = '';
  for (const key of isList ? keys : keys.sort()) {
    left = add(isList ? before : `${before}${key}:`);
    left = write((value as Readonly<Record<string, unknown>>)[key], left, parts);
    if (left <= 0) return 0;
    before = ' ';
  }
  return add(']');
}
