// The process of the control plane, started and watched by the supervisor of `tiphys up`.
import { systemClock } from '../../kit/clock.ts';
import { createLogger, type Logger } from '../../kit/log.ts';
import { logFaults } from '../../kit/log-faults.ts';
import { systemRandom } from '../../kit/random.ts';
import { releaseMemory } from '../../kit/release-memory.ts';
import { runSupervised } from '../supervisor/supervised.ts';
import { ControlPlane } from './control-plane.ts';
import type { ControlPlaneSettings } from './settings.ts';

/** By then controllers have filled their caches. */
const SETTLED_MS = 10_000;

let log: Logger | undefined;

function logger({ logLevel }: ControlPlaneSettings): Logger {
  if (!log) {
    const write = (line: string) => process.stderr.write(line);
    log = createLogger({ level: logLevel, now: () => systemClock.now(), write });
    logFaults(log);
  }
  return log;
}

runSupervised<ControlPlaneSettings>({
  clock: systemClock,
  log: logger,
  supervisorRestarts: (settings) => settings.agentRestarts,
  start: async (settings) => {
    const options = { settings, clock: systemClock, random: systemRandom, log: logger(settings) };
    const controlPlane = new ControlPlane(options);
    const port = await controlPlane.start();
    systemClock.after(SETTLED_MS, releaseMemory);
    return { port, stop: () => controlPlane.stop() };
  },
});
