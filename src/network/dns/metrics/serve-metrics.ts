// CoreDNS' port 9153: GET /metrics. Started by cluster-dns.ts.
import { createServer } from 'node:http';
import { DNS_METRICS_PORT } from '../../../api/nodes/dns.ts';
import type { Logger } from '../../../kit/log.ts';

/** Returns how to stop it. The server of names goes on when the port is taken. */
export function serveMetrics(address: string, page: () => Promise<string>, log: Logger): () => Promise<void> {
  const server = createServer((request, response) => {
    const path = request.url?.split('?')[0];
    if (request.method !== 'GET' || path !== '/metrics')
      return void response.writeHead(404).end('404 page not found\n');
    page().then(
      (text) =>
        response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }).end(text),
      (error) => {
        log.warn('no metrics', { error });
        response.writeHead(500).end();
      },
    );
  });
  server.maxConnections = 64;
  server.on('error', (error) =>
    log.warn('metrics are not served', { address, port: DNS_METRICS_PORT, error }),
  );
  server.listen(DNS_METRICS_PORT, address);
  return () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
}
