// How high the lines of a log are, in rows of text, and which of them are in view. In a font of fixed width a row holds so many
// characters; nothing has to be measured on the page. Pure but for what is kept.

/** Rows of a line that is broken after so many characters; one, where lines are not broken. */
export const rowsOf = (length: number, columns: number): number =>
  columns === Number.POSITIVE_INFINITY ? 1 : Math.max(1, Math.ceil(length / columns));

export class Rows {
  /** At i: rows of all lines before line i. */
  #before: number[] = [0];
  #columns: number;

  constructor(columns: number) {
    this.#columns = columns;
  }

  get columns(): number {
    return this.#columns;
  }

  get count(): number {
    return this.#before.length - 1;
  }

  get total(): number {
    return this.#before.at(-1)!;
  }

  /** Lines before `from` are as they were; those from there on are measured. */
  update(count: number, from: number, lengthOf: (line: number) => number, columns = this.#columns): void {
    const first = columns === this.#columns ? Math.min(from, this.count) : 0;
    this.#columns = columns;
    this.#before.length = first + 1;
    for (let i = first; i < count; i++) this.#before.push(this.#before[i]! + rowsOf(lengthOf(i), columns));
  }

  /** After lines were given up at the beginning. */
  drop(lines: number): void {
    const gone = this.#before[Math.min(lines, this.count)]!;
    this.#before = this.#before.slice(Math.min(lines, this.count)).map((rows) => rows - gone);
  }

  topOf(line: number): number {
    return this.#before[Math.max(0, Math.min(line, this.count))]!;
  }

  /** The line that is at this row. */
  lineAt(row: number): number {
    let low = 0;
    let high = this.count;
    while (low + 1 < high) {
      const middle = (low + high) >> 1;
      if (this.#before[middle]! <= row) low = middle;
      else high = middle;
    }
    return low;
  }

  /** Lines of which a part is between two rows, and a few more at both ends. */
  between(top: number, bottom: number, more = 10): { from: number; to: number } {
    const from = Math.max(0, this.lineAt(Math.max(0, top)) - more);
    return { from, to: Math.min(this.count, this.lineAt(Math.max(0, bottom)) + 1 + more) };
  }
}
