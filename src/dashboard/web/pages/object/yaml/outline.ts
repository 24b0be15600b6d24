// Where the fields of a YAML text stand. Works on texts that are being typed and cannot be parsed yet: by lines and indentation, which is
// how manifests are written. Fields inside braces are not told apart; the field that holds them stands for all. Pure.

/** A field's name, or the number of an item. */
export type Path = readonly (string | number)[];

export interface OutlineLine {
  /** From 0. */
  readonly line: number;
  /** Which document of the text, from 0. */
  readonly document: number;
  /** Of what begins in this line: the innermost, `- name: x` is the name of an item. */
  readonly path: Path;
  /** Columns of the key and of the value behind it. */
  readonly column: number;
  readonly valueColumn: number;
  readonly key: string | undefined;
  readonly value: string;
}

interface Level {
  readonly indent: number;
  readonly path: Path;
  /** Of the items of a list at this level, so far. */
  items: number;
}

const isBlank = (text: string): boolean => {
  const content = text.trimStart();
  return content === '' || content.startsWith('#');
};

const indentOf = (text: string): number => text.length - text.trimStart().length;

/** A key and where its value begins; undefined for what has no key. */
export function keyIn(text: string): { key: string; valueAt: number } | undefined {
  const quote = text[0];
  if (quote === '"' || quote === "'") {
    const end = text.indexOf(quote, 1);
    if (end < 0 || text[end + 1] !== ':') return undefined;
    return { key: text.slice(1, end), valueAt: afterSpaces(text, end + 2) };
  }
  if (quote === '{' || quote === '[' || quote === '&' || quote === '*' || quote === '|' || quote === '>')
    return undefined;
  for (let at = text.indexOf(':'); at >= 0; at = text.indexOf(':', at + 1)) {
    const next = text[at + 1];
    if (next === undefined || next === ' ')
      return { key: text.slice(0, at).trimEnd(), valueAt: afterSpaces(text, at + 1) };
  }
  return undefined;
}

function afterSpaces(text: string, from: number): number {
  let at = from;
  while (text[at] === ' ') at++;
  return at;
}

const isBlockScalar = (value: string): boolean => /^[|>][-+0-9]{0,3}(?:\s|$)/.test(value);

export function outlineOf(text: string): OutlineLine[] {
  const found: OutlineLine[] = [];
  let levels: Level[] = [{ indent: -1, path: [], items: 0 }];
  let document = 0;
  /** Lines that are indented more than this are text. */
  let scalarIndent = Number.POSITIVE_INFINITY;
  let any = false;
  for (const [line, raw] of text.split('\n').entries()) {
    if (raw.startsWith('---')) {
      if (any) document++;
      any = true;
      levels = [{ indent: -1, path: [], items: 0 }];
      scalarIndent = Number.POSITIVE_INFINITY;
      continue;
    }
    if (isBlank(raw)) continue;
    if (indentOf(raw) > scalarIndent) continue;
    any = true;
    scalarIndent = Number.POSITIVE_INFINITY;
    for (const one of entriesOf(raw, levels)) {
      found.push({ ...one, line, document });
      if (isBlockScalar(one.value)) scalarIndent = one.parentIndent;
    }
  }
  return found;
}

type Entry = Omit<OutlineLine, 'line' | 'document'> & { readonly parentIndent: number };

/** What begins in one line: the items, then the key. `levels` is what is open before it, and after it. */
function entriesOf(raw: string, levels: Level[]): Entry[] {
  const entries: Entry[] = [];
  let column = indentOf(raw);
  for (;;) {
    const rest = raw.slice(column);
    const isItem = rest === '-' || rest.startsWith('- ');
    closeLevels(levels, column, isItem);
    const parent = levels.at(-1)!;
    if (isItem) {
      const path = [...parent.path, parent.items++];
      levels.push({ indent: column, path, items: 0 });
      const next = afterSpaces(raw, column + 1);
      const value = raw.slice(next);
      entries.push({ path, column, valueColumn: next, key: undefined, value, parentIndent: column });
      if (value === '') return entries;
      column = next;
      continue;
    }
    const key = keyIn(rest);
    if (!key) return entries;
    const path = [...parent.path, key.key];
    levels.push({ indent: column, path, items: 0 });
    const valueColumn = column + key.valueAt;
    entries.push({
      path,
      column,
      valueColumn,
      key: key.key,
      value: raw.slice(valueColumn),
      parentIndent: column,
    });
    return entries;
  }
}

/** Items may stand in the column of the key that holds them; anything else there is its neighbour. */
function closeLevels(levels: Level[], column: number, isItem: boolean): void {
  while (levels.length > 1) {
    const { indent, path } = levels.at(-1)!;
    const isKey = typeof path.at(-1) === 'string';
    if (indent < column || (indent === column && isItem && isKey)) return;
    levels.pop();
  }
}

const samePath = (a: Path, b: Path): boolean => a.length === b.length && a.every((part, i) => part === b[i]);

/** The line of a field, or of the innermost one around it that stands in the text. */
export function lineOfPath(
  outline: readonly OutlineLine[],
  document: number,
  path: Path,
): OutlineLine | undefined {
  for (let length = path.length; length > 0; length--) {
    const wanted = path.slice(0, length);
    const found = outline.find((one) => one.document === document && samePath(one.path, wanted));
    if (found) return found;
  }
  return outline.find((one) => one.document === document);
}

export interface Place {
  readonly document: number;
  /** Of the object in which the cursor is, or of the field whose value it is in. */
  readonly path: Path;
  readonly at: 'key' | 'value';
  /** What was typed of the key or of the value. */
  readonly typed: string;
  /** Column where it begins. */
  readonly from: number;
}

/** What would stand at the cursor; undefined inside a text, a comment or a value in braces. */
export function placeAt(text: string, line: number, column: number): Place | undefined {
  const lines = text.split('\n');
  const before = (lines[line] ?? '').slice(0, column);
  if (before.trimStart().startsWith('#') || before.includes(' #')) return undefined;
  // The cursor's line, as if a key stood in it.
  const content = before.trimStart();
  const start = contentColumn(before);
  const typed = before.slice(start);
  const key = keyIn(typed);
  const probe = key ? before : `${before.slice(0, start)}\u0000:`;
  const outline = outlineOf([...lines.slice(0, line), probe].join('\n'));
  const last = outline.at(-1);
  if (!last || last.line !== line || content.startsWith('---')) return undefined;
  const { document } = last;
  if (!key) return { document, path: last.path.slice(0, -1), at: 'key', typed, from: start };
  const value = typed.slice(key.valueAt);
  if (isBlockScalar(value) || value.startsWith('{') || value.startsWith('[')) return undefined;
  return { document, path: last.path, at: 'value', typed: value, from: start + key.valueAt };
}

/** Behind the indentation and the dashes of items. */
function contentColumn(text: string): number {
  let at = indentOf(text);
  while (text.startsWith('- ', at)) at = afterSpaces(text, at + 1);
  return at;
}
