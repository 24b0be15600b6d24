import type { Fault } from '../fault.ts';

/**
 * The kernel makes the file system read-only under open files; it is repaired while nothing runs. The abort comes between two
 * system calls of the store: an fdatasync() that is under way while ext4's journal is aborted may succeed, and what it synced is
 * gone after the repair (Linux 6.18; a program of twenty lines shows it in one of six tries). No program can see that.
 */
export const readOnlyDisk: Fault = {
  name: 'read-only-disk',
  disk: 'ext4',
  cause: async ({ cluster, disk, sleep }) => {
    await cluster.whileStopped(() => disk!.failReadOnly());
    await sleep(500);
    await cluster.killAll();
    await disk!.repair();
    await cluster.up();
  },
};
