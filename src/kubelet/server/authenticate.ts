// Identifies the caller: by the subject of a client certificate that the CA has signed, else by a bearer token. TLS
// verifies a certificate when the connection begins; whether it is still valid is checked at every request.
import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import type { KubeletUser } from './attributes.ts';

export type TokenAuthenticator = (token: string) => Promise<KubeletUser | undefined>;

export async function authenticate(
  request: IncomingMessage,
  byToken: TokenAuthenticator | undefined,
  now: number,
): Promise<KubeletUser | undefined> {
  const user = certificateUser(request.socket, now);
  if (user) return user;
  const token = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  return token && byToken ? byToken(token) : undefined;
}

function certificateUser(socket: unknown, now: number): KubeletUser | undefined {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined;
  const { subject, valid_from, valid_to } = socket.getPeerCertificate() ?? {};
  if (!(now >= Date.parse(valid_from) && now <= Date.parse(valid_to))) return undefined;
  const { CN, O }: { CN?: unknown; O?: unknown } = subject ?? {};
  if (typeof CN !== 'string') return undefined;
  const groups = Array.isArray(O) ? O.map(String) : O ? [String(O)] : [];
  return { name: CN, groups: [...groups, 'system:authenticated'] };
}
