// A streaming reverse proxy for the `proxy` subresources of pods, services and nodes. Only HTML pages are buffered, to rewrite
// their links. Called by handlers/subresources/connect.ts.
// Upstream: staging/src/k8s.io/apimachinery/pkg/util/proxy/{upgradeaware.go,transport.go}.
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createInflate, deflateSync, gzipSync } from 'node:zlib';
import { internalError, serviceUnavailable } from '../../api/status/status-error.ts';
import { DialError, type HttpTarget, startRequest } from '../../kit/http1/upgrade.ts';
import type { ProxyCaller } from './caller.ts';
import { requestHeaders, responseHeaders } from './headers.ts';
import { type ProxyPlace, rewriteHtml, rewriteUrl } from './rewrite.ts';

/** The target of a request. `path` is the backend's path without query; if empty, the caller is redirected to `…/proxy/`. */
export interface ProxyTarget extends HttpTarget {
  signal?: AbortSignal;
}

/** Resolves when the response is complete. Rejects with a StatusError only if no response has been started. */
export async function proxyRequest(caller: ProxyCaller, target: ProxyTarget): Promise<void> {
  const [ownPath = '/', query] = splitQuery(caller.url);
  if (target.path === '') return redirectToFolder(caller, ownPath, query);
  const place: ProxyPlace = {
    prefix: prefixOf(ownPath, target.path),
    hosts: [`${target.host}:${target.port}`, target.host, caller.host],
  };
  const response = await send(caller, { ...target, path: target.path + query }, ownPath, place);
  const headers = responseHeaders(response.headers);
  if (headers.location) headers.location = rewriteUrl(String(headers.location), place);
  const isHtml = /^text\/html\s*(;|$)/i.test(response.headers['content-type'] ?? '');
  if (isHtml && !headers.location && caller.method !== 'HEAD') {
    return answerHtml(caller, response, headers, place);
  }
  const out = caller.answer(response.statusCode ?? 502, headers);
  await pipeline(response, out).catch(() => {});
}

function send(
  caller: ProxyCaller,
  target: ProxyTarget,
  ownPath: string,
  place: ProxyPlace,
): Promise<IncomingMessage> {
  const headers = requestHeaders(caller.headers, caller.remoteAddress, false);
  if (!headers.some((name, i) => i % 2 === 0 && name.toLowerCase() === 'content-length')) {
    headers.push(...(caller.hasBody ? ['Transfer-Encoding', 'chunked'] : ['Content-Length', '0']));
  }
  const forwarded = ['X-Forwarded-Uri', ownPath.startsWith(place.prefix) ? ownPath : place.prefix];
  return new Promise((resolve, reject) => {
    const request = startRequest({
      ...target,
      method: caller.method,
      headers: [...(caller.host ? ['Host', caller.host] : []), ...headers, ...forwarded],
    });
    request.on('response', resolve);
    request.on('error', (error) => reject(unreachable(new DialError(target, error))));
    caller.onClose(() => request.destroy());
    caller.body.once('error', () => request.destroy());
    caller.body.pipe(request);
  });
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

async function answerHtml(
  caller: ProxyCaller,
  response: IncomingMessage,
  headers: OutgoingHttpHeaders,
  place: ProxyPlace,
): Promise<void> {
  const encoding = response.headers['content-encoding'] ?? '';
  const decoder = encoding === 'gzip' ? createGunzip() : encoding === 'deflate' ? createInflate() : undefined;
  if (encoding !== '' && !decoder) {
    const out = caller.answer(response.statusCode ?? 502, headers);
    return pipeline(response, out).catch(() => {});
  }
  const page = await text(decoder ? response.pipe(decoder) : response).catch((error: unknown) => {
    throw internalError(error);
  });
  const bytes = Buffer.from(rewriteHtml(page, place));
  const body = encoding === 'gzip' ? gzipSync(bytes) : encoding === 'deflate' ? deflateSync(bytes) : bytes;
  caller.answer(response.statusCode ?? 502, { ...headers, 'content-length': body.length }).end(body);
}
