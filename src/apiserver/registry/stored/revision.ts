// The resourceVersion parameter of reads as a store revision, and upstream's errors for it. Called by StoredResource and
// list.ts.
import { badRequest, failure } from '../../../api/status/status-error.ts';

/** Undefined if unset or "0". Throws a 400 for anything but a number, in the words of Go's strconv. */
export function revisionOf(text: string): number | undefined {
  if (text === '' || text === '0') return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw badRequest(
    `invalid resource version: resourceVersion: Invalid value: ${JSON.stringify(text)}: strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`,
  );
}

/** The 504 for a version newer than the store's; clients retry after a second. */
export const tooLarge = (requested: number, current: number) =>
  failure(504, 'Timeout', `Timeout: Too large resource version: ${requested}, current: ${current}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  });

/** Throws the 504 if a read requires a state at least as new as `revision` and the store is older. */
export function checkSeen(revision: number | undefined, current: number): void {
  if (revision !== undefined && revision > current) throw tooLarge(revision, current);
}
