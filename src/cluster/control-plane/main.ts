// The process of the control plane, started and watched by the supervisor of `tiphys up`.
import { systemClock } from '../../kit/clock.ts';
import { createLogger, type Logger } from '../../kit/log.ts';
import { rotatedWriter } from '../../kit/logging/rotated-file.ts';
import { logFaults } from '../../kit/process/log-faults.ts';
import { releaseMemory, releaseMemoryWhenIdle } from '../../kit/process/release-memory.ts';
import { systemRandom } from '../../kit/random.ts';
import { startStoreWorker } from '../../store/sqlite/start-worker.ts';
import { runSupervised } from '../supervisor/supervised.ts';
import type { ControlPlaneSettings } from './settings.ts';
import { ETCD } from './spawn.ts';

// The worker's thread starts while this one loads the rest.
const storeWorker = process.argv.includes(ETCD, 2) ? undefined : startStoreWorker();
const { ControlPlane } = await import('./control-plane.ts');

/** By then controllers have filled their caches. */
const SETTLED_MS = 3_000;

let log: Logger | undefined;

function logger({ logLevel, log: path }: ControlPlaneSettings): Logger {
  if (!log) {
    log = createLogger({ level: logLevel, now: () => systemClock.now(), write: rotatedWriter(path) });
    logFaults(log);
  }
  return log;
}

runSupervised<ControlPlaneSettings>({
  clock: systemClock,
  log: logger,
  supervisorRestarts: (settings) => settings.agentRestarts,
  start: async (settings) => {
    const options = {
      settings,
      ...(storeWorker && { storeWorker }),
      clock: systemClock,
      random: systemRandom,
      log: logger(settings),
    };
    const controlPlane = new ControlPlane(options);
    const port = await controlPlane.start();
    systemClock.after(SETTLED_MS, releaseMemory);
    releaseMemoryWhenIdle(systemClock);
    return { port, stop: () => controlPlane.stop() };
  },
});
