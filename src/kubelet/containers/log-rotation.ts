// Keeps container logs from growing without end: a file over the limit is renamed, the runtime opens a new one, and
// only the newest few are kept. Called every now and then with the containers that run.
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { ContainerRuntime } from '../../cri/runtime.ts';
import type { Clock } from '../../kit/clock.ts';

export interface RotationOptions {
  readonly runtime: Pick<ContainerRuntime, 'reopenContainerLog'>;
  readonly clock: Clock;
  /** Default 10 MiB. */
  readonly maxBytes?: number;
  /** With the one that is written; default 5. */
  readonly maxFiles?: number;
}

export interface LoggingContainer {
  readonly id: string;
  readonly logPath: string;
}

const MAX_BYTES = 10 << 20;
const MAX_FILES = 5;

export async function rotateLogs(
  containers: readonly LoggingContainer[],
  { runtime, clock, maxBytes = MAX_BYTES, maxFiles = MAX_FILES }: RotationOptions,
): Promise<void> {
  const failed: unknown[] = [];
  for (const { id, logPath } of containers)
    await rotateLog(id, logPath, runtime, clock, maxBytes, maxFiles).catch((error) => failed.push(error));
  if (failed.length > 0) throw failed[0];
}

async function rotateLog(
  id: string,
  logPath: string,
  runtime: RotationOptions['runtime'],
  clock: Clock,
  maxBytes: number,
  maxFiles: number,
): Promise<void> {
  const found = logPath ? await stat(logPath).catch(() => undefined) : undefined;
  if (!found || found.size < maxBytes) return;
  const stamp = new Date(clock.now()).toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  const rotated = `${logPath}.${stamp}`;
  await rename(logPath, rotated);
  try {
    await runtime.reopenContainerLog(id);
  } catch (error) {
    await rename(rotated, logPath);
    throw error;
  }
  await removeOldest(logPath, maxFiles - 1);
}

async function removeOldest(logPath: string, keep: number): Promise<void> {
  const dir = dirname(logPath);
  const prefix = `${basename(logPath)}.`;
  const rotated = (await readdir(dir)).filter((name) => name.startsWith(prefix)).sort();
  for (const name of rotated.slice(0, Math.max(0, rotated.length - keep)))
    await rm(join(dir, name), { force: true });
}

/** Removes a container's log and what was rotated away from it. */
export async function removeLogs(logPath: string): Promise<void> {
  if (!logPath) return;
  await rm(logPath, { force: true });
  await removeOldest(logPath, 0).catch(() => {});
}
