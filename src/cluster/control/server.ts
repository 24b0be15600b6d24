// The control server: how `tiphys` commands reach a running cluster. HTTP with JSON over a Unix socket that only root
// may open.
import { chmodSync, rmSync } from 'node:fs';
import http from 'node:http';
import type { Logger } from '../../kit/log.ts';

/** What commands may ask of a running cluster. Each answer is JSON. */
export type ControlRoutes = Readonly<Record<string, (body: unknown) => Promise<unknown>>>;

export interface ControlServer {
  close(): Promise<void>;
}

/** Serves `routes` (`POST /name`) on `socket`, replacing a stale one. */
export async function serveControl(
  socket: string,
  routes: ControlRoutes,
  log: Logger,
): Promise<ControlServer> {
  rmSync(socket, { force: true });
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', async () => {
      const answer = (code: number, body: unknown) => {
        response.writeHead(code, { 'content-type': 'application/json' });
        response.end(JSON.stringify(body));
      };
      const route =
        Object.hasOwn(routes, (request.url ?? '').slice(1)) && routes[(request.url ?? '').slice(1)];
      if (!route) return answer(404, { error: `there is no ${request.url}` });
      try {
        const text = Buffer.concat(chunks).toString();
        answer(200, (await route(text ? JSON.parse(text) : {})) ?? {});
      } catch (error) {
        log.debug('control request failed', { url: request.url, error });
        answer(500, { error: error instanceof Error ? error.message : String(error) });
      }
    });
  });
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
