// Which headers pass a proxy. Hop-by-hop ones stay; so do the caller's credentials, which were meant for the API server
// alone; answers may not set CORS rules for the API server's origin. Pure.
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';

const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

const CORS = new Set([
  'access-control-allow-credentials',
  'access-control-allow-headers',
  'access-control-allow-methods',
  'access-control-allow-origin',
]);

const isCredential = (name: string) =>
  name === 'authorization' || name.startsWith('impersonate-') || name.startsWith('x-remote-');

/** A WebSocket client may carry its token as a subprotocol. */
const TOKEN_PROTOCOL = 'base64url.bearer.authorization.k8s.io.';

/** Headers named by Connection are hop-by-hop too. */
function named(connection: string | undefined): Set<string> {
  return new Set((connection ?? '').split(',').map((name) => name.trim().toLowerCase()));
}

/** Raw request headers for the backend, with X-Forwarded-For completed; `upgrade` keeps the headers that ask for one. */
export function requestHeaders(
  raw: readonly string[],
  remoteAddress: string | undefined,
  upgrade: boolean,
): string[] {
  const pairs = pairsOf(raw);
  const connection = named(pairs.find(([name]) => name.toLowerCase() === 'connection')?.[1]);
  const kept = pairs.filter(([name]) => {
    const lower = name.toLowerCase();
    if (isCredential(lower) || lower === 'x-forwarded-for' || lower === 'host') return false;
    if (upgrade && (lower === 'connection' || lower === 'upgrade')) return true;
    return !HOP_BY_HOP.has(lower) && (upgrade || !connection.has(lower));
  });
  const forwarded = pairs
    .filter(([name]) => name.toLowerCase() === 'x-forwarded-for')
    .map(([, value]) => value);
  if (remoteAddress) forwarded.push(remoteAddress.replace(/^::ffff:/, ''));
  if (forwarded.length > 0) kept.push(['X-Forwarded-For', forwarded.join(', ')]);
  return kept.flatMap(([name, value]) => [name, withoutToken(name, value)]);
}

export function responseHeaders(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  const connection = named(headers.connection);
  const kept: OutgoingHttpHeaders = {};
  for (const [name, value] of Object.entries(headers)) {
    if (!HOP_BY_HOP.has(name) && !CORS.has(name) && !connection.has(name)) kept[name] = value;
  }
  return kept;
}

function pairsOf(raw: readonly string[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) pairs.push([raw[i]!, raw[i + 1]!]);
  return pairs;
}

function withoutToken(name: string, value: string): string {
  if (name.toLowerCase() !== 'sec-websocket-protocol') return value;
  return value
    .split(',')
    .map((protocol) => protocol.trim())
    .filter((protocol) => !protocol.startsWith(TOKEN_PROTOCOL))
    .join(', ');
}
