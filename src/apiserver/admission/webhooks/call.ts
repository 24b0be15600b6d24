// Calls a webhook over HTTPS: at a URL, or at a ready endpoint of a service, whose certificate must be valid for the
// service's DNS name. Called by webhooks.ts. Upstream: staging/src/k8s.io/apiserver/pkg/util/webhook.
import { request } from 'node:https';
import { isIP } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Clock } from '../../../kit/clock.ts';
import { DialError } from '../../../kit/http1/upgrade.ts';
import { type Backends, serviceBackend } from '../../tunnel/service-backend.ts';
import type { Webhook } from './matching.ts';

export interface CallerOptions extends Backends {
  readonly clock: Clock;
}

interface Target {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  /** The name that the certificate must have; empty if the URL has an IP address. */
  readonly servername: string;
  /** The URL in error messages. */
  readonly url: string;
}

const MAX_BYTES = 3 * 1024 * 1024;

/** Returns the parsed response. Rejects, with upstream's message, after timeoutSeconds (10 by default). */
export async function callWebhook(
  options: CallerOptions,
  webhook: Webhook,
  review: object,
): Promise<unknown> {
  const seconds = webhook.timeoutSeconds ?? 10;
  const target = targetOf(options, webhook);
  const { caBundle } = webhook.clientConfig;
  const stop = new AbortController();
  const timer = options.clock.after(seconds * 1000, () => stop.abort());
  try {
    return await post(target, caBundle && Buffer.from(caBundle, 'base64').toString(), review, stop.signal);
  } catch (error) {
    const why = stop.signal.aborted
      ? 'context deadline exceeded'
      : error instanceof Error
        ? error.message
        : String(error);
    throw new Error(`failed to call webhook: Post "${target.url}?timeout=${seconds}s": ${why}`, {
      cause: error,
    });
  } finally {
    timer.cancel();
  }
}

function targetOf(options: CallerOptions, { clientConfig }: Webhook): Target {
  const { service, url } = clientConfig;
  if (url) {
    const { hostname, port, pathname, search } = new URL(url);
    return {
      host: hostname,
      port: Number(port || 443),
      path: pathname + search,
      servername: isIP(hostname) ? '' : hostname,
      url,
    };
  }
  if (!service) throw new Error('webhook configuration must have either service or URL');
  const port = service.port ?? 443;
  const servername = `${service.name}.${service.namespace}.svc`;
  const backend = serviceBackend(options, service.namespace, service.name, String(port));
  if (!backend)
    throw new Error(`failed to call webhook: no endpoints available for service "${service.name}"`);
  const path = service.path ?? '/';
  return { ...backend, path, servername, url: `https://${servername}:${port}${path}` };
}

function post(target: Target, ca: string | undefined, review: object, signal: AbortSignal): Promise<unknown> {
  const body = Buffer.from(JSON.stringify(review));
  const { host, port, path, servername } = target;
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/json',
      accept: 'application/json',
      'content-length': body.length,
    };
    const outgoing = request(
      { method: 'POST', host, port, path, servername, headers, signal, agent: false, ...(ca && { ca }) },
      (response) => {
        if (Number(response.headers['content-length'] ?? 0) > MAX_BYTES)
          outgoing.destroy(new Error('response is too large'));
        text(response)
          .then((content) => {
            const { statusCode = 0 } = response;
            if (statusCode !== 200)
              throw new Error(`unexpected status ${statusCode}: ${content.slice(0, 200)}`);
            resolve(JSON.parse(content));
          })
          .catch(reject);
      },
    );
    outgoing.on('error', (error) => reject(new DialError({ host, port, path }, error)));
    outgoing.end(body);
  });
}
