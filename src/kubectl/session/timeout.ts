// What --request-timeout means, in milliseconds: seconds, or one of Go's durations; 0 for never.
import { durationMs } from '../../api/meta/v1/duration.ts';

export function timeoutOf(text: string): number {
  if (/^\d{1,10}$/.test(text)) return Number(text) * 1000;
  const ms = durationMs(text);
  if (ms === undefined)
    throw new Error(
      'Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by a corresponding time unit (e.g. 1s | 2m | 3h)',
    );
  return ms;
}
