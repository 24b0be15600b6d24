// A bearer token that is kept in a file and replaced now and then, as the kubelet does with service account tokens.
import { readFileSync } from 'node:fs';
import type { Clock } from '../../kit/clock.ts';

/** As client-go: the file is read again so often. */
const REREAD_MS = 60_000;

/** Gives the token. A file that cannot be read again leaves the last token in use; the first time it throws. */
export function tokenFromFile(path: string, clock: Pick<Clock, 'monotonic'>): () => string {
  let token = '';
  let readAt = Number.NEGATIVE_INFINITY;
  return () => {
    if (clock.monotonic() - readAt < REREAD_MS) return token;
    try {
      const read = readFileSync(path, 'utf8').trim();
      if (!read) throw new Error(`read empty token from file "${path}"`);
      token = read;
    } catch (error) {
      if (!token) throw error;
    }
    readAt = clock.monotonic();
    return token;
  };
}
