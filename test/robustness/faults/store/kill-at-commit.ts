import type { Fault, FaultContext } from '../fault.ts';

async function killAtCommit({ cluster, failpoints }: FaultContext, side: 'before' | 'after'): Promise<void> {
  const pid = cluster.controlPlane;
  failpoints.failCommits(`kill-${side}`);
  await cluster.nextControlPlane(pid);
  failpoints.clear();
}

/** SIGKILL with a transaction written but not committed. */
export const killBeforeCommit: Fault = {
  name: 'kill-before-commit',
  cause: (context) => killAtCommit(context, 'before'),
};

/** SIGKILL with a commit on disk that nobody has been told of. */
export const killAfterCommit: Fault = {
  name: 'kill-after-commit',
  cause: (context) => killAtCommit(context, 'after'),
};
