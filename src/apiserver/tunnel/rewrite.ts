// Rewrites the URLs of a proxied server, in Location headers and in pages: its own paths get the proxy's path as a prefix, so that
// a browser finds them through the API server. Pure. Called by proxy-request.ts and html-tag.ts.
// Upstream: staging/src/k8s.io/apimachinery/pkg/util/proxy/transport.go.

export interface ProxyPlace {
  /** The API server's path in front of the proxied one, e.g. /api/v1/namespaces/x/services/y/proxy. */
  prefix: string;
  /** Hosts whose absolute links are rewritten: the backend's own, and the one that the caller used. */
  hosts: readonly string[];
}

const SCHEME = /^[A-Za-z][A-Za-z0-9+.-]{0,30}$/;
const HASH = 0x23;
const SLASH = 0x2f;
const COLON = 0x3a;
const QUESTION = 0x3f;

export function rewriteUrl(text: string, place: ProxyPlace): string {
  const colon = partEnd(text, 0, COLON);
  const hasScheme = text.charCodeAt(colon) === COLON && SCHEME.test(text.slice(0, colon));
  const from = hasScheme ? colon + 1 : 0;
  const hasHost = text.startsWith('//', from);
  if (hasScheme && !hasHost) return text;
  const pathFrom = hasHost ? partEnd(text, from + 2, SLASH) : from;
  const host = hasHost ? text.slice(from + 2, pathFrom) : '';
  if (host && !place.hosts.includes(host)) return text;
  if (text.charCodeAt(pathFrom) !== SLASH) return text;
  const rest = text.slice(pathFrom);
  return isUnder(rest, place.prefix) ? rest : place.prefix + rest;
}

/** Where a part of a URL ends: at `/`, `?` or `#`, or at `delimiter`. */
function partEnd(text: string, from: number, delimiter: number): number {
  for (let i = from; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === delimiter || code === SLASH || code === QUESTION || code === HASH) return i;
  }
  return text.length;
}

function isUnder(path: string, prefix: string): boolean {
  if (!path.startsWith(prefix)) return false;
  const next = path.charCodeAt(prefix.length);
  return Number.isNaN(next) || next === SLASH || next === QUESTION || next === HASH;
}
