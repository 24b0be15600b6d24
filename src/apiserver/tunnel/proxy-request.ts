// A streaming reverse proxy for the `proxy` subresources of pods, services and nodes. Links of HTML pages are rewritten on the way.
// Called by handlers/subresources/connect.ts.
// Upstream: staging/src/k8s.io/apimachinery/pkg/util/proxy/{upgradeaware.go,transport.go}.

import type { IncomingMessage } from 'node:http';
import { serviceUnavailable } from '../../api/status/status-error.ts';
import { DialError } from '../../kit/http1/upgrade.ts';
import type { ProxyCaller } from './caller.ts';
import { exchange, type ProxyTarget } from './exchange.ts';
import { requestHeaders, responseHeaders } from './headers.ts';
import { pageCoding, sendBody, sendPage } from './proxy-body.ts';
import { type ProxyPlace, rewriteUrl } from './rewrite.ts';

/** If the path is empty, GET and HEAD are redirected to `…/proxy/`, as upstream; other methods, whose body a client would not send
 *  again, go to the backend's root. Resolves when the response is complete. Rejects with a StatusError only if no response has been started. */
export async function proxyRequest(caller: ProxyCaller, target: ProxyTarget): Promise<void> {
  const [ownPath = '/', query] = splitQuery(caller.url);
  const isReading = caller.method === 'GET' || caller.method === 'HEAD';
  if (target.path === '' && isReading) return redirectToFolder(caller, ownPath, query);
  const path = target.path || '/';
  const place: ProxyPlace = {
    prefix: prefixOf(ownPath, path),
    hosts: [`${target.host}:${target.port}`, target.host, caller.host],
  };
  const response = await send(caller, { ...target, path: path + query }, ownPath, place);
  const { statusCode = 0 } = response;
  if (statusCode < 200 || statusCode > 599) {
    response.destroy();
    throw serviceUnavailable(`error trying to reach service: malformed HTTP status code "${statusCode}"`);
  }
  const headers = responseHeaders(response.headers);
  if (headers.location) headers.location = rewriteUrl(String(headers.location), place);
  const coding = headers.location || caller.method === 'HEAD' ? undefined : pageCoding(response);
  // The rewritten page's length is not known before it has passed.
  if (coding !== undefined) delete headers['content-length'];
  const out = caller.answer(statusCode, headers);
  await (coding === undefined ? sendBody(response, out) : sendPage(response, out, coding, place));
}

async function send(
  caller: ProxyCaller,
  target: ProxyTarget,
  ownPath: string,
  place: ProxyPlace,
): Promise<IncomingMessage> {
  const headers = requestHeaders(caller.headers, caller.remoteAddress, false);
  const forwarded = ['X-Forwarded-Uri', ownPath.startsWith(place.prefix) ? ownPath : place.prefix];
  const host = caller.host ? ['Host', caller.host] : [];
  try {
    return await exchange(caller, target, [...host, ...headers, ...forwarded]);
  } catch (error) {
    throw error instanceof DialError ? unreachable(error) : error;
  }
}

const unreachable = (error: DialError) =>
  serviceUnavailable(`error trying to reach service: ${error.message}`);

/** Redirects `…/proxy` to `…/proxy/`, so that relative links of the backend's page work. */
function redirectToFolder(caller: ProxyCaller, ownPath: string, query: string): void {
  caller.answer(301, { location: `${ownPath}/${query}` }).end();
}

function splitQuery(url: string): [string, string] {
  const at = url.indexOf('?');
  return at < 0 ? [url, ''] : [url.slice(0, at), url.slice(at)];
}

/** The part of the caller's path before the backend's path. */
function prefixOf(ownPath: string, backendPath: string): string {
  const suffix = ownPath.endsWith('/') && !backendPath.endsWith('/') ? `${backendPath}/` : backendPath;
  const prefix = ownPath.endsWith(suffix) ? ownPath.slice(0, -suffix.length) : ownPath;
  return prefix.replace(/\/$/, '');
}
