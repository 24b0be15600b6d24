// Values in messages of validation. Called by validation/field.ts.

/** Characters of a value that are shown; upstream has no limit. */
const MOST_SHOWN = 16 * 1024;

/** Texts are quoted, numbers plain, everything else is JSON. A value that is longer than the limit is cut, without the work of
 *  writing it all. */
export function shown(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const parts: string[] = [];
  const left = write(value ?? null, MOST_SHOWN, parts);
  return left > 0 ? parts.join('') : `${parts.join('').slice(0, MOST_SHOWN)}…`;
}

/** Adds the JSON of `value`; gives the number of characters that may still be added, none once something was left out. */
function write(value: unknown, left: number, parts: string[]): number {
  const add = (text: string): number => {
    parts.push(text);
    return left - text.length;
  };
  if (typeof value === 'string') return add(JSON.stringify(value.slice(0, Math.max(0, left))));
  if (typeof value !== 'object' || value === null) return add(JSON.stringify(value) ?? 'null');
  const isList = Array.isArray(value);
  left = add(isList ? '[' : '{');
  let before = '';
  for (const key in value) {
    const part = (value as Readonly<Record<string, unknown>>)[key];
    if (part === undefined && !isList) continue;
    left = add(isList ? before : `${before}${JSON.stringify(key)}:`);
    left = write(part, left, parts);
    if (left <= 0) return 0;
    before = ',';
  }
  return add(isList ? ']' : '}');
}
