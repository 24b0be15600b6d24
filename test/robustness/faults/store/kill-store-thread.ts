import type { Fault } from '../fault.ts';
import { failCommits } from './fail-commits.ts';

/** The thread that owns the data file ends in the middle of a transaction. */
export const killStoreThread: Fault = {
  name: 'kill-store-thread',
  cause: (context) => failCommits(context, 'die'),
};
