// Removes a cluster's or a node's folder with whatever pods have left in their volumes. `rm` goes from directory to directory
// by descriptor, follows no link, enters no other file system, and removes trees deeper than any path may be. Called by
// destroy.ts and down.ts.
import { readdir } from 'node:fs/promises';
import { type Clock, systemClock } from '../../../kit/clock.ts';
import { isMounted, listMounts } from '../mounts.ts';
import { hostShell } from '../shell.ts';

/** Dying processes may write a last file meanwhile. */
const TRIES = 3;
const PAUSE_MS = 100;

/** What could not be removed: an empty directory, or data. */
export interface Remainder {
  readonly empty: boolean;
  /** Says what stays and why. */
  readonly text: string;
}

/** Removes what it can; gives what stays, if anything does. */
export async function removeData(
  directory: string,
  clock: Clock = systemClock,
): Promise<Remainder | undefined> {
  for (let left = TRIES; ; left--) {
    const { code, stderr } = await hostShell.tryExec(['rm', '-rf', '--one-file-system', '--', directory]);
    if (code === 0) return undefined;
    if (left === 1) return remainder(directory, stderr);
    await clock.sleep(PAUSE_MS);
  }
}

async function remainder(directory: string, problem: string): Promise<Remainder> {
  const entries = await readdir(directory).catch(() => undefined);
  if (entries?.length === 0 && isMounted(await listMounts(), directory))
    return { empty: true, text: `the empty directory ${directory} stays, for it is a mount point` };
  // The first of the many lines that a read-only file system gives.
  const [first = ''] = problem.split('\n');
  return { empty: false, text: `not all of ${directory} could be removed (${first.replace(/^rm: /, '')})` };
}
