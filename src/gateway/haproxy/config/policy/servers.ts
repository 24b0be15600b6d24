// How a backend's servers are reached: protocol, TLS, time-outs, tries, cookies. Pure.
import type { Affinity, Policy, Trust } from '../../../model/policy.ts';
import type { Written } from '../written.ts';

const PROTOCOLS: Readonly<Record<Policy['protocol'], { readonly tls: boolean; readonly words: string }>> = {
  http: { tls: false, words: '' },
  https: { tls: true, words: ' alpn http/1.1' },
  h2c: { tls: false, words: ' proto h2' },
  grpc: { tls: false, words: ' proto h2' },
  grpcs: { tls: true, words: ' alpn h2' },
};

/** Words of `default-server`. `bytes`: nothing is known of what goes over the connections. */
export function serverWords({ protocol, trust }: Policy, written: Written, bytes = false): string {
  const { tls, words } = PROTOCOLS[protocol];
  return `${tls || trust ? ` ssl ${trustWords(trust, written)}` : ''}${bytes ? '' : words}`;
}

function trustWords(trust: Trust | undefined, written: Written): string {
  if (!trust) return 'verify none';
  const { authorities, hostname, client } = trust;
  const file = authorities === undefined ? '@system-ca' : written.file(authorities, 'ca.pem');
  const own = client === undefined ? '' : ` crt ${written.file(client, 'client.pem')}`;
  // The name that is asked for is the one that the certificate has to have.
  return `verify required ca-file ${file} sni str(${hostname})${own}`;
}

/** A backend whose connections the relay makes. */
export const relayLine = ({ protocol }: Policy, path: string): string =>
  `server relay unix@${path}${protocol.startsWith('grpc') ? ' proto h2' : ''}`;

/** Statuses after which HAProxy can try again. */
const RETRIED = new Set([401, 403, 404, 408, 425, 500, 501, 502, 503, 504]);

/** `request` is the least of all, since it is for all of a request. */
export function timeoutLines({ timeouts }: TimedOut): string[] {
  const { connect, server, request } = timeouts ?? {};
  const longest = Math.min(server ?? Infinity, request ?? Infinity);
  return [
    ...(connect || request ? [`timeout connect ${Math.min(connect ?? 5_000, request ?? Infinity)}ms`] : []),
    ...(longest < Infinity ? [`timeout server ${longest}ms`] : []),
  ];
}

type Timeouts = NonNullable<Policy['timeouts']>;
interface TimedOut {
  readonly timeouts?: { readonly [K in keyof Timeouts]: Timeouts[K] | undefined } | undefined;
}

/**
 * HAProxy waits a second before it tries an endpoint again that is the only one. A certificate that is not the right one does not become
 * that by waiting: one more try is for an endpoint that has just gone.
 */
export function retryLines({ retry, trust }: Policy): string[] {
  if (!retry) return trust ? ['retries 1'] : [];
  const words = [
    'conn-failure',
    'empty-response',
    ...(retry.codes.includes(504) ? ['response-timeout'] : []),
    ...retry.codes.filter((code) => RETRIED.has(code)),
  ];
  return [`retries ${retry.attempts}`, `retry-on ${words.join(' ')}`];
}

/** The value names the endpoint's address, so that a session stays with it whatever slot it has. */
export function cookieLines(affinity: Affinity | undefined): string[] {
  if (!affinity) return [];
  const { cookie, maxAge, sameSite, secure } = affinity;
  const attributes = [
    ...(maxAge ? [`Max-Age=${maxAge}`] : []),
    ...(sameSite ? [`SameSite=${sameSite}`] : []),
  ];
  const words = attributes.map((attribute) => ` attr "${attribute}"`).join('');
  return [
    'dynamic-cookie-key door',
    `cookie ${cookie} insert indirect nocache dynamic httponly${secure ? ' secure' : ''}${words}`,
  ];
}
