// What is mounted on this machine, as /proc tells it. Read at creation (to adopt) and at teardown (to undo).
import { readFile } from 'node:fs/promises';
import { parseMounts } from '../../kit/process/mount-entries.ts';

export interface MountEntry {
  mountpoint: string;
  type: string;
  /** True when mounts below it do not propagate. */
  private: boolean;
}

export const listMounts = async (): Promise<MountEntry[]> =>
  entriesOf(await readFile('/proc/self/mountinfo', 'utf8'));

export const entriesOf = (mountinfo: string): MountEntry[] =>
  parseMounts(mountinfo).map(({ point, type, tags }) => ({
    mountpoint: point,
    type,
    private: !tags.some((tag) => tag.startsWith('shared:')),
  }));

export function isMounted(mounts: readonly MountEntry[], mountpoint: string): boolean {
  return mounts.some((m) => m.mountpoint === mountpoint);
}

/** Mount points at or below `directory`, deepest first: the order to unmount them in. */
export function mountsBelow(mounts: readonly MountEntry[], directory: string): string[] {
  return mounts
    .map((m) => m.mountpoint)
    .filter((p) => p === directory || p.startsWith(`${directory}/`))
    .reverse();
}
