// Copies a log to an output: as it is, or line by line with a prefix, so that the lines of several logs do not mix.
import type { Readable } from 'node:stream';

export interface LogOutput {
  /** Resolves when more may be written. */
  write(bytes: Buffer): Promise<void> | undefined;
}

/** A longer line is written in pieces. */
const MAX_LINE = 1024 * 1024;
const NEWLINE = 0x0a;

/** Whole lines, each with `prefix`; the last may have no newline. Used where several logs are written at once, too. */
export async function copyLines(log: Readable, prefix: string, out: LogOutput): Promise<void> {
  const before = Buffer.from(prefix);
  let rest: Buffer[] = [];
  let size = 0;
  for await (const chunk of log as AsyncIterable<Buffer>) {
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    if (end > 0) {
      await out.write(prefixed(Buffer.concat([...rest, chunk.subarray(0, end)]), before));
      rest = [];
      size = 0;
    }
    if (end < chunk.length) {
      rest.push(chunk.subarray(end));
      size += chunk.length - end;
    }
    if (size > MAX_LINE) {
      await out.write(prefixed(Buffer.concat(rest), before));
      rest = [];
      size = 0;
    }
  }
  if (size > 0) await out.write(prefixed(Buffer.concat(rest), before));
}

export async function copyBytes(log: Readable, out: LogOutput): Promise<void> {
  for await (const chunk of log as AsyncIterable<Buffer>) await out.write(chunk);
}

function prefixed(lines: Buffer, prefix: Buffer): Buffer {
  if (prefix.length === 0) return lines;
  const parts: Buffer[] = [];
  let at = 0;
  while (at < lines.length) {
    const newline = lines.indexOf(NEWLINE, at);
    const end = newline < 0 ? lines.length : newline + 1;
    parts.push(prefix, lines.subarray(at, end));
    at = end;
  }
  return Buffer.concat(parts);
}
