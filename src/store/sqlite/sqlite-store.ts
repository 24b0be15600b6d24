// The durable store: everything in memory for reads; every write is in one SQLite file before it is acknowledged.
// Called by cluster, which passes the store to the API server.
import type { Worker } from 'node:worker_threads';
import type { Clock } from '../../kit/clock.ts';
import { CorruptStoreError, type DiskAlarmError } from '../failures.ts';
import type { Lease } from '../mvcc/lease-timer.ts';
import { MvccState } from '../mvcc/mvcc-state.ts';
import { MvccStore, type StoreLimits } from '../mvcc/mvcc-store.ts';
import type { StoredRecord } from './record-codec.ts';
import { startStoreWorker } from './start-worker.ts';
import { type Loader, WorkerJournal } from './worker-journal.ts';

export interface SqliteStoreOptions {
  /** The directory of the data file; created when missing. */
  directory: string;
  clock: Clock;
  /** A worker that was started already, to save time. */
  worker?: Worker;
  /** Called once, when a commit fails; the store serves reads only from then on. */
  onFailure?: (error: Error) => void;
  /** Called when the disk takes no more writes, and with undefined when it takes them again. */
  onAlarm?: (error: DiskAlarmError | undefined) => void;
  limits?: StoreLimits;
}

/** Rejects with StoreLockedError, CorruptStoreError, or an error of the file system. */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<MvccStore> {
  const { directory, clock, worker = startStoreWorker(), limits, onFailure, onAlarm } = options;
  const state = new MvccState();
  const leases: Lease[] = [];
  const gaps: number[] = [];
  const journal = await WorkerJournal.open(directory, worker, loadInto(state, leases, gaps));
  if (gaps.length > 0) {
    await journal.close();
    throw new CorruptStoreError(`revision ${gaps[0]} is missing from ${directory}`);
  }
  const forgotten = state.restored();
  return new MvccStore({ clock, state, journal, leases, forgotten, limits, onFailure, onAlarm });
}

/** Every revision after the compacted one has a row: where one is missing, its number goes to `gaps`. */
function loadInto(state: MvccState, leases: Lease[], gaps: number[]): Loader {
  return {
    opened: (compacted) => {
      state.compacted = compacted;
    },
    records: (records) => {
      for (const record of records) {
        const expected = Math.max(state.revision, state.compacted) + 1;
        if (record.revision > expected) gaps.push(expected);
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
