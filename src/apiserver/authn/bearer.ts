// The bearer token of a request: in the Authorization header or, for browsers, which cannot set it, among the subprotocols of a
// WebSocket. Called by authenticator.ts.
// Upstream: pkg/authentication/request/{bearertoken,websocket} of k8s.io/apiserver.
import type { ApiRequest } from '../request.ts';
import { header } from '../request.ts';

const PROTOCOL = 'base64url.bearer.authorization.k8s.io.';

export type Request = Pick<ApiRequest, 'headers' | 'path' | 'upgrade'>;

/** Undefined without a token, 'invalid' if there is one that cannot be read. */
export function bearerOf(request: Request): { readonly token: string } | 'invalid' | undefined {
  const [scheme, token] = header(request.headers, 'authorization')?.split(' ', 2) ?? [];
  if (scheme?.toLowerCase() === 'bearer' && token) return { token };
  return request.upgrade ? protocolToken(header(request.headers, 'sec-websocket-protocol')) : undefined;
}

function protocolToken(protocols: string | undefined): ReturnType<typeof bearerOf> {
  if (!protocols?.includes(PROTOCOL)) return undefined;
  const all = protocols.split(',').map((one) => one.trim());
  const tokens = all.filter((one) => one.startsWith(PROTOCOL)).map((one) => one.slice(PROTOCOL.length));
  const [encoded = ''] = tokens;
  // Another one is needed: it is the one that the server answers with.
  if (tokens.length !== 1 || all.length === 1 || !/^[A-Za-z0-9_-]+$/.test(encoded)) return 'invalid';
  const bytes = Buffer.from(encoded, 'base64url');
  const token = bytes.toString();
  return Buffer.from(token).equals(bytes) ? { token } : 'invalid';
}
