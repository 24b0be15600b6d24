// Takes a cluster down from outside: ends its processes if there are any, then everything that its nodes left on the machine.
import { changeKubeconfig, contextName, removeFromKubeconfig } from '../client/kubeconfig/kubeconfig.ts';
import { kubeconfigPath } from '../client/kubeconfig/kubeconfig-path.ts';
import { type Clock, systemClock } from '../kit/clock.ts';
import { destroyNodes } from './nodes/teardown/destroy.ts';
import { type Remainder, removeData } from './nodes/teardown/remove-data.ts';
import { type ClusterRecord, readRecord, removeRecord, runningProcesses } from './state/registry.ts';

/** Milliseconds a cluster gets to end by itself. */
const PATIENCE = 10_000;

/** Gives what `purge` could not remove, if there is anything. */
export async function takeDown(
  record: ClusterRecord,
  options: { purge: boolean; clock?: Clock } = { purge: false },
): Promise<Remainder | undefined> {
  const { purge, clock = systemClock } = options;
  await endProcesses(record, clock);
  return removeFromMachine(record, purge);
}

/** Everything but the processes: nodes with all that runs in them, the record and, with `purge`, the data. */
export async function removeFromMachine(
  record: ClusterRecord,
  purge: boolean,
): Promise<Remainder | undefined> {
  await destroyNodes(record.name);
  let remainder: Remainder | undefined;
  if (purge) {
    remainder = await removeData(record.dataDir);
    const context = contextName(record.name);
    const path = record.kubeconfig ?? kubeconfigPath(process.env);
    await changeKubeconfig(path, (config) => removeFromKubeconfig(config, context), systemClock);
  }
  removeRecord(record.name);
  return remainder;
}

/**
 * Asks the launcher (which passes it on) and the node agent to end; its other processes follow the node agent. The record
 * is read again each time: a process that was being started again meanwhile has written its number there.
 */
async function endProcesses(record: ClusterRecord, clock: Clock): Promise<void> {
  const asked = new Set<number>();
  const deadline = clock.monotonic() + PATIENCE;
  for (;;) {
    const now = readRecord(record.name) ?? record;
    const left = runningProcesses(now);
    if (left.length === 0) return;
    const late = clock.monotonic() > deadline;
    for (const pid of left) {
      if (late) signal(pid, 'SIGKILL');
      else if (!asked.has(pid) && pid !== now.controlPlane && pid !== now.simulatedNodes)
        signal(pid, 'SIGTERM');
      asked.add(pid);
    }
    await clock.sleep(20);
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended by itself in the meantime.
  }
}
