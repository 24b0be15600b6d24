// The process of the simulated nodes, started and watched by the supervisor of `tiphys up`. Reaches the API server over HTTPS, as
// the node agent does, so that what the simulation costs is neither the control plane's nor the real nodes'.
import { readFileSync } from 'node:fs';
import { RestClient } from '../../client/rest/rest-client.ts';
import { HttpsTransport } from '../../client/transport/https-transport.ts';
import { systemClock } from '../../kit/clock.ts';
import { createLogger, type Logger } from '../../kit/log.ts';
import { rotatedWriter } from '../../kit/logging/rotated-file.ts';
import { logFaults } from '../../kit/process/log-faults.ts';
import { releaseMemoryWhenIdle, releasePages } from '../../kit/process/release-memory.ts';
import { systemRandom } from '../../kit/random.ts';
import { delegatedAccess } from '../../kubelet/server/delegated-access.ts';
import { type KubeletServer, startKubeletServer } from '../../kubelet/server/server.ts';
import { LOOPBACK } from '../nodes/networks.ts';
import { runSupervised } from '../supervisor/supervised.ts';
import { simulationSettings } from './config.ts';
import type { SimulatedNodesSettings } from './settings.ts';
import { SimulatedNodes } from './simulated-nodes.ts';

/** By then the registration of the nodes, which needs several times the memory of what follows, is over. */
const SETTLED_MS = 15_000;
/** Milliseconds between two looks for renewed certificates, as upstream's dynamic ones. */
const FILES_READ_EVERY = 60_000;

let log: Logger | undefined;

function logger({ logLevel, log: path }: SimulatedNodesSettings): Logger {
  if (!log) {
    log = createLogger({ level: logLevel, now: () => systemClock.now(), write: rotatedWriter(path) });
    logFaults(log);
  }
  return log;
}

const text = (path: string): string => readFileSync(path, 'utf8');

function connect({ server, caPath, client }: SimulatedNodesSettings): HttpsTransport {
  return new HttpsTransport({
    server,
    ca: () => text(caPath),
    cert: () => text(client.certificatePath),
    key: () => text(client.keyPath),
    clock: systemClock,
  });
}

const tlsOf = ({ caPath, serving }: SimulatedNodesSettings) => ({
  cert: text(serving.certificatePath),
  key: text(serving.keyPath),
  clientCa: text(caPath),
});

/** New connections are made with the certificates as they are then. */
function keepCurrent(settings: SimulatedNodesSettings, transport: HttpsTransport, server: KubeletServer) {
  const read = () => JSON.stringify([text(settings.client.certificatePath), tlsOf(settings)]);
  let known = read();
  systemClock.every(FILES_READ_EVERY, () => {
    try {
      const now = read();
      if (now === known) return;
      server.setTls(tlsOf(settings));
      transport.close();
      known = now;
    } catch (error) {
      log?.warn('renewed certificates could not be read', { error });
    }
  });
}

async function start(settings: SimulatedNodesSettings) {
  const transport = connect(settings);
  const client = new RestClient({ transport, clock: systemClock, fieldManager: 'kubelet' });
  const tools = { client, clock: systemClock, random: systemRandom, log: logger(settings) };
  const { names, tainted, families } = settings;
  let nodes: SimulatedNodes | undefined;
  const server = await startKubeletServer({
    backend: (name) => nodes?.backendOf(name),
    clock: systemClock,
    log: tools.log.child('kubelet-server/simulated'),
    addresses: families.map((family) => LOOPBACK[family]),
    port: 0,
    tls: tlsOf(settings),
    ...delegatedAccess(client),
  });
  const own = {
    names,
    tainted,
    families,
    kubeletPort: server.port,
    settings: simulationSettings(settings.config),
  };
  nodes = new SimulatedNodes({ ...tools, ...own, log: tools.log.child('simulated-nodes') });
  await nodes.start();
  keepCurrent(settings, transport, server);
  systemClock.after(SETTLED_MS, releasePages);
  releaseMemoryWhenIdle(systemClock);
  return {
    port: server.port,
    stop: async () => {
      await nodes.stop();
      await server.close();
      transport.close();
    },
  };
}

runSupervised<SimulatedNodesSettings>({
  clock: systemClock,
  log: logger,
  supervisorRestarts: (settings) => settings.agentRestarts,
  start,
});
