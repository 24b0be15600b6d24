// One request to another registry: TLS as configured, redirects followed, times limited. No header of it is ever logged.
import { readFileSync } from 'node:fs';
import http, { type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import https from 'node:https';
import { dialErrorText } from '../../kit/http1/dial-error.ts';
import type { RegistryConfig } from './registries-file.ts';

/** The registry did not answer, or not as one: what is in the cache may stand in for it. */
export class Unreachable extends Error {}

export interface UpstreamRequest {
  readonly method: 'GET' | 'HEAD' | 'POST';
  readonly url: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string;
  readonly tls?: RegistryConfig['tls'];
}

/** Milliseconds without a byte, also while the connection is made. */
const SILENCE_MS = 20_000;
const MOST_REDIRECTS = 5;

/** The credentials of a request go to the host that it was made for, and to no other. */
export async function ask(request: UpstreamRequest): Promise<IncomingMessage> {
  let { url, headers = {}, tls } = request;
  for (let redirects = 0; ; redirects++) {
    const response = await once({ ...request, url, headers, ...(tls && { tls }) });
    const { statusCode = 0 } = response;
    const { location } = response.headers;
    if (![301, 302, 303, 307, 308].includes(statusCode) || !location || request.method === 'POST')
      return response;
    response.destroy();
    if (redirects === MOST_REDIRECTS) throw new Unreachable(`${hostName(url)} redirects too often`);
    const next = URL.canParse(location, url) ? new URL(location, url) : undefined;
    if (!next || !isSafe(new URL(url), next))
      throw new Unreachable(`${hostName(url)} redirects to a place that is not followed`);
    if (next.host !== new URL(url).host) {
      const { authorization, ...others } = headers;
      headers = others;
      tls = undefined;
    }
    url = next.href;
  }
}

/** From TLS to plain HTTP nobody is led. */
const isSafe = (from: URL, to: URL): boolean =>
  to.protocol === 'https:' || (to.protocol === 'http:' && from.protocol === 'http:');

const hostName = (url: string): string => new URL(url).host;

function once({ method, url, headers = {}, body, tls }: UpstreamRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const { protocol, hostname, port, host } = new URL(url);
    const fail = (error: unknown) => {
      const number = Number(port || (protocol === 'https:' ? 443 : 80));
      const text = dialErrorText(error, hostname.replace(/^\[|\]$/g, ''), number);
      reject(new Unreachable(`${method} ${host}: ${text}`));
    };
    try {
      const options = { method, headers: { ...headers, 'User-Agent': 'tiphys' }, agent: false };
      const made =
        protocol === 'https:'
          ? https.request(url, { ...options, ...tlsOptions(tls) }, resolve)
          : http.request(url, options, resolve);
      made.setTimeout(SILENCE_MS, () => made.destroy(new Error('no answer for 20 seconds')));
      made.on('error', fail);
      made.end(body);
    } catch (error) {
      fail(error);
    }
  });
}

/** Files are read for each connection: renewed ones are taken up. */
function tlsOptions({ caFile, certFile, keyFile, insecureSkipVerify }: RegistryConfig['tls'] = {}) {
  return {
    minVersion: 'TLSv1.2' as const,
    ...(caFile && { ca: readFileSync(caFile) }),
    ...(certFile && keyFile && { cert: readFileSync(certFile), key: readFileSync(keyFile) }),
    ...(insecureSkipVerify && { rejectUnauthorized: false }),
  };
}
