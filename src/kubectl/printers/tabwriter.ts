// Aligns columns that are separated by tabs, as Go's text/tabwriter does: a column is a run of lines that have a cell in it,
// and a line's last cell belongs to none. Called by tables and by describe.
import type { Output } from './printer.ts';

export interface TabSettings {
  readonly minimum: number;
  readonly padding: number;
  /** Widths never shrink, neither within a text nor from one flush to the next, as a watch needs it. */
  readonly remembers: boolean;
}

/** kubectl's tables. */
export const TABLE: TabSettings = { minimum: 6, padding: 3, remembers: true };

export class TabWriter implements Output {
  readonly #out: Output;
  readonly #settings: TabSettings;
  #pending: string[] = [];
  #remembered: number[] = [];

  constructor(out: Output, settings: TabSettings = TABLE) {
    this.#out = out;
    this.#settings = settings;
  }

  write(text: string): void {
    this.#pending.push(text);
  }

  flush(): void {
    const text = this.#pending.join('');
    this.#pending = [];
    if (text === '') return;
    if (!this.#settings.remembers) this.#remembered = [];
    const lines = text.split('\n').map((line) => line.split('\t'));
    this.#out.write(new Block(lines, this.#settings, this.#remembered).text());
  }

  /** The next flush starts with widths of its own. */
  forgetWidths(): void {
    this.#remembered = [];
  }
}

/** Characters, not bytes. */
function lengthOf(text: string): number {
  let length = text.length;
  for (let i = 0; i < text.length; i++) if ((text.charCodeAt(i) & 0xfc00) === 0xdc00) length--;
  return length;
}

class Block {
  readonly #lines: readonly (readonly string[])[];
  readonly #settings: TabSettings;
  readonly #remembered: number[];
  readonly #widths: number[] = [];
  readonly #parts: string[] = [];

  constructor(lines: readonly (readonly string[])[], settings: TabSettings, remembered: number[]) {
    this.#lines = lines;
    this.#settings = settings;
    this.#remembered = remembered;
  }

  text(): string {
    this.#align(0, this.#lines.length);
    return this.#parts.join('');
  }

  /** Lines that have all columns whose widths are known; the next column divides them into runs. */
  #align(from: number, to: number): void {
    const column = this.#widths.length;
    const hasCell = (line: number) => line < to && column < this.#lines[line]!.length - 1;
    let written = from;
    for (let start = from; start < to; start++) {
      if (!hasCell(start)) continue;
      this.#writeLines(written, start);
      let end = start;
      while (hasCell(end)) end++;
      this.#widths.push(this.#widthOf(column, start, end));
      this.#align(start, end);
      this.#widths.pop();
      written = end;
      start = end;
    }
    this.#writeLines(written, to);
  }

  #widthOf(column: number, from: number, to: number): number {
    let width = this.#settings.minimum;
    for (let i = from; i < to; i++)
      width = Math.max(width, lengthOf(this.#lines[i]![column]!) + this.#settings.padding);
    if (!this.#settings.remembers) return width;
    width = Math.max(width, this.#remembered[column] ?? 0);
    this.#remembered[column] = width;
    return width;
  }

  #writeLines(from: number, to: number): void {
    for (let i = from; i < to; i++) {
      const line = this.#lines[i]!;
      for (const [j, cell] of line.entries()) {
        const width = j < line.length - 1 ? this.#widths[j] : undefined;
        this.#parts.push(cell, width === undefined ? '' : ' '.repeat(width - lengthOf(cell)));
      }
      if (i < this.#lines.length - 1) this.#parts.push('\n');
    }
  }
}
