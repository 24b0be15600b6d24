// Parses one line of the CRI log format: `2026-01-02T03:04:05.678901234Z stdout F text`. Tag F ends a line of the program;
// P marks a part of one that is longer than the runtime's line limit. Pure; called for every line.

export interface CriLine {
  /** As written, e.g. 2026-01-02T03:04:05.6Z. */
  timestamp: string;
  stream: 'stdout' | 'stderr';
  partial: boolean;
  /** The program's bytes; with the newline unless partial. */
  text: Buffer;
}

const SPACE = 0x20;
const NEWLINE = 0x0a;

/** undefined when the line is not in the format; such lines are skipped, as upstream does. */
export function parseCriLine(line: Buffer): CriLine | undefined {
  const afterTime = line.indexOf(SPACE);
  const afterStream = line.indexOf(SPACE, afterTime + 1);
  if (afterTime < 0 || afterStream < 0) return undefined;
  const stream = line.toString('latin1', afterTime + 1, afterStream);
  if (stream !== 'stdout' && stream !== 'stderr') return undefined;
  const afterTags = line.indexOf(SPACE, afterStream + 1);
  if (afterTags < 0) return undefined;
  const timestamp = line.toString('latin1', 0, afterTime);
  if (!/^\d{4}-/.test(timestamp)) return undefined;
  const partial = line.toString('latin1', afterStream + 1, afterTags).split(':')[0] === 'P';
  const end = partial && line[line.length - 1] === NEWLINE ? line.length - 1 : line.length;
  return { timestamp, stream, partial, text: line.subarray(afterTags + 1, end) };
}

/** RFC 3339 with nine decimals always, as `logs --timestamps` prints it. */
export function nanoTimestamp(timestamp: string): string {
  const match = /^(.*T\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/.exec(timestamp);
  if (!match) return timestamp;
  return `${match[1]}.${(match[2] ?? '').padEnd(9, '0').slice(0, 9)}${match[3]}`;
}
