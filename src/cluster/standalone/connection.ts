// How a component that runs alone reaches its API server: by a kubeconfig, as upstream's components do.
import { existsSync } from 'node:fs';
import { InformerFactory } from '../../client/informer/factory.ts';
import { connectionFrom } from '../../client/kubeconfig/connection.ts';
import { RestClient } from '../../client/rest/rest-client.ts';
import { HttpsTransport } from '../../client/transport/https-transport.ts';
import { type Clock, systemClock } from '../../kit/clock.ts';
import { createLogger, type Level, type Logger } from '../../kit/log.ts';
import { MetricsRegistry } from '../../kit/metrics.ts';
import { logFaults } from '../../kit/process/log-faults.ts';
import { type Random, systemRandom } from '../../kit/random.ts';
import { UserError } from '../progress.ts';

export interface ProcessTools {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly metrics: MetricsRegistry;
}

/** Of a process that runs one component and logs to standard error. */
export function processTools(level: Level): ProcessTools {
  const write = (line: string) => process.stderr.write(line);
  const log = createLogger({ level, now: () => systemClock.now(), write });
  logFaults(log);
  return { clock: systemClock, random: systemRandom, log, metrics: new MetricsRegistry() };
}

/** What a component needs of its API server. */
export interface ComponentAccess extends ProcessTools {
  readonly server: Pick<ConstructorParameters<typeof HttpsTransport>[0], 'server' | 'ca'>;
  readonly transport: HttpsTransport;
  readonly client: RestClient;
  readonly informers: InformerFactory;
}

export function connect(kubeconfig: string, tools: ProcessTools): ComponentAccess {
  if (!existsSync(kubeconfig)) throw new UserError(`--kubeconfig ${kubeconfig}: there is no such file`);
  const { clock, random, log } = tools;
  const connection = connectionFrom(kubeconfig, { env: process.env });
  const transport = new HttpsTransport({ ...connection, clock });
  const client = new RestClient({ transport, clock });
  const informers = new InformerFactory({ client, clock, random, log: log.child('informers') });
  const { server, ca, serverName, insecureSkipVerify } = connection;
  const unauthenticated = {
    server,
    ...(ca && { ca }),
    ...(serverName && { serverName }),
    ...(insecureSkipVerify && { insecureSkipVerify }),
  };
  return { ...tools, server: unauthenticated, transport, client, informers };
}
