// One HTTP port on which load balancers ask about a node. Whoever reaches the node may connect, so that all is bounded: connections,
// headers, time. Called by health-checks.ts.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface HealthAnswer {
  readonly code: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface HealthPort {
  readonly address: string;
  readonly port: number;
  close(): void;
}

const LIMIT_MS = 5_000;
const MAX_CONNECTIONS = 64;
const MAX_HEADER_BYTES = 8_192;

/** Port 0 takes any. Rejects when the port is taken. `answer` gets the path without its query. */
export function openHealthPort(
  address: string,
  port: number,
  answer: (path: string) => HealthAnswer | undefined,
): Promise<HealthPort> {
  const limits = { headersTimeout: LIMIT_MS, requestTimeout: LIMIT_MS, keepAliveTimeout: LIMIT_MS };
  const server = createServer({ ...limits, maxHeaderSize: MAX_HEADER_BYTES }, (request, response) => {
    request.resume();
    const found = answer((request.url ?? '').split('?', 1)[0]!);
    const type = { 'Content-Type': found ? 'application/json' : 'text/plain; charset=utf-8' };
    response.writeHead(found?.code ?? 404, {
      ...type,
      'X-Content-Type-Options': 'nosniff',
      ...found?.headers,
    });
    response.end(found?.body ?? '404 page not found\n');
  });
  server.maxConnections = MAX_CONNECTIONS;
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, () => {
      server.off('error', reject);
      server.on('error', () => {});
      const close = () => {
        server.close();
        server.closeAllConnections();
      };
      resolve({ address, port: (server.address() as AddressInfo).port, close });
    });
  });
}
