// One request to the registry, from its first line to its answer. Who may ask was decided by the door that it came through.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from '../../kit/log.ts';
import { diskFull, errorBody, isDiskFull, RegistryError } from '../errors.ts';
import type { Storage } from '../storage/storage.ts';
import { answerJson, type Exchange } from './exchange.ts';
import { servePushed } from './push.ts';
import { parseRoute, type Route } from './routes.ts';

export interface RegistryOptions {
  readonly storage: Storage;
  /** Images of other registries, by the host that stands before an image's name. */
  readonly copies?: Copies;
  /** Removes what nobody needs; resolves with what became of it. */
  readonly prune: () => Promise<object>;
  readonly log: Logger;
}

export interface Copies {
  serve(host: string, exchange: Exchange, route: Route): Promise<void>;
}

/** `user`: pushes and reads what was pushed. `node`: reads that, and copies. */
export type Client = 'user' | 'node';

export async function serveRegistry(
  options: RegistryOptions,
  client: Client,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const { path, query } = partsOf(request);
    const exchange: Exchange = { request, response, query };
    if (client === 'user' && path === PRUNE_PATH && request.method === 'POST')
      return answerJson(exchange, await options.prune());
    const route = parseRoute(path);
    const host = client === 'node' ? query.get('ns') : null;
    if (host !== null && !isOwn(host)) {
      if (!options.copies) throw new RegistryError(404, 'NAME_UNKNOWN', 'no mirrors are configured');
      await options.copies.serve(host, exchange, route);
    } else await servePushed(options.storage, exchange, route, client === 'user');
  } catch (error) {
    answerError(options.log, request, response, error);
  }
}

/** Not by URL, which would take `..` out of a path. */
function partsOf({ url = '/' }: IncomingMessage): { path: string; query: URLSearchParams } {
  const mark = url.indexOf('?');
  if (mark < 0) return { path: url, query: new URLSearchParams() };
  return { path: url.slice(0, mark), query: new URLSearchParams(url.slice(mark)) };
}

/** Not of the distribution specification: what `tiphys image prune` asks for. */
export const PRUNE_PATH = '/tiphys/prune';

/** Names that stand for this registry, whatever port it had when an image was named. */
export const isOwn = (host: string): boolean => /^(?:localhost|127\.0\.0\.1|\[::1\]):\d{1,5}$/.test(host);

export function answerError(
  log: Logger,
  request: IncomingMessage,
  response: ServerResponse,
  error: unknown,
): void {
  const known =
    error instanceof RegistryError
      ? error
      : isDiskFull(error)
        ? diskFull(error)
        : new RegistryError(500, 'UNKNOWN', 'the registry failed', { cause: error });
  if (response.headersSent || response.destroyed) return void response.destroy();
  if (known.status === 500) log.error('request failed', { method: request.method, error });
  const body = errorBody(known);
  // Clients show the reason of a 5xx answer and not its body.
  response.writeHead(known.status, known.status === 507 ? known.message : undefined, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
  // A client that still sends would not see the answer if the connection were closed now.
  request.resume();
}
