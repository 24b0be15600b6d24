// What `tiphys snapshot save` and `tiphys status` may ask of the process that has the store. Served by store-control.ts.
import type { Clock } from '../../kit/clock.ts';
import { type SavedSnapshot, saveSnapshot } from '../../store/snapshot/save.ts';
import type { ControlRoutes } from '../control/server.ts';
import type { SavableStore } from './savable-store.ts';

/** What `tiphys status` shows of the store. */
export interface StoreStatus {
  readonly revision: number;
  readonly keys: number;
  readonly bytes: number;
  readonly alarm?: string;
  /** What the last check of the data on disk found. */
  readonly damage?: string;
}

/** Bytes written of the snapshot that is being saved; undefined when none is. */
export interface SnapshotProgress {
  readonly bytes?: number;
}

export function storeRoutes(
  store: SavableStore,
  clock: Clock,
  damage: () => string | undefined,
): ControlRoutes {
  let saving: { bytes: number } | undefined;
  return {
    status: async (): Promise<StoreStatus> => ({
      revision: store.revision,
      keys: store.count(''),
      bytes: await store.size(),
      ...(store.alarm && { alarm: store.alarm }),
      ...(damage() && { damage: damage()! }),
    }),
    save: async (body): Promise<SavedSnapshot> => {
      const { file } = body as { file: string };
      if (saving) throw new Error('another snapshot is being saved');
      const progress = { bytes: 0 };
      saving = progress;
      try {
        return await saveSnapshot(store.capture(), file, clock, (bytes) => {
          progress.bytes = bytes;
        });
      } finally {
        saving = undefined;
      }
    },
    progress: async (): Promise<SnapshotProgress> => ({ ...saving }),
  };
}
