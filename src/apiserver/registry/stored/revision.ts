// resourceVersion of read requests as a store revision, and the errors upstream gives for it.
import { badRequest, failure } from '../../../api/status/status-error.ts';

/** Undefined for none and for "0", which ask for no particular version. Throws a 400. */
export function revisionOf(text: string): number | undefined {
  if (text === '' || text === '0') return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw badRequest(
    `invalid resource version: resourceVersion: Invalid value: ${JSON.stringify(text)}: strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`,
  );
}

/** A version that this server has not seen yet: clients try again. */
export const tooLarge = (asked: number, current: number) =>
  failure(504, 'Timeout', `Timeout: Too large resource version: ${asked}, current: ${current}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  });

/** Throws when a read asks for a state at least as new as `revision` and the store is older. */
export function checkSeen(revision: number | undefined, current: number): void {
  if (revision !== undefined && revision > current) throw tooLarge(revision, current);
}
