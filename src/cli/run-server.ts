// Runs a server in this process until a signal ends it. Prints one line when it answers; everything else is in its log file.
import { UserError } from '../cluster/progress.ts';
import type { ServerFlags } from '../cluster/server/flags.ts';
import { administratorFile } from '../cluster/server/kubeconfigs.ts';
import { prepareServer } from '../cluster/server/prepare.ts';
import { Server } from '../cluster/server/server.ts';
import { clusterPaths, makePrivate } from '../cluster/state/paths.ts';
import { readLaunch } from '../cluster/supervisor/launch.ts';
import { systemClock } from '../kit/clock.ts';
import { createLogger } from '../kit/log.ts';
import { rotatedWriter } from '../kit/logging/rotated-file.ts';
import { logFaults } from '../kit/process/log-faults.ts';
import { releaseMemory, releaseMemoryWhenIdle } from '../kit/process/release-memory.ts';
import { systemRandom } from '../kit/random.ts';

/** By then everything has started. */
const SETTLED_MS = 3_000;
/** Asks the launcher to try again: a server that ran before is not given up. */
const RESTART = 70;

export async function runServer(flags: ServerFlags): Promise<void> {
  makePrivate(flags.dataDir);
  const write = rotatedWriter(clusterPaths(flags.dataDir).log);
  const log = createLogger({ level: flags.logLevel, now: () => systemClock.now(), write });
  logFaults(log);
  const launch = readLaunch(process.env, process.ppid, systemClock.now());
  const { promise: signalled, resolve: signal } = Promise.withResolvers<void>();
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.on(name, () => signal());
  let server: Server | undefined;
  const tell = (text: string) => void process.stdout.write(`${text}\n`);
  const options = { flags, launch, clock: systemClock, random: systemRandom, log, tell };
  const start = async () => {
    if (flags.clusterReset) {
      const { resetServer } = await import('../cluster/server/reset.ts');
      tell(await resetServer(options));
      return signal();
    }
    server = new Server(options, await prepareServer(options));
    await server.start();
    tell(`The API answers at ${server.url}; kubeconfig: ${administratorFile(flags.dataDir)}`);
    systemClock.after(SETTLED_MS, releaseMemory);
    // A move to etcd has taken much of it.
    releaseMemoryWhenIdle(systemClock);
  };
  try {
    // A start that waits for other servers can be ended, too.
    await Promise.race([start(), signalled]);
    await signalled;
    await server?.stop();
    process.exit(0);
  } catch (error) {
    if (!(error instanceof UserError)) log.error('start failed', { error });
    const text =
      error instanceof UserError ? error.message : `the server failed: ${(error as Error).message}`;
    process.stderr.write(`tiphys: ${text}\n`, () => process.exit(launch.restarts > 0 ? RESTART : 1));
  }
}
