// Which lines of a log have a text, and where. The lines are looked at in portions, so that a long log does not hold up the page.
import type { StyleSpan } from './ansi.ts';
import type { LogLine } from './lines.ts';
import type { BufferChange, LogBuffer } from './log-buffer.ts';

/** Small letters find capitals, too; a capital in the query means what it is. */
export function finderOf(query: string): ((text: string) => readonly number[]) | undefined {
  if (query === '') return undefined;
  const folded = query.toLowerCase();
  const exact = folded !== query;
  return (text) => {
    // Some letters have another length in small: then offsets in the folded text are not those of the text.
    const small = exact ? text : text.toLowerCase();
    const searched = small.length === text.length ? small : text;
    const wanted = exact ? query : folded;
    const found: number[] = [];
    for (let at = searched.indexOf(wanted); at >= 0; at = searched.indexOf(wanted, at + wanted.length))
      found.push(at);
    return found;
  };
}

export class LogSearch {
  #query = '';
  #find: ((text: string) => readonly number[]) | undefined;
  /** Numbers of the lines that have the text, in order. */
  #matches: number[] = [];
  /** The first line that was not looked at. */
  #next = 0;

  get query(): string {
    return this.#query;
  }

  get matches(): readonly number[] {
    return this.#matches;
  }

  /** Begins anew. */
  ask(query: string): void {
    this.#query = query;
    this.#find = finderOf(query);
    this.#matches = [];
    this.#next = 0;
  }

  /** To be told of every change of the buffer. */
  changed({ dropped, from }: BufferChange): void {
    if (dropped > 0) this.#matches = this.#matches.map((line) => line - dropped).filter((line) => line >= 0);
    this.#next = Math.max(0, this.#next - dropped);
    if (from >= this.#next) return;
    this.#matches.length = placeIn(this.#matches, from);
    this.#next = from;
  }

  /** Looks at so many lines; true when all have been looked at. */
  step(buffer: LogBuffer, lines: number): boolean {
    if (!this.#find) return true;
    const end = Math.min(buffer.length, this.#next + lines);
    for (; this.#next < end; this.#next++)
      if (this.#find(buffer.at(this.#next)!.text).length > 0) this.#matches.push(this.#next);
    return this.#next >= buffer.length;
  }
}

/** How many of the sorted numbers are below `limit`. */
export function placeIn(sorted: readonly number[], limit: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The match that comes next, and the first one after the last. */
export function nextMatch(matches: readonly number[], line: number, step: 1 | -1): number | undefined {
  if (matches.length === 0) return undefined;
  const at = placeIn(matches, step > 0 ? line + 1 : line);
  const index = step > 0 ? at : at - 1;
  return matches[(index + matches.length) % matches.length];
}

export interface Segment {
  readonly text: string;
  readonly classes: string;
}

/** A line in pieces of one look each: its own colours, and what was searched for. */
export function segmentsOf(
  { text, styles = [] }: Pick<LogLine, 'text' | 'styles'>,
  query: string,
): Segment[] {
  const found = finderOf(query)?.(text) ?? [];
  const cuts = new Set([0, text.length]);
  for (const { from, to } of styles) cuts.add(from).add(to);
  for (const at of found) cuts.add(at).add(at + query.length);
  const edges = [...cuts].sort((a, b) => a - b);
  const segments: Segment[] = [];
  for (let i = 1; i < edges.length; i++) {
    const [from, to] = [edges[i - 1]!, edges[i]!];
    const isFound = found.some((at) => at <= from && to <= at + query.length);
    const classes = [styleAt(styles, from, to), isFound ? 'log-found' : ''].filter(Boolean).join(' ');
    segments.push({ text: text.slice(from, to), classes });
  }
  return segments;
}

const styleAt = (styles: readonly StyleSpan[], from: number, to: number): string =>
  styles.find((span) => span.from <= from && to <= span.to)?.classes ?? '';
