// Bytes of a container's log → lines with the time at which they were written. Pure but for the rest that a splitter keeps.
import { plainAndStyles, type StyleSpan } from './ansi.ts';

export interface LogLine {
  /** Which log: an index into the page's list of sources. */
  readonly source: number;
  /** Comparable as text: `2026-01-02T03:04:05.123456789`. Empty when nothing is known. */
  readonly time: string;
  readonly text: string;
  readonly styles?: readonly StyleSpan[];
}

/** Characters; what is longer is cut. A line of a megabyte would be one row that nobody can read. */
export const LONGEST_LINE = 16 * 1024;

/** Cuts a stream of text into lines; holds at most one line. */
export class LineSplitter {
  #rest = '';
  /** What follows belongs to a line that was cut. */
  #skipping = false;

  push(text: string): string[] {
    const lines: string[] = [];
    let from = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      this.#take(text.slice(from, end));
      if (!this.#skipping) lines.push(shortened(this.#rest));
      this.#rest = '';
      this.#skipping = false;
      from = end + 1;
    }
    this.#take(text.slice(from));
    if (this.#rest.length > LONGEST_LINE) {
      lines.push(shortened(this.#rest));
      this.#rest = '';
      this.#skipping = true;
    }
    return lines;
  }

  /** The last line, if it has no end. */
  end(): string[] {
    const rest = this.#rest;
    this.#rest = '';
    return rest === '' ? [] : [shortened(rest)];
  }

  #take(text: string): void {
    if (!this.#skipping) this.#rest += text;
  }
}

const shortened = (line: string): string =>
  line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}…` : line;

const SECONDS = '2026-01-02T03:04:05'.length;
const NANOSECOND_DIGITS = 9;

/** The kubelet writes RFC 3339 with as many decimals as it needs: `…:05.12Z` is later than `…:05.1Z`, but not as text. */
export function comparableTime(text: string): string | undefined {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/.exec(text);
  if (!match) return undefined;
  const [, seconds = '', decimals = '', zone = 'Z'] = match;
  const utc = zone === 'Z' ? seconds : inUtc(seconds, zone);
  return utc && `${utc}.${decimals.padEnd(NANOSECOND_DIGITS, '0')}`;
}

function inUtc(seconds: string, zone: string): string | undefined {
  const ms = Date.parse(`${seconds}${zone}`);
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString().slice(0, SECONDS);
}

/** A line as the API gives it with `timestamps=true`. What has no time of its own, such as an error's text, has that of the line before. */
export function lineOf(raw: string, source: number, before: string): LogLine {
  const carriage = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
  const space = carriage.indexOf(' ');
  const time = comparableTime(space < 0 ? carriage : carriage.slice(0, space));
  const body = time === undefined ? carriage : space < 0 ? '' : carriage.slice(space + 1);
  const { text, styles } = plainAndStyles(body);
  return { source, time: time ?? before, text, ...(styles && { styles }) };
}
