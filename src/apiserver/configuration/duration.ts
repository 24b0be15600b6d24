// Durations in configuration files, as Go writes them: 300ms, 30s, 1h30m. Called by authz/configured and cluster's flags.
import { durationMs } from '../../api/meta/v1/duration.ts';

/** Milliseconds. Throws an Error in Go's words. */
export function milliseconds(text: string): number {
  const ms = durationMs(text);
  if (ms === undefined) throw new Error(`time: invalid duration ${JSON.stringify(text)}`);
  return ms;
}
