// The CSI driver of a node's own disk, put together. Each method waits until what an earlier process left half done has been undone.
// Called in the node agent's process; see README.md.
import type { Served } from '../csi/caller.ts';
import { asGrpcError } from './machine/run.ts';
import { controllerService } from './services/controller.ts';
import { identityService } from './services/identity.ts';
import { nodeService } from './services/node.ts';
import { snapshotService } from './services/snapshots.ts';
import { Disk, type DiskOptions } from './volumes/disk.ts';
import { recover } from './volumes/recover.ts';

export interface DiskDriver {
  readonly methods: readonly Served[];
  /** Throws when it fails; the next call tries again. */
  recover(): Promise<void>;
  /** The node is let go of. */
  close(): Promise<void>;
}

export function diskDriver(options: DiskOptions): DiskDriver {
  const disk = new Disk(options);
  let recovered: Promise<void> | undefined;
  const ready = () => {
    recovered ??= start(disk).catch((error) => {
      recovered = undefined;
      throw error;
    });
    return recovered;
  };
  const services = [...controllerService(disk), ...snapshotService(disk), ...nodeService(disk)];
  return {
    methods: [...identityService(), ...services.map((method) => after(ready, method))],
    recover: ready,
    close: () => disk.mounts.close(),
  };
}

async function start(disk: Disk): Promise<void> {
  await disk.makeDirectories();
  await recover(disk);
}

/** What goes wrong with a command is an answer in CSI's codes. */
const after = (ready: () => Promise<void>, { path, serve }: Served): Served => ({
  path,
  async serve(request) {
    try {
      await ready();
      return await serve(request);
    } catch (error) {
      throw asGrpcError(error);
    }
  },
});
