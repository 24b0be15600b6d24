// Takes a cluster down from outside: ends its process if there is one, then everything that its nodes left on the machine.
import { rmSync } from 'node:fs';
import {
  changeKubeconfig,
  contextName,
  kubeconfigPath,
  removeFromKubeconfig,
} from '../client/kubeconfig/kubeconfig.ts';
import { type Clock, systemClock } from '../kit/clock.ts';
import { destroyNodes } from './nodes/teardown/destroy.ts';
import { type ClusterRecord, isRunning, removeRecord } from './state/registry.ts';

/** Milliseconds a cluster gets to end by itself. */
const PATIENCE = 10_000;

export async function takeDown(
  record: ClusterRecord,
  options: { purge: boolean; clock?: Clock } = { purge: false },
): Promise<void> {
  const { purge, clock = systemClock } = options;
  await endProcess(record, clock);
  await removeFromMachine(record, purge);
}

/** Everything but the process: nodes with all that runs in them, the record and, with `purge`, the data. */
export async function removeFromMachine(record: ClusterRecord, purge: boolean): Promise<void> {
  await destroyNodes(record.name, { removeData: purge });
  if (purge) {
    rmSync(record.dataDir, { recursive: true, force: true, maxRetries: 3 });
    const context = contextName(record.name);
    changeKubeconfig(record.kubeconfig ?? kubeconfigPath(process.env), (config) =>
      removeFromKubeconfig(config, context),
    );
  }
  removeRecord(record.name);
}

async function endProcess(record: ClusterRecord, clock: Clock): Promise<void> {
  if (!isRunning(record)) return;
  process.kill(record.pid, 'SIGTERM');
  const deadline = clock.monotonic() + PATIENCE;
  while (isRunning(record)) {
    if (clock.monotonic() > deadline) process.kill(record.pid, 'SIGKILL');
    await clock.sleep(20);
  }
}
