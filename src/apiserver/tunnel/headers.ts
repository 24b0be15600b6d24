// The headers that a proxied request and response keep. Hop-by-hop headers are removed (RFC 9110, 7.6.1); so are the caller's
// credentials, which no backend may see, and CORS headers of responses, which would apply to the API server's origin. Pure.
// Upstream: staging/src/k8s.io/apimachinery/pkg/util/proxy/upgradeaware.go.
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

/** Browsers send a bearer token as a WebSocket subprotocol with this prefix, since they cannot set the header. */
const TOKEN_PROTOCOL = 'base64url.bearer.authorization.k8s.io.';

/** The headers that Connection lists, which are hop-by-hop too. */
function named(connection: string | undefined): Set<string> {
  return new Set((connection ?? '').split(',').map((name) => name.trim().toLowerCase()));
}

/** Raw request headers for the backend, with the caller added to X-Forwarded-For; `upgrade` keeps Connection and Upgrade. */
export function requestHeaders(
  raw: readonly string[],
  remoteAddress: string | undefined,
  upgrade: boolean,
): string[] {
  const pairs = pairsOf(raw);
  const isConnection = ([name]: readonly string[]) => name!.toLowerCase() === 'connection';
  const connection = named(
    pairs
      .filter(isConnection)
      .map(([, value]) => value)
      .join(),
  );
  const kept = pairs.filter(([name]) => {
    const lower = name.toLowerCase();
    if (isCredential(lower) || lower === 'x-forwarded-for' || lower === 'host') return false;
    if (upgrade && (lower === 'connection' || lower === 'upgrade')) return true;
    // An upgrade request has no body: what follows its head belongs to the new protocol.
    if (upgrade && lower === 'content-length') return false;
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
