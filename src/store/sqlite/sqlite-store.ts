// The durable store: everything in memory for reads; every write is in one SQLite file before it is acknowledged.
// Called by cluster, which passes the store to the API server.
import type { Clock } from '../../kit/clock.ts';
import type { Lease } from '../mvcc/lease-timer.ts';
import { MvccState } from '../mvcc/mvcc-state.ts';
import { MvccStore } from '../mvcc/mvcc-store.ts';
import type { Store } from '../store.ts';
import type { StoredRecord } from './record-codec.ts';
import { type Loader, WorkerJournal } from './worker-journal.ts';

export interface SqliteStoreOptions {
  /** The directory of the data file; created when missing. */
  directory: string;
  clock: Clock;
  /** The worker's module; beside this one when left out. */
  workerUrl?: URL;
  /** Called once, when a commit fails; the store serves reads only from then on. */
  onFailure?: (error: Error) => void;
}

/** In the bundle the worker is a file of its own beside it. */
const WORKER = import.meta.url.endsWith('.ts') ? './worker.ts' : './store-worker.mjs';

/** Rejects with StoreLockedError, CorruptStoreError, or an error of the file system. */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const { directory, clock, workerUrl = new URL(WORKER, import.meta.url), onFailure } = options;
  const state = new MvccState();
  const leases: Lease[] = [];
  const journal = await WorkerJournal.open(directory, workerUrl, loadInto(state, leases));
  const forgotten = state.restored();
  if (forgotten.length > 0) await journal.forget(state.compacted, forgotten);
  return new MvccStore({ clock, state, journal, leases, onFailure });
}

function loadInto(state: MvccState, leases: Lease[]): Loader {
  return {
    opened: (compacted) => {
      state.compacted = compacted;
    },
    records: (records) => {
      for (const record of records) {
        restore(state, record);
        if (record.due) leases.push(record);
      }
    },
  };
}

function restore(state: MvccState, { key, revision, created, value }: StoredRecord): void {
  const entry = created ? { key, value: value as Buffer, revision, created } : undefined;
  state.restore(key, revision, entry);
}
