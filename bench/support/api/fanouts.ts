// Events that go to a thousand watches: one at a time, and a hundred a second.

import { join } from 'node:path';
import { connectionTo } from '../client.ts';
import { fanout } from '../fanout.ts';
import { figure } from '../figure.ts';
import { steadyFanout } from '../steady-fanout.ts';
import { type BenchCluster, NAMESPACE } from './bench-cluster.ts';

const path = `/api/v1/namespaces/${NAMESPACE}/configmaps`;
const WATCHES = { watchers: 1_000, perConnection: 50 };

export async function fanouts({ cluster, server, ca, token }: BenchCluster): Promise<void> {
  const connection = connectionTo(join(cluster.directory, 'kubeconfig'));
  figure('api.fanout_1000_p99_ms', await fanout({ connection, token, path, ...WATCHES, events: 100 }), 'ms');
  const steady = { server, ca, token, path, ...WATCHES, writesPerSecond: 100 };
  await steadyFanout({ ...steady, seconds: 3, prefix: 'warm-up-' });
  const { perSecond, p99 } = await steadyFanout({ ...steady, seconds: 10, prefix: 'steady-' });
  figure('api.fanout_1000x100_per_s', perSecond, 'deliveries/s');
  figure('api.fanout_1000x100_p99_ms', p99, 'ms');
}
