// The control server: how `tiphys` commands reach a running cluster. HTTP with JSON over a Unix socket that only root
// may open.
import { chmodSync, rmSync } from 'node:fs';
import http from 'node:http';
import { readUpTo } from '../../kit/http1/read-up-to.ts';
import type { Logger } from '../../kit/log.ts';
import { messageOf } from '../../kit/message-of.ts';
import { own } from '../../kit/own.ts';

/** What commands may ask of a running cluster. Each answer is JSON. */
export type ControlRoutes = Readonly<Record<string, (body: unknown) => Promise<unknown>>>;

export interface ControlServer {
  close(): Promise<void>;
}

/** Bytes of a request: a name, or a path and a tag. */
const MOST_BYTES = 64 * 1024;
/** Commands at a time; each is a process that somebody has started. */
const MOST_CONNECTIONS = 64;
/** Milliseconds until a request is there. What it asks for may take minutes. */
const REQUEST_MS = 10_000;

/** Serves `routes` (`POST /name`) on `socket`, replacing a stale one. */
export async function serveControl(
  socket: string,
  routes: ControlRoutes,
  log: Logger,
): Promise<ControlServer> {
  rmSync(socket, { force: true });
  const timeouts = { headersTimeout: REQUEST_MS, requestTimeout: REQUEST_MS };
  const server = http.createServer(timeouts, async (request, response) => {
    const answer = (code: number, body: unknown) => {
      response.writeHead(code, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    };
    const name = (request.url ?? '').slice(1);
    const route = own(routes, name);
    if (!route) return answer(404, { error: `there is no ${request.url}` });
    try {
      const { bytes, whole } = await readUpTo(request, MOST_BYTES);
      if (!whole) return void request.socket.destroy();
      answer(200, (await route(bytes.length > 0 ? JSON.parse(bytes.toString()) : {})) ?? {});
    } catch (error) {
      log.debug('control request failed', { url: request.url, error });
      answer(500, { error: messageOf(error) });
    }
  });
  server.maxConnections = MOST_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socket, resolve);
  });
  chmodSync(socket, 0o600);
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
