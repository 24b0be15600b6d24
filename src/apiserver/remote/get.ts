// Reads a document over HTTPS, with a deadline and a limit, following some redirects. Called by authn/oidc.
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import { get as httpsGet } from 'node:https';
import type { Clock } from '../../kit/clock.ts';
import { readUpTo } from '../../kit/http1/read-up-to.ts';
import { DialError } from '../../kit/http1/upgrade.ts';

export interface GetOptions {
  /** PEM; the system's authorities without it. */
  readonly ca?: string;
  /** A bearer token; the answer to a redirect to another host is asked for without it. */
  readonly token?: string;
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

export interface Got {
  readonly status: number;
  /** As in "404 Not Found". */
  readonly statusText: string;
  readonly text: string;
}

/** The text of the document. Rejects, in Go's words, if it is not there. */
export async function getDocument(url: string, options: GetOptions): Promise<string> {
  const { status, text } = await getAnswer(url, options);
  // The body is not shown: it may be anything.
  if (status !== 200) throw new Error(`Get ${JSON.stringify(url)}: unexpected status ${status}`);
  return text;
}

/** Resolves with any answer but a redirect. Rejects, in Go's words, if there is none. */
export async function getAnswer(url: string, { ca, token, clock, signal }: GetOptions): Promise<Got> {
  const stop = new AbortController();
  const end = () => stop.abort();
  const timer = clock.after(TIMEOUT, end);
  signal?.addEventListener('abort', end);
  try {
    if (signal?.aborted) end();
    const response = await followed(url, { ca, token, signal: stop.signal });
    const { bytes, whole } = await readUpTo(response, LIMIT);
    if (!whole) throw new Error(`the document is longer than ${LIMIT} bytes`);
    const { statusCode: status = 0 } = response;
    return { status, statusText: `${status} ${STATUS_CODES[status] ?? ''}`.trim(), text: bytes.toString() };
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

interface Asked {
  readonly ca: string | undefined;
  readonly token: string | undefined;
  readonly signal: AbortSignal;
}

async function followed(first: string, asked: Asked): Promise<IncomingMessage> {
  let url = first;
  let { token } = asked;
  for (let redirects = 0; ; redirects++) {
    if (!url.startsWith('https:')) throw new Error('only https is supported');
    const response = await request(url, { ...asked, token });
    const { statusCode = 0, headers } = response;
    if (!REDIRECTS.includes(statusCode) || !headers.location) return response;
    response.destroy();
    if (redirects === MOST_REDIRECTS) throw new Error(`stopped after ${MOST_REDIRECTS} redirects`);
    const next = new URL(headers.location, url);
    // Go's client keeps it for subdomains, too.
    if (next.host !== new URL(url).host) token = undefined;
    url = next.href;
  }
}

function request(url: string, { ca, token, signal }: Asked): Promise<IncomingMessage> {
  const { hostname: host, port, pathname: path } = new URL(url);
  const headers = { accept: 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
  return new Promise((resolve, reject) => {
    httpsGet(url, { agent: false, signal, headers, ...(ca && { ca }) }, resolve).on('error', (error) =>
      reject(new DialError({ host, port: Number(port || 443), path }, error)),
    );
  });
}
