// Runs a cluster in this process, or in a process of its own that outlives this one. The latter reports its progress over
// file descriptor 3, one JSON line each, until the cluster is ready or has failed.
import { spawn } from 'node:child_process';
import { closeSync, createWriteStream, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { ClusterOptions } from '../cluster/options.ts';
import { type Progress, UserError } from '../cluster/progress.ts';
import { clusterPaths, makePrivate } from '../cluster/state/paths.ts';
import { readLaunch } from '../cluster/supervisor/launch.ts';
import { startCluster } from '../cluster/up.ts';
import { systemClock } from '../kit/clock.ts';
import { createLogger, type Logger } from '../kit/log.ts';
import { logFaults } from '../kit/log-faults.ts';
import { releaseMemory } from '../kit/release-memory.ts';
import { showProgress } from './output/progress.ts';

const CHILD = 'TIPHYS_DETACHED';

/** Starts the same command without a terminal and waits until it is ready. */
export async function runDetached(options: ClusterOptions): Promise<void> {
  if (process.env[CHILD]) throw new Error('a detached cluster cannot detach again');
  makePrivate(options.dataDir);
  const log = openSync(clusterPaths(options.dataDir).log, 'a');
  const [program, ...args] = ownCommand().filter((word) => word !== '--detach' && word !== '-d');
  const child = spawn(program!, args, {
    detached: true,
    cwd: process.cwd(),
    stdio: ['ignore', log, log, 'pipe'],
    env: { ...process.env, [CHILD]: '1' },
  });
  closeSync(log);
  const waited = new AbortController();
  const end = await Promise.race([lastProgress(child.stdio[3] as Readable), tooLate(waited.signal)]);
  waited.abort();
  child.unref();
  (child.stdio[3] as Readable).destroy();
  if (end?.kind === 'ready') return;
  const path = clusterPaths(options.dataDir).log;
  throw new UserError(end?.kind === 'failed' ? end.text : `the cluster did not start; its log is ${path}`);
}

/** Images are built and loaded within the start; anything longer is a fault. The cluster goes on starting. */
const START_LIMIT_MS = 600_000;

async function tooLate(signal: AbortSignal): Promise<Progress | undefined> {
  await systemClock.sleep(START_LIMIT_MS, signal).catch(() => {});
  const text = `the cluster is not ready after ${START_LIMIT_MS / 1000} s; tiphys status shows how far it is`;
  return signal.aborted ? undefined : { kind: 'failed', text };
}

/** The launcher with this process's arguments, so that the new process is started again when it is killed. */
function ownCommand(): string[] {
  const root = process.env.TIPHYS_ROOT;
  return root
    ? [join(root, 'bin/tiphys'), ...process.argv.slice(2)]
    : [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
}

async function lastProgress(stream: Readable): Promise<Progress | undefined> {
  for await (const line of createInterface({ input: stream })) {
    const event = JSON.parse(line) as Progress;
    if (event.kind === 'failed') return event;
    showProgress(event);
    if (event.kind === 'ready') return event;
  }
  return undefined;
}

/** Boots the cluster here. Ctrl-C takes it down; TERM ends this process only and leaves the pods running. */
export async function runInForeground(options: ClusterOptions, files: readonly string[]): Promise<void> {
  const tell = process.env[CHILD] ? progressToParent() : showProgress;
  const log = foregroundLogger(options);
  logFaults(log);
  const launch = readLaunch(process.env, process.ppid, systemClock.now());
  const interrupted = () => {
    const rest = `tiphys down --name ${options.name} removes what is there already`;
    process.stderr.write(`\ntiphys: interrupted while starting; ${rest}\n`);
    process.exit(130);
  };
  process.once('SIGINT', interrupted);
  try {
    const cluster = await startCluster({ options, files, log, launch, progress: tell });
    process.off('SIGINT', interrupted);
    systemClock.after(SETTLED_MS, releaseMemory);
    endOn('SIGTERM', () => cluster.stop(), log);
    endOn('SIGINT', () => cluster.takeDown(), log);
  } catch (error) {
    if (!(error instanceof UserError)) log.error('start failed', { error });
    const text =
      error instanceof UserError ? error.message : `the cluster did not start: ${(error as Error).message}`;
    tell({ kind: 'failed', text });
    // Whatever the failed start left open in this process must not keep it alive.
    process.exit(launch.restarts > 0 ? RESTART : 1);
  }
}

/** By then the first pods run. */
const SETTLED_MS = 10_000;

/** Asks the launcher to try again: a cluster that ran before is not given up. */
const RESTART = 70;

/** The first signal counts; whatever goes wrong on the way, the process ends. */
function endOn(signal: NodeJS.Signals, end: () => Promise<void>, log: Logger): void {
  process.once(signal, () => {
    // A second Ctrl-C out of impatience must not leave half a cluster behind.
    process.on(signal, () => {});
    end().then(
      () => process.exit(0),
      (error) => {
        log.error('ending failed', { error });
        process.exit(1);
      },
    );
  });
}

/** Written at once: the process may end right after its last word. */
function progressToParent(): (event: Progress) => void {
  return (event) => {
    try {
      writeSync(3, `${JSON.stringify(event)}\n`);
    } catch {
      // The parent is gone after it has seen "ready".
    }
  };
}

function foregroundLogger(options: ClusterOptions): Logger {
  makePrivate(options.dataDir);
  const now = () => systemClock.now();
  if (process.env[CHILD])
    return createLogger({ level: options.logLevel, now, write: (line) => process.stderr.write(line) });
  const file = createWriteStream(clusterPaths(options.dataDir).log, { flags: 'a' });
  return createLogger({ level: options.logLevel, now, write: (line) => file.write(line) });
}
