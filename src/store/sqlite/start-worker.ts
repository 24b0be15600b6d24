// Starts the thread of the store's worker. Apart from the rest of the store, so that a process can start it first and load
// everything else meanwhile.
import { SHARE_ENV, Worker } from 'node:worker_threads';

/** In the bundle the worker is a file of its own beside this one. */
const WORKER = import.meta.url.endsWith('.ts') ? './worker.ts' : './store-worker.mjs';

/** It waits for the `open` message of WorkerJournal. */
export function startStoreWorker(url = new URL(WORKER, import.meta.url)): Worker {
  const execArgv = ['--disable-warning=ExperimentalWarning'];
  return new Worker(url, { execArgv, env: SHARE_ENV, name: 'store' });
}
