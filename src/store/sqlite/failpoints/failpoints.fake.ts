// Faults at the commits of the store's worker, for tests: startFailingStoreWorker() takes the place of startStoreWorker(), and
// arm() chooses the fault. What ships has only the empty hooks of database.ts; nothing outside a test can arm a failpoint.
import type { Worker } from 'node:worker_threads';
import { startStoreWorker } from '../start-worker.ts';

export type FailpointName =
  /** The commit is rolled back and refused for an unknown reason: the store refuses writes from then on (onFailure). */
  | 'fail-before-commit'
  /** The commit is on disk but is answered with an error: its callers never learn that it was made. */
  | 'fail-after-commit'
  /** The commit takes `ms` longer. */
  | 'slow-commit'
  /** The process is killed (SIGKILL) with the transaction written but not committed. */
  | 'exit-before-commit'
  /** The process is killed with the commit on disk and not answered. */
  | 'exit-after-commit'
  /** Commits that put a version fail as on a full disk and are rolled back; deletions pass. */
  | 'no-space'
  /** Every commit fails as on a disk that has become read-only, and is rolled back. */
  | 'read-only'
  /** The process is killed with half of the commit's bytes in the write-ahead log, as by a power cut. */
  | 'torn-write';

export interface ArmedFailpoint {
  readonly name: FailpointName;
  /** Commits that pass first; 0 when left out. */
  readonly skip?: number;
  /** Commits that the fault then meets; without a limit when left out. */
  readonly times?: number;
  /** Of slow-commit. */
  readonly ms?: number;
}

export type FailpointMessage =
  | { readonly kind: 'arm'; readonly armed: ArmedFailpoint }
  | { readonly kind: 'disarm'; readonly name: FailpointName };

export const startFailingStoreWorker = (): Worker =>
  startStoreWorker(new URL('./failing-worker.fake.ts', import.meta.url));

/** Takes effect before every write that the store has not handed to the worker yet. Replaces one of the same name. */
export function arm(worker: Worker, armed: ArmedFailpoint): void {
  worker.postMessage({ kind: 'arm', armed } satisfies FailpointMessage);
}

export function disarm(worker: Worker, name: FailpointName): void {
  worker.postMessage({ kind: 'disarm', name } satisfies FailpointMessage);
}
