// Reads a document over HTTPS, with a deadline and a limit, following some redirects. Called by authn/oidc.
import type { IncomingMessage } from 'node:http';
import { get as httpsGet } from 'node:https';
import type { Clock } from '../../kit/clock.ts';
import { readUpTo } from '../../kit/http1/read-up-to.ts';
import { DialError } from '../../kit/http1/upgrade.ts';

export interface GetOptions {
  /** PEM; the system's authorities without it. */
  readonly ca?: string;
  readonly clock: Clock;
  /** Ends the call. */
  readonly signal?: AbortSignal;
}

/** Milliseconds for all of it, as upstream's client. */
const TIMEOUT = 30_000;
/** Bytes of a document. Upstream has no limit. */
const LIMIT = 1 << 20;
const MOST_REDIRECTS = 5;
const REDIRECTS = [301, 302, 303, 307, 308];

/** The text of the document. Rejects, in Go's words, if it is not there. */
export async function getDocument(url: string, { ca, clock, signal }: GetOptions): Promise<string> {
  const stop = new AbortController();
  const end = () => stop.abort();
  const timer = clock.after(TIMEOUT, end);
  signal?.addEventListener('abort', end);
  try {
    const response = await followed(url, ca, stop.signal);
    const { bytes, whole } = await readUpTo(response, LIMIT);
    if (!whole) throw new Error(`the document is longer than ${LIMIT} bytes`);
    // The body is not shown: it may be anything.
    if (response.statusCode !== 200) throw new Error(`unexpected status ${response.statusCode}`);
    return bytes.toString();
  } catch (error) {
    const why = stop.signal.aborted
      ? 'context deadline exceeded'
      : error instanceof Error
        ? error.message
        : String(error);
    throw new Error(`Get ${JSON.stringify(url)}: ${why}`, { cause: error });
  } finally {
    timer.cancel();
    signal?.removeEventListener('abort', end);
  }
}

async function followed(
  first: string,
  ca: string | undefined,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  let url = first;
  for (let redirects = 0; ; redirects++) {
    if (!url.startsWith('https:')) throw new Error('only https is supported');
    const response = await request(url, ca, signal);
    const { statusCode = 0, headers } = response;
    if (!REDIRECTS.includes(statusCode) || !headers.location) return response;
    response.destroy();
    if (redirects === MOST_REDIRECTS) throw new Error(`stopped after ${MOST_REDIRECTS} redirects`);
    url = new URL(headers.location, url).href;
  }
}

function request(url: string, ca: string | undefined, signal: AbortSignal): Promise<IncomingMessage> {
  const { hostname: host, port, pathname: path } = new URL(url);
  return new Promise((resolve, reject) => {
    httpsGet(
      url,
      { agent: false, signal, headers: { accept: 'application/json' }, ...(ca && { ca }) },
      resolve,
    ).on('error', (error) => reject(new DialError({ host, port: Number(port || 443), path }, error)));
  });
}
