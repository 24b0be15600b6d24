// Runs a cluster in this process until a signal ends it. Shows its progress, or reports it to run-detached.ts over file
// descriptor 3.
import type { ChildProcess } from 'node:child_process';
import { writeSync } from 'node:fs';
import type { ClusterOptions } from '../cluster/options.ts';
import { type Progress, UserError } from '../cluster/progress.ts';
import { clusterPaths, makePrivate } from '../cluster/state/paths.ts';
import { readLaunch } from '../cluster/supervisor/launch.ts';
import { startCluster } from '../cluster/up.ts';
import { systemClock } from '../kit/clock.ts';
import { createLogger, type Logger } from '../kit/log.ts';
import { rotatedWriter } from '../kit/logging/rotated-file.ts';
import { logFaults } from '../kit/process/log-faults.ts';
import { releaseMemory } from '../kit/process/release-memory.ts';
import { ProgressDisplay } from './output/progress.ts';
import { DETACHED } from './run-detached.ts';

/** Boots the cluster here. Ctrl-C takes it down; TERM ends this process only and leaves the pods running. */
export async function runInForeground(
  options: ClusterOptions,
  files: readonly string[],
  controlPlane: ChildProcess,
): Promise<void> {
  const tell = process.env[DETACHED] ? progressToParent() : progressHere();
  const log = clusterLogger(options);
  logFaults(log);
  const launch = readLaunch(process.env, process.ppid, systemClock.now());
  const interrupted = () => {
    const rest = `tiphys down --name ${options.name} removes what is there already`;
    process.stderr.write(`\ntiphys: interrupted while starting; ${rest}\n`);
    process.exit(130);
  };
  process.once('SIGINT', interrupted);
  try {
    const cluster = await startCluster({ options, files, log, launch, controlPlane, progress: tell });
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
const SETTLED_MS = 3_000;

/** Asks the launcher to try again: a cluster that ran before is not given up. */
const RESTART = 70;

/** The first signal counts; whatever goes wrong on the way, the process ends. */
function endOn(signal: NodeJS.Signals, end: () => Promise<void>, log: Logger): void {
  process.once(signal, () => {
    // A second Ctrl-C must not interrupt the teardown.
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

function progressHere(): (event: Progress) => void {
  const display = new ProgressDisplay();
  return (event) => {
    display.show(event);
    if (event.kind !== 'ready' || !event.summary.unready) return;
    process.stderr.write(
      `tiphys: not ready:\n${event.summary.unready.map((line) => `  ${line}\n`).join('')}`,
    );
  };
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

function clusterLogger(options: ClusterOptions): Logger {
  makePrivate(options.dataDir);
  const write = rotatedWriter(clusterPaths(options.dataDir).log);
  return createLogger({ level: options.logLevel, now: () => systemClock.now(), write });
}
