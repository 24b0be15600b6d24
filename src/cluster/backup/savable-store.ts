// What backups need of a store of either engine.
import type { Capture } from '../../store/snapshot/save.ts';
import type { Store } from '../../store/store.ts';

export interface SavableStore extends Store {
  /** All of the newest revision. */
  capture(): Capture;
  /** Reads some of what is on disk; true when there is more. Without it others check that: etcd itself. */
  check?(): Promise<boolean>;
}
