// A lock between processes, which the kernel frees when its holder dies.
import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';

/** Seconds to wait for another process: what is done under a lock takes milliseconds. */
const PATIENCE_S = 10;

/**
 * Does `work` while no other process holds the lock of this file. Node.js has no flock(2): the program of that name locks the
 * open file that it inherits, and the lock lasts until this process closes it.
 */
export function withLock<T>(path: string, work: () => T): T {
  const file = openSync(path, 'a', 0o600);
  try {
    const stdio = ['ignore', 'ignore', 'ignore', file] as const;
    const { status, error } = spawnSync('flock', ['--wait', String(PATIENCE_S), '3'], { stdio: [...stdio] });
    if (status !== 0) throw new Error(`${path} is locked by another process`, { cause: error });
    return work();
  } finally {
    closeSync(file);
  }
}
