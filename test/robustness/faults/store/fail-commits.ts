// Shared by faults in which commits fail: for a moment, so that the control plane that is started next works.
import type { CommitFault } from '../../failpoints/failpoints.ts';
import type { FaultContext } from '../fault.ts';

const MOMENT_MS = 250;

export async function failCommits(context: FaultContext, fault: CommitFault): Promise<void> {
  const { failpoints, sleep } = context;
  failpoints.failCommits(fault);
  await sleep(MOMENT_MS);
  failpoints.clear();
}
