// The process of the registry: started by the node agent with the first connection, ended by it when there was none for a while. It
// listens nowhere: each connection is handed to it. So what pushes and pulls cost is neither the nodes' nor the control plane's.
import type { Socket } from 'node:net';
import { systemClock } from '../../kit/clock.ts';
import { createLogger, type Logger } from '../../kit/log.ts';
import { rotatedWriter } from '../../kit/logging/rotated-file.ts';
import { logFaults } from '../../kit/process/log-faults.ts';
import { systemRandom } from '../../kit/random.ts';
import { type RegistryServers, registryServers } from '../../registry/doors/servers.ts';
import { userDoor } from '../../registry/doors/user-door.ts';
import { RegistryCopies } from '../../registry/proxy/copies.ts';
import { ASKED_AGES, USUAL_AGES } from '../../registry/storage/collect.ts';
import { Collector } from '../../registry/storage/collector.ts';
import { Storage } from '../../registry/storage/storage.ts';
import { followRegistries } from '../../registry/upstream/follow.ts';
import { ensurePassword, serverTls } from './files.ts';
import type { FromRegistry, RegistrySettings, ToRegistry } from './messages.ts';

/** Milliseconds without a connection after which the process is of no use. */
const IDLE_MS = 120_000;

let taken = 0;
let starting: Promise<RegistryServers> | undefined;

function logger({ log: path, logLevel }: RegistrySettings): Logger {
  const log = createLogger({ level: logLevel, now: () => systemClock.now(), write: rotatedWriter(path) });
  logFaults(log);
  return log.child('registry');
}

async function start(settings: RegistrySettings): Promise<RegistryServers> {
  const { root, port, trustsRoot } = settings;
  const log = logger(settings);
  const storage = new Storage({ root, clock: systemClock, random: systemRandom });
  await storage.prepare();
  const password = ensurePassword(root, systemRandom);
  const tls = serverTls(root);
  const collector = new Collector(storage, systemClock, log);
  const servers = registryServers({
    storage,
    log,
    door: userDoor({ port, password, trustsRoot }),
    prune: () => collector.run(ASKED_AGES),
    ...(settings.registries && { copies: copiesOf(settings.registries, storage, password, log) }),
    ...(tls && { tls }),
  });
  endWhenIdle(servers, collector, log);
  return servers;
}

const copiesOf = (file: string, storage: Storage, key: string, log: Logger): RegistryCopies =>
  new RegistryCopies({ storage, registries: followRegistries(file, log), key, clock: systemClock, log });

function endWhenIdle(servers: RegistryServers, collector: Collector, log: Logger): void {
  let before = -1;
  systemClock.every(IDLE_MS, () => {
    const quiet = taken === before && servers.connections === 0;
    before = taken;
    if (!quiet || collector.isRunning) return;
    if (collector.isDue)
      return void collector
        .run(USUAL_AGES)
        .catch((error) => log.warn('garbage collection failed', { error }));
    const message: FromRegistry = { kind: 'idle', taken };
    process.send?.(message, () => {});
  });
}

process.on('message', (message: ToRegistry, handle: unknown) => {
  if (message.kind === 'settings') {
    starting = start(message.settings);
    starting.catch((error: Error) => {
      process.stderr.write(`the registry could not start: ${error.message}\n`);
      process.exit(1);
    });
    return;
  }
  taken++;
  const socket = handle as Socket | undefined;
  // The client may have gone meanwhile.
  if (!socket) return;
  socket.on('error', () => {});
  void starting?.then((servers) =>
    message.kind === 'user' ? servers.takeUser(socket) : servers.takeNode(socket),
  );
});
// Every acknowledged write is on disk: nothing is lost by ending at once.
process.on('disconnect', () => process.exit(0));
process.on('SIGINT', () => {});
