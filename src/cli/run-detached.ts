// Runs a cluster in a process of its own that outlives this one. That process reports its progress over file descriptor 3,
// one JSON line each, until the cluster is ready or has failed.
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { ClusterOptions } from '../cluster/options.ts';
import { type ClusterSummary, type Progress, UserError } from '../cluster/progress.ts';
import { clusterPaths, makePrivate } from '../cluster/state/paths.ts';
import { systemClock } from '../kit/clock.ts';
import { ProgressDisplay } from './output/progress.ts';

/** Set in the environment of the process that outlives. */
export const DETACHED = 'TIPHYS_DETACHED';

/** Starts the same command without a terminal and waits until it is ready. */
export async function runDetached(options: ClusterOptions): Promise<void> {
  if (process.env[DETACHED]) throw new Error('a detached cluster cannot detach again');
  makePrivate(options.dataDir);
  const display = new ProgressDisplay();
  const log = openSync(clusterPaths(options.dataDir).log, 'a');
  const [program, ...args] = ownCommand().filter((word) => word !== '--detach' && word !== '-d');
  const child = spawn(program!, args, {
    detached: true,
    cwd: process.cwd(),
    stdio: ['ignore', log, log, 'pipe'],
    env: { ...process.env, [DETACHED]: '1' },
  });
  closeSync(log);
  const waited = new AbortController();
  const end = await Promise.race([lastProgress(child.stdio[3] as Readable, display), tooLate(waited.signal)]);
  waited.abort();
  child.unref();
  (child.stdio[3] as Readable).destroy();
  if (end?.kind === 'ready') return refuseUnready(end.summary);
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

/** For scripts; the cluster runs on, to be looked at. */
function refuseUnready({ name, unready = [] }: ClusterSummary): void {
  if (unready.length > 0)
    throw new UserError(
      `${[`cluster ${name} runs, but is not ready (tiphys why says what is missing):`, ...unready].join('\n  ')}`,
    );
}

async function lastProgress(stream: Readable, display: ProgressDisplay): Promise<Progress | undefined> {
  for await (const line of createInterface({ input: stream })) {
    const event = JSON.parse(line) as Progress;
    if (event.kind === 'failed') return event;
    display.show(event);
    if (event.kind === 'ready') return event;
  }
  return undefined;
}
