// A client of this machine's API server with every right. Called by server.ts.
import { RestClient } from '../../client/rest/rest-client.ts';
import { HttpsTransport } from '../../client/transport/https-transport.ts';
import type { Clock } from '../../kit/clock.ts';
import type { ClusterCertificates } from '../pki/ensure-certificates.ts';

export interface Administrator {
  readonly client: RestClient;
  readonly transport: HttpsTransport;
  close(): void;
}

export function administratorOf(
  { ca, superAdmin }: Pick<ClusterCertificates, 'ca' | 'superAdmin'>,
  port: number,
  clock: Clock,
): Administrator {
  const transport = new HttpsTransport({
    server: `https://127.0.0.1:${port}`,
    ca: ca.certificate,
    cert: superAdmin.certificate,
    key: superAdmin.key,
    clock,
  });
  return {
    transport,
    client: new RestClient({ transport, clock, fieldManager: 'tiphys' }),
    close: () => transport.close(),
  };
}
