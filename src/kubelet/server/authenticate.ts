// Identifies the caller: by the subject of a client certificate that the CA has signed, else by a bearer token.
import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import type { KubeletUser } from './attributes.ts';

export type TokenAuthenticator = (token: string) => Promise<KubeletUser | undefined>;

export async function authenticate(
  request: IncomingMessage,
  byToken: TokenAuthenticator | undefined,
): Promise<KubeletUser | undefined> {
  const user = certificateUser(request.socket);
  if (user) return user;
  const token = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  return token && byToken ? byToken(token) : undefined;
}

function certificateUser(socket: unknown): KubeletUser | undefined {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined;
  const subject: { CN?: unknown; O?: unknown } | undefined = socket.getPeerCertificate()?.subject;
  if (typeof subject?.CN !== 'string') return undefined;
  const groups = Array.isArray(subject.O) ? subject.O.map(String) : subject.O ? [String(subject.O)] : [];
  return { name: subject.CN, groups: [...groups, 'system:authenticated'] };
}
