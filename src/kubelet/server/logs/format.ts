// Turns lines of the CRI format into what `kubectl logs` prints: filters by time and stream, joins parts, prefixes
// timestamps, stops at the byte limit. One instance per request; fed with whole lines in file order.
import { nanoTimestamp, parseCriLine } from './cri-line.ts';
import type { LogOptions } from './options.ts';

export class LogFormatter {
  readonly #options: LogOptions;
  #left: number;
  #atLineStart = true;

  constructor(options: LogOptions) {
    this.#options = options;
    this.#left = options.limitBytes ?? Number.POSITIVE_INFINITY;
  }

  /** True when the byte limit is used up. */
  get full(): boolean {
    return this.#left <= 0;
  }

  /** Appends to `out` what is printed for the line. */
  add(line: Buffer, out: Buffer[]): void {
    const parsed = parseCriLine(line);
    if (!parsed) return;
    if (this.#options.since !== undefined && Date.parse(parsed.timestamp) < this.#options.since) return;
    if (this.#options.stream && parsed.stream !== this.#options.stream) return;
    if (this.#options.timestamps && this.#atLineStart) {
      this.#print(Buffer.from(`${nanoTimestamp(parsed.timestamp)} `), out);
    }
    this.#print(parsed.text, out);
    this.#atLineStart = !parsed.partial;
  }

  #print(bytes: Buffer, out: Buffer[]): void {
    const piece = bytes.length > this.#left ? bytes.subarray(0, this.#left) : bytes;
    this.#left -= piece.length;
    if (piece.length > 0) out.push(piece);
  }
}
