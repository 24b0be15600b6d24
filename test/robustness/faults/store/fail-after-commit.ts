import type { Fault } from '../fault.ts';
import { failCommits } from './fail-commits.ts';

/** Commits fail although everything is on disk: what was refused must not be overwritten. */
export const failAfterCommit: Fault = {
  name: 'fail-after-commit',
  cause: (context) => failCommits(context, 'after'),
};
