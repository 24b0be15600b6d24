// The page's request as one of the API: only headers that requests of the API have go on, with the impersonation of the session. Pure.
import type { PageRequest } from './ports.ts';
import { protocolsOf } from './same-origin.ts';
import type { Session } from './sessions.ts';

const KEPT = [
  'accept',
  'accept-encoding',
  'connection',
  'content-length',
  'content-type',
  'host',
  'origin',
  'sec-websocket-extensions',
  'sec-websocket-key',
  'sec-websocket-version',
  'transfer-encoding',
  'upgrade',
  'user-agent',
];

/** `path` is the API's own. */
export function apiRequest(request: PageRequest, path: string, session: Session): PageRequest {
  const headers: Record<string, string | readonly string[]> = {};
  for (const name of KEPT) {
    const value = request.headers[name];
    if (value !== undefined) headers[name] = value;
  }
  const protocols = request.upgrade ? protocolsOf(request.headers) : [];
  if (protocols.length > 0) headers['sec-websocket-protocol'] = protocols.join(', ');
  Object.assign(headers, session.as);
  return { ...request, path, headers };
}
