// The memory that idle watches take: fifty on a connection, as clients open them, and one on each. Each is measured in a cluster of
// its own: what one has freed, the other would take.
import { systemClock } from '../../../src/kit/clock.ts';
import { figure } from '../figure.ts';
import { rawWatches } from '../raw-watches.ts';
import { type BenchCluster, NAMESPACE } from './bench-cluster.ts';

/** Milliseconds until memory is read. */
const SETTLE = 3_000;

export async function watchMemory(bench: BenchCluster): Promise<void> {
  figure('api.watch_kb', await measure(bench, 2_000, 50), 'KB');
}

export async function connectionMemory(bench: BenchCluster): Promise<void> {
  figure('api.watch_alone_kb', await measure(bench, 1_000, 1), 'KB');
}

async function measure(bench: BenchCluster, watchers: number, perConnection: number): Promise<number> {
  const { server, ca, token, memory } = bench;
  const options = { server, ca, token, path: `/api/v1/namespaces/${NAMESPACE}/configmaps?watch=true` };
  // The code is compiled, and the heap has the size that short requests need.
  const warm = await rawWatches({ ...options, watchers: 50, perConnection });
  warm();
  await systemClock.sleep(SETTLE);
  const before = memory();
  const close = await rawWatches({ ...options, watchers, perConnection });
  await systemClock.sleep(SETTLE);
  const after = memory();
  close();
  return (after - before) / watchers / 1024;
}
