// Limits the size of container logs: a file over the limit is renamed, the runtime opens a new one, and only the newest
// few are kept. Called every 10 s with the running containers.
import { basename } from 'node:path';
import type { ContainerRuntime } from '../../cri/runtime.ts';
import type { Clock } from '../../kit/clock.ts';
import { inside, type NodeFiles, type NodePath, parentOf, pathBelow } from '../files/node-files.ts';

export interface RotationOptions {
  readonly runtime: Pick<ContainerRuntime, 'reopenContainerLog'>;
  readonly clock: Clock;
  readonly files: NodeFiles;
  /** Default 10 MiB. */
  readonly maxBytes?: number;
  /** Including the one that is written; default 5. */
  readonly maxFiles?: number;
}

export interface LoggingContainer {
  readonly id: string;
  readonly logPath: string;
}

const MAX_BYTES = 10 << 20;
const MAX_FILES = 5;

/** A pod that mounts the directory of logs may write the names below it: <pod>/<container>/<n>.log. */
export const logFile = (path: string): NodePath => pathBelow(path, 3);

export async function rotateLogs(
  containers: readonly LoggingContainer[],
  options: RotationOptions,
): Promise<void> {
  const failed: unknown[] = [];
  for (const container of containers)
    await rotateLog(container, options).catch((error: unknown) => failed.push(error));
  if (failed.length > 0) throw failed[0];
}

/** Until it reopens the log, the runtime writes on into the renamed file: no line is lost. */
async function rotateLog({ id, logPath }: LoggingContainer, options: RotationOptions): Promise<void> {
  const { runtime, clock, files, maxBytes = MAX_BYTES, maxFiles = MAX_FILES } = options;
  const file = logFile(logPath);
  const found = logPath ? await files.stat(file) : undefined;
  if (!found || found.size < maxBytes) return;
  const stamp = new Date(clock.now()).toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  const name = basename(logPath);
  const rotated = `${name}.${stamp}`;
  await files.rename(file, rotated);
  try {
    await runtime.reopenContainerLog(id);
  } catch (error) {
    await files.rename(inside(parentOf(file), rotated), name);
    throw error;
  }
  await removeOldest(files, logPath, maxFiles - 1);
}

async function removeOldest(files: NodeFiles, logPath: string, keep: number): Promise<void> {
  const dir = parentOf(logFile(logPath));
  const prefix = `${basename(logPath)}.`;
  const rotated = (await files.list(dir)).filter((name) => name.startsWith(prefix));
  for (const name of rotated.slice(0, Math.max(0, rotated.length - keep)))
    await files.removeTree(inside(dir, name));
}

/** Removes a container's log and what was rotated away from it. */
export async function removeLogs(files: NodeFiles, logPath: string): Promise<void> {
  if (!logPath) return;
  await files.removeTree(logFile(logPath));
  await removeOldest(files, logPath, 0);
}
