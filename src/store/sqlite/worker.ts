// The entry of the store's worker thread. Started by start-worker.ts from this file, or from the bundle made of it.
import { parentPort } from 'node:worker_threads';
import { storeServer } from './serve.ts';

parentPort?.on('message', storeServer(parentPort));
