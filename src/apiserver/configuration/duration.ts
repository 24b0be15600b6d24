// Durations in configuration files, as Go writes them: 300ms, 30s, 1h30m. Called by authz/configured and cluster's flags.
import { parseDuration } from '../../api/cel/values/time.ts';

const NANOSECONDS = 1_000_000;

/** Milliseconds. Throws an Error in Go's words. */
export function milliseconds(text: string): number {
  const duration = parseDuration(text);
  if (!duration) throw new Error(`time: invalid duration ${JSON.stringify(text)}`);
  return Number(duration.nanoseconds) / NANOSECONDS;
}

const UNITS: readonly (readonly [string, number])[] = [
  ['h', 3_600_000],
  ['m', 60_000],
];

/** As Go's Duration.String shows it: 1m0s, 500ms. */
export function shownDuration(ms: number): string {
  if (ms !== 0 && Math.abs(ms) < 1000) return `${ms}ms`;
  let left = Math.abs(ms);
  let text = '';
  for (const [unit, size] of UNITS) {
    const count = Math.floor(left / size);
    if (count > 0 || text) text += `${count}${unit}`;
    left -= count * size;
  }
  return `${ms < 0 ? '-' : ''}${text}${left / 1000}s`;
}
