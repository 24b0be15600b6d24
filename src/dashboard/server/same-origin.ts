// Whether a request comes from the dashboard's own page: browsers say so in headers that no page can set, and never let another origin's
// page add a header of ours. Pure.
import { badRequest, failure } from '../../api/status/status-error.ts';
import { type Headers, headerOf, type PageRequest } from './ports.ts';

/** Carries the session's key; the word `none` where there is no session yet. */
export const KEY_HEADER = 'x-tiphys-dashboard';
/** Browsers cannot set headers of a WebSocket: there the key is the end of a subprotocol's name. */
export const KEY_PROTOCOL = 'key.dashboard.tiphys.';

/** Throws unless the request may come from the dashboard's own page or from a program. */
export function checkOrigin({ headers, upgrade }: PageRequest): void {
  const site = headerOf(headers, 'sec-fetch-site');
  const origin = headers.origin;
  if (site !== undefined && site !== 'same-origin') throw foreign();
  if (origin === undefined) {
    // A page's WebSocket always has one.
    if (upgrade) throw foreign();
    return;
  }
  if (typeof origin !== 'string' || hostOf(origin) !== authority(headers)) throw foreign();
}

/** The session's key as the page sends it. */
export function keyOf({ headers, upgrade }: PageRequest): string | undefined {
  if (!upgrade) return headerOf(headers, KEY_HEADER);
  const offered = (headerOf(headers, 'sec-websocket-protocol') ?? '').split(',').map((one) => one.trim());
  const keys = offered.filter((one) => one.startsWith(KEY_PROTOCOL));
  return keys.length === 1 ? keys[0]!.slice(KEY_PROTOCOL.length) : undefined;
}

/** The other subprotocols. */
export const protocolsOf = (headers: Headers): string[] =>
  (headerOf(headers, 'sec-websocket-protocol') ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '' && !one.startsWith(KEY_PROTOCOL));

/** Throws without our header: another origin's page cannot send it. */
export function checkHeader({ headers }: PageRequest): void {
  if (!headerOf(headers, KEY_HEADER)) throw badRequest(`the header ${KEY_HEADER} is missing`);
}

const authority = (headers: Headers): string | undefined =>
  (headerOf(headers, ':authority') ?? headerOf(headers, 'host'))?.toLowerCase();

function hostOf(origin: string): string | undefined {
  for (const scheme of ['https://', 'http://'])
    if (origin.startsWith(scheme)) return origin.slice(scheme.length).toLowerCase();
  return undefined;
}

const foreign = () => failure(403, 'Forbidden', 'this request does not come from the dashboard itself');
