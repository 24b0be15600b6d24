// The server's Warning headers (299), each text printed once, as client-go's writer does.
import type { Io } from '../io/io.ts';

export class Warnings {
  readonly #io: Io;
  readonly #seen = new Set<string>();
  count = 0;

  constructor(io: Io) {
    this.#io = io;
  }

  take(header: string | string[] | undefined): void {
    if (header === undefined) return;
    for (const text of warningsOf(Array.isArray(header) ? header.join(', ') : header)) {
      this.count++;
      if (this.#seen.has(text)) continue;
      this.#seen.add(text);
      this.#io.err(`Warning: ${text}\n`);
    }
  }
}

/** The texts of `299 - "text", 299 - "…"`. */
export function warningsOf(header: string): string[] {
  const out: string[] = [];
  for (let at = 0; at < header.length; ) {
    const quote = header.indexOf('"', at);
    if (quote < 0) break;
    const code = header
      .slice(at, quote)
      .replace(/^[,\s]+/, '')
      .split(' ')[0];
    let text = '';
    let end = quote + 1;
    while (end < header.length && header[end] !== '"') {
      if (header[end] === '\\') end++;
      text += header[end++] ?? '';
    }
    if (code === '299' && text !== '') out.push(text);
    at = end + 1;
    // A date may follow in quotes of its own.
    const date = /^\s*"[^"]*"/.exec(header.slice(at, at + 64))?.[0];
    if (date) at += date.length;
  }
  return out;
}
