// One HTTP port of a node, on which load balancers and administrators ask about it. Whoever reaches the node may connect, so that all is
// bounded: connections, headers, time. Called by health-checks.ts.
import { createServer, type Server } from 'node:http';
import { portsInside, type WantedPort } from '../../../kit/process/ports-inside.ts';

export interface HealthAnswer {
  readonly code: number;
  readonly body: string;
  readonly type: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Gets the path without its query. */
export type Answer = (path: string) => HealthAnswer | undefined;

export interface OpenPort {
  close(): void;
}

const LIMIT_MS = 5_000;
const MAX_CONNECTIONS = 64;
const MAX_HEADER_BYTES = 8_192;
export const TEXT = 'text/plain; charset=utf-8';

/** `prefix` leads into the node's network namespace; empty where that is this process's own. One result for each port, in order. */
export async function openPorts(
  prefix: readonly string[],
  ports: readonly (WantedPort & { readonly answer: Answer })[],
): Promise<(OpenPort | Error)[]> {
  const wanted = ports.map(({ address, port }) => ({ address, port }));
  const sockets = prefix.length > 0 ? await portsInside(prefix, wanted) : wanted;
  return Promise.all(
    sockets.map((socket, i) => {
      if (socket instanceof Error) return socket;
      const at =
        'address' in socket && 'port' in socket
          ? { host: socket.address as string, port: socket.port as number }
          : socket;
      return listen(serverOf(ports[i]!.answer), at);
    }),
  );
}

function serverOf(answer: Answer): Server {
  const limits = { headersTimeout: LIMIT_MS, requestTimeout: LIMIT_MS, keepAliveTimeout: LIMIT_MS };
  const server = createServer({ ...limits, maxHeaderSize: MAX_HEADER_BYTES }, (request, response) => {
    request.resume();
    const found = answer((request.url ?? '').split('?', 1)[0]!);
    response.writeHead(found?.code ?? 404, {
      'Content-Type': found?.type ?? TEXT,
      'X-Content-Type-Options': 'nosniff',
      ...found?.headers,
    });
    response.end(found?.body ?? '404 page not found\n');
  });
  server.maxConnections = MAX_CONNECTIONS;
  return server;
}

function listen(server: Server, at: object): Promise<OpenPort | Error> {
  return new Promise((resolve) => {
    server.once('error', resolve);
    server.listen(at, () => {
      server.off('error', resolve);
      server.on('error', () => {});
      resolve({
        close: () => {
          server.close();
          server.closeAllConnections();
        },
      });
    });
  });
}
