// A whole screen, and what must be sent to a terminal that shows another one. Pure.
import type { Cell, Line, Style } from '../text/line.ts';

export interface Frame {
  readonly width: number;
  readonly lines: readonly Line[];
  /** Where the cursor blinks; hidden without. */
  readonly cursor?: { readonly x: number; readonly y: number };
}

/** The sequence that sets a style, whatever was set before. */
export type Paint = (style: Style) => string;

const isSame = (a: Cell | undefined, b: Cell): boolean => a?.text === b.text && a.style === b.style;

/** The terminal shows the frame at once, if it knows how. */
const BEGIN = '\x1b[?2026h';
const END = '\x1b[?2026l';

/** Empty when the terminal shows that already. `before` is undefined for a terminal of which nothing is known. */
export function difference(before: Frame | undefined, after: Frame, paint: Paint): string {
  const known = before?.width === after.width && before.lines.length === after.lines.length;
  const parts: string[] = [];
  if (!known) parts.push('\x1b[0m\x1b[2J');
  for (const [y, line] of after.lines.entries()) {
    const changed = changedPart(known ? before.lines[y] : undefined, line);
    if (changed) parts.push(`\x1b[${y + 1};${changed.from + 1}H${cellsText(line, changed, paint)}`);
  }
  const cursor = cursorText(known ? before : undefined, after);
  if (parts.length === 0 && cursor === '') return '';
  // A cursor that blinks was moved by what is written.
  const moved = cursor === '' && after.cursor ? cursorText(undefined, after) : cursor;
  return `${BEGIN}${parts.join('')}${moved}${END}`;
}

function cursorText(before: Frame | undefined, { cursor }: Frame): string {
  if (!cursor) return before && !before.cursor ? '' : '\x1b[?25l';
  if (before?.cursor && before.cursor.x === cursor.x && before.cursor.y === cursor.y) return '';
  return `\x1b[${cursor.y + 1};${cursor.x + 1}H\x1b[?25h`;
}

interface Part {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

function changedPart(before: Line | undefined, after: Line): Part | undefined {
  if (before === after) return undefined;
  let from = 0;
  let to = after.length;
  if (before) {
    while (from < to && isSame(before[from], after[from]!)) from++;
    while (to > from && isSame(before[to - 1], after[to - 1]!)) to--;
  }
  if (from === to) return undefined;
  // Wide characters are written whole, and what stood in half of one too.
  while (from > 0 && (after[from]!.text === '' || before?.[from]?.text === '')) from--;
  while (to < after.length && (after[to]!.text === '' || before?.[to]?.text === '')) to++;
  return { from, to };
}

function cellsText(line: Line, { from, to }: Part, paint: Paint): string {
  let out = '';
  let style: Style | undefined;
  for (let x = from; x < to; x++) {
    const cell = line[x]!;
    if (cell.text === '') continue;
    if (cell.style !== style) out += paint(cell.style);
    style = cell.style;
    out += cell.text;
    // Terminals disagree on how wide some characters are: the next one is put where it belongs.
    if (!isPlainCell(cell)) out += `\x1b[${x + (line[x + 1]?.text === '' ? 3 : 2)}G`;
  }
  return out;
}

const isPlainCell = ({ text }: Cell): boolean => text.length === 1 && text >= ' ' && text <= '~';
