// Reads a key set over https from where a user says. Security: the server has to have a certificate for its name, and public addresses;
// redirects are not followed; size and time are limited; what else it answers is told to nobody, nor whether a name that leads to no public
// address is there at all: neither by words nor by time. Called by remote-keys.ts.
import { lookup as resolve } from 'node:dns';
import type { IncomingMessage } from 'node:http';
import { get } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { Clock } from '../../kit/clock.ts';
import { readUpTo } from '../../kit/http1/read-up-to.ts';
import { isHostName } from '../model/alphabets.ts';
import { isPublic } from './public-address.ts';

export interface FetchOptions {
  readonly clock: Clock;
  /** Ends the call. */
  readonly signal: AbortSignal;
  /** PEM; the system's authorities without it. */
  readonly authorities?: string;
  /** Whether a name may lead to an address. */
  readonly isAllowed?: (address: string) => boolean;
  readonly resolve?: typeof resolve;
}

/** Milliseconds for all of it. */
const TIMEOUT = 5_000;
const MOST_BYTES = 64 * 1024;

/** Rejects with what its user may know. */
export async function fetchKeySet(text: string, options: FetchOptions): Promise<string> {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'https:' || url.username || url.password || !isHostName(url.hostname))
    throw new Error('it is no https URL with the name of a host');
  const stop = new AbortController();
  const end = () => stop.abort();
  const timer = options.clock.after(TIMEOUT, end);
  options.signal.addEventListener('abort', end);
  try {
    if (options.signal.aborted) end();
    const response = await asked(url, options, stop.signal);
    if (response.statusCode !== 200) {
      response.destroy();
      throw new Error(`its server answers ${response.statusCode}`);
    }
    const { bytes, whole } = await readUpTo(response, MOST_BYTES);
    if (!whole) throw new Error(`it has more than ${MOST_BYTES} bytes`);
    return bytes.toString();
  } catch (error) {
    if (stop.signal.aborted) throw new Error(NOBODY);
    throw error;
  } finally {
    timer.cancel();
    options.signal.removeEventListener('abort', end);
  }
}

const asked = (url: URL, options: FetchOptions, signal: AbortSignal): Promise<IncomingMessage> =>
  new Promise((found, failed) => {
    const { authorities: ca } = options;
    const headers = { accept: 'application/jwk-set+json, application/json' };
    get(url, { agent: false, signal, headers, lookup: lookupOf(options), ...(ca && { ca }) }, found).on(
      'error',
      failed,
    );
  });

const NOBODY = 'no server with a public address answers for its name in time';

/**
 * Addresses that are not allowed are as if the name did not have them: whatever it leads to later, the one that was judged is used. Without any,
 * and without the name, nobody answers until the time is over: names of other people's networks could be tried otherwise.
 */
const lookupOf =
  ({ isAllowed = isPublic, resolve: find = resolve }: FetchOptions): LookupFunction =>
  (host, { all: several = false }, done) => {
    find(host, { all: true }, (error, all = []) => {
      const allowed = all.filter(({ address }) => isAllowed(address));
      const [first] = allowed;
      if (error || !first) return;
      if (several) done(null, allowed);
      else done(null, first.address, first.family);
    });
  };
