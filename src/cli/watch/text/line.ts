// Lines of cells: what stands in each column of the screen, and in which style. Drawing makes them of spans. Pure.
import { graphemes, isPlain } from './graphemes.ts';

export type Style =
  | 'plain'
  | 'dim'
  | 'strong'
  | 'title'
  | 'header'
  | 'good'
  | 'busy'
  | 'bad'
  | 'done'
  | 'mark'
  | 'key'
  | 'match'
  | 'prompt'
  | 'cursor'
  | 'cursor-bad';

export interface Span {
  readonly text: string;
  readonly style: Style;
}

export interface Cell {
  /** Empty in the second column of a wide character. */
  readonly text: string;
  readonly style: Style;
}

export type Line = readonly Cell[];

export const span = (text: string, style: Style = 'plain'): Span => ({ text, style });

const TAB = 8;

/** Exactly `width` cells: what is longer is cut and ends with …, the rest is filled with `fill`. */
export function layOut(spans: readonly Span[], width: number, fill: Style = 'plain'): Line {
  const cells: Cell[] = [];
  for (const { text, style } of spans) {
    if (cells.length > width) break;
    place(cells, text, style, width);
  }
  if (cells.length > width) {
    cells.length = width;
    if (width > 0) cells[width - 1] = { text: '…', style: cells[width - 1]!.style };
    // Half of a wide character stays on neither side.
    const before = cells[width - 2];
    if (before && isSplit(before)) cells[width - 2] = { text: ' ', style: before.style };
  }
  while (cells.length < width) cells.push({ text: ' ', style: fill });
  return cells;
}

const isSplit = ({ text }: Cell): boolean => {
  for (const one of graphemes(text)) return one.width === 2;
  return false;
};

/** Stops one cell after `width`, which tells that the text is longer. */
function place(cells: Cell[], text: string, style: Style, width: number): void {
  // Longer than the screen in any case: a name or line of megabytes is not looked at as a whole.
  const looked = text.length > (width + 1) * 40 ? text.slice(0, (width + 1) * 40) : text;
  if (isPlain(looked)) {
    for (let i = 0; i < looked.length && cells.length <= width; i++) cells.push({ text: looked[i]!, style });
    return;
  }
  for (const [i, part] of looked.split('\t').entries()) {
    if (i > 0)
      do cells.push({ text: ' ', style });
      while (cells.length % TAB !== 0 && cells.length <= width);
    for (const one of graphemes(part)) {
      if (cells.length > width) return;
      cells.push({ text: one.text, style });
      if (one.width === 2) cells.push({ text: '', style });
    }
  }
}

/** The text in exactly `width` columns. */
export function fitted(text: string, width: number): string {
  if (isPlain(text) && text.length <= width) return text.padEnd(width);
  return layOut([span(text)], width)
    .map((cell) => cell.text)
    .join('');
}

/** Pieces of a text, each of at most `width` columns. */
export function wrapped(text: string, width: number): string[] {
  if (width < 2) return [text];
  if (isPlain(text)) {
    const pieces: string[] = [];
    for (let at = 0; at < text.length; at += width) pieces.push(text.slice(at, at + width));
    return pieces.length > 0 ? pieces : [''];
  }
  const pieces: string[] = [];
  let piece = '';
  let used = 0;
  for (const one of graphemes(text.replaceAll('\t', '    '))) {
    if (used + one.width > width) {
      pieces.push(piece);
      piece = '';
      used = 0;
    }
    piece += one.text;
    used += one.width;
  }
  return [...pieces, piece];
}
