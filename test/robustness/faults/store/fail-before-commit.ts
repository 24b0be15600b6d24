import type { Fault } from '../fault.ts';
import { failCommits } from './fail-commits.ts';

/** Commits fail and change nothing on disk. */
export const failBeforeCommit: Fault = {
  name: 'fail-before-commit',
  cause: (context) => failCommits(context, 'before'),
};
