// Posts a review to a webhook over HTTPS: at a URL, or at a ready endpoint of a service, whose certificate must be valid for the
// service's DNS name. Called for admission (admission/webhooks/call.ts) and for conversion (crd/conversion).
// Upstream: staging/src/k8s.io/apiserver/pkg/util/webhook.

import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import type { Clock } from '../../kit/clock.ts';
import type { KeptConnections } from '../../kit/http1/kept-connections.ts';
import { readUpTo } from '../../kit/http1/read-up-to.ts';
import { messageOf } from '../../kit/message-of.ts';
import { type Backends, serviceBackend } from '../tunnel/service-backend.ts';
import { NoAnswer } from './no-answer.ts';
import { rejectionText } from './rejection-text.ts';

export interface CallerOptions extends Backends {
  readonly clock: Clock;
  readonly connections: KeptConnections;
}

/** The fields that the configurations of all webhooks share. */
export interface WebhookClient {
  readonly url?: string | undefined;
  readonly service?:
    | { readonly namespace: string; readonly name: string; readonly path?: string; readonly port?: number }
    | undefined;
  readonly caBundle?: string | undefined;
}

interface Target {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  /** The header Host. */
  readonly authority: string;
  /** The name that the certificate must have; empty if the URL has an IP address. */
  readonly servername: string;
}

/** Bytes of a response: a patch of a whole object of 1.5 MiB, in base64, and as much again. Upstream has no limit. */
const MAX_BYTES = 4 * 1024 * 1024;

/** Returns the text of the response. Rejects, with upstream's message, after so many seconds. */
export async function postReview(
  options: CallerOptions,
  client: WebhookClient,
  review: object,
  seconds: number,
): Promise<string> {
  const { caBundle } = client;
  const ca = caBundle ? Buffer.from(caBundle, 'base64').toString().trim() : '';
  const stop = new AbortController();
  const timer = options.clock.after(seconds * 1000, () => stop.abort());
  try {
    return await post(options.connections, targetOf(options, client, seconds), ca, review, stop.signal);
  } catch (error) {
    if (error instanceof Rejection) throw error;
    const why = stop.signal.aborted ? 'context deadline exceeded' : messageOf(error);
    throw new NoAnswer(`Post "${shownUrl(client)}${timeoutQuery(seconds)}": ${why}`, { cause: error });
  } finally {
    timer.cancel();
  }
}

/** Tells the webhook how long it has. */
const timeoutQuery = (seconds: number) => `?timeout=${seconds}s`;

/** The URL in error messages, without the query. */
function shownUrl({ service, url }: WebhookClient): string {
  if (!service) return url ?? '';
  const { name, namespace, port = 443, path = '/' } = service;
  return `https://${name}.${namespace}.svc:${port}${path}`;
}

function targetOf(options: CallerOptions, { service, url }: WebhookClient, seconds: number): Target {
  if (url) {
    // Validation permits no query in a webhook's URL.
    const { hostname, host: authority, port, pathname } = new URL(url);
    const host = hostname.replace(/^\[|\]$/g, '');
    return {
      host,
      port: Number(port || 443),
      path: pathname + timeoutQuery(seconds),
      authority,
      servername: isIP(host) ? '' : host,
    };
  }
  if (!service) throw new Error('webhook configuration must have either service or URL');
  const { name, namespace, port = 443, path = '/' } = service;
  // In the words of the lister that upstream asks.
  if (!options.services.cache.get(namespace, name))
    throw new Error(`service ${JSON.stringify(name)} not found`);
  const backend = serviceBackend(options, namespace, name, String(port));
  if (!backend) throw new Error(`no endpoints available for service ${JSON.stringify(name)}`);
  const servername = `${name}.${namespace}.svc`;
  return { ...backend, path: path + timeoutQuery(seconds), authority: `${servername}:${port}`, servername };
}

/** An answer that is an error, empty or too long. */
class Rejection extends Error {}

async function post(
  connections: KeptConnections,
  { host, port, path, authority, servername }: Target,
  ca: string,
  review: object,
  signal: AbortSignal,
): Promise<string> {
  const body = Buffer.from(JSON.stringify(review));
  const headers = [
    ...['Host', authority, 'Content-Type', 'application/json', 'Accept', 'application/json'],
    ...['User-Agent', 'kube-apiserver-admission', 'Content-Length', String(body.length)],
  ];
  const response = await connections.send({
    ...{ method: 'POST', host, port, path, headers, signal },
    tls: { servername, ...(ca && { ca }) },
    feed: (outgoing) => void outgoing.end(body),
  });
  return textOf(response);
}

async function textOf(response: IncomingMessage): Promise<string> {
  const { statusCode = 0 } = response;
  const { 'content-type': type = '' } = response.headers;
  const { bytes, whole } = await readUpTo(response, MAX_BYTES);
  const content = bytes.toString();
  if (statusCode < 200 || statusCode > 206) throw new Rejection(rejectionText(statusCode, type, content));
  if (bytes.length === 0)
    throw new Rejection(`0-length response with status code: ${statusCode} and content type: ${type}`);
  if (!whole) throw new Rejection(`the response is longer than ${MAX_BYTES} bytes`);
  return content;
}
