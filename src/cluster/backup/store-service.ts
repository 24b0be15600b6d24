// What the process that has the store does for it beside serving the API: answers commands on the store's socket, saves
// snapshots by itself, and checks what is on disk. Started by the control plane and by `tiphys apiserver`.
import type { Clock } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import type { RingLimits } from '../../store/snapshot/ring.ts';
import { type ControlServer, serveControl } from '../control/server.ts';
import { clusterPaths } from '../state/paths.ts';
import { AutomaticSnapshots } from './automatic-snapshots.ts';
import type { SavableStore } from './savable-store.ts';
import { storeRoutes } from './store-routes.ts';
import { StoredDataCheck } from './stored-data-check.ts';

export interface StoreServiceOptions {
  readonly store: SavableStore;
  readonly dataDir: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** Of the automatic snapshots; undefined: another process saves them, or this one at other times. */
  readonly snapshots: Partial<RingLimits> | undefined;
}

export interface StoreService {
  metrics(): string;
  stop(): Promise<void>;
}

/** A cluster without it serves all the same: what fails here is logged. */
export async function startStoreService(options: StoreServiceOptions): Promise<StoreService> {
  const { store, dataDir, clock, log } = options;
  const { storeControl, snapshots: directory } = clusterPaths(dataDir);
  const limits = options.snapshots;
  const automatic = limits && new AutomaticSnapshots({ store, directory, clock, log, limits });
  const check = store.check && new StoredDataCheck({ check: () => store.check!(), clock, log });
  let control: ControlServer | undefined;
  try {
    control = await serveControl(
      storeControl,
      storeRoutes(store, clock, () => check?.damage),
      log,
    );
    await automatic?.start();
  } catch (error) {
    log.warn('the store has no socket for commands', { error });
  }
  return {
    metrics: () => check?.metrics() ?? '',
    stop: async () => {
      check?.stop();
      automatic?.stop();
      await control?.close();
    },
  };
}
