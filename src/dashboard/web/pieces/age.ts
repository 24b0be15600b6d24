// Ages as kubectl shows them. Pure.
import { humanDuration } from '../../../api/columns/printer.ts';

/** `created` in milliseconds since the epoch; 0 if it is not known. */
export const ageText = (created: number, now: number): string =>
  created === 0 ? '' : humanDuration(Math.max(0, now - created));
