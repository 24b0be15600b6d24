// A typed client to a running test cluster, for benchmarks that create and watch.

import { type Connection, connectionOf } from '../../src/client/kubeconfig/connection.ts';
import { readKubeconfig } from '../../src/client/kubeconfig/kubeconfig.ts';
import { RestClient } from '../../src/client/rest/rest-client.ts';
import { HttpsTransport } from '../../src/client/transport/https-transport.ts';
import { systemClock } from '../../src/kit/clock.ts';

export const connectionTo = (kubeconfig: string): Connection => connectionOf(readKubeconfig(kubeconfig));

export function clientTo(kubeconfig: string) {
  const transport = new HttpsTransport({ ...connectionTo(kubeconfig), clock: systemClock });
  return { client: new RestClient({ transport, clock: systemClock, fieldManager: 'bench' }), transport };
}
