// Which parts of a file have ever been written, as filefrag(8) lists them. The rest reads as zeros and need not be looked at.
import { quick, type Run } from './run.ts';

/** In bytes; `end` is not part of it. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

const UNIT = 512;

export async function writtenParts(run: Run, file: string, size: number): Promise<Range[]> {
  const listed = await quick(run)(['filefrag', '-v', `-b${UNIT}`, file]).catch(() => undefined);
  // Not every file system can say it.
  return listed === undefined ? [{ start: 0, end: size }] : parseExtents(listed, size);
}

/** Lines such as `1: 512.. 895: 403759616.. 403759999: 384: last,unwritten`, in the order of the file. */
export function parseExtents(listed: string, size: number): Range[] {
  const ranges: Range[] = [];
  for (const line of listed.split('\n')) {
    const [number, logical, , , ...rest] = line.split(':').map((field) => field.trim());
    const flags = rest.at(-1) ?? '';
    if (!number || !/^[0-9]+$/.test(number) || !logical || flags.includes('unwritten')) continue;
    const [first = Number.NaN, last = Number.NaN] = logical.split('..').map(Number);
    const [start, end] = [first * UNIT, Math.min((last + 1) * UNIT, size)];
    const before = ranges.at(-1);
    if (before?.end === start) ranges[ranges.length - 1] = { start: before.start, end };
    else if (start < end) ranges.push({ start, end });
  }
  return ranges;
}
