// Reads and creations of small objects with durable writes, and lists of thousands of them.
import { figure, median } from '../figure.ts';
import { type BenchCluster, configMap, NAMESPACE } from './bench-cluster.ts';
import { timed } from './timed.ts';

const collection = `/api/v1/namespaces/${NAMESPACE}/configmaps`;
const EMPTY_LISTS = 200;

export async function requests({ cluster, run, session, ask }: BenchCluster): Promise<void> {
  const create = { path: collection, body: configMap({ generateName: 'bench-' }) };
  await cluster.kubectlWith(configMap({ name: 'one' }), 'create', '-n', NAMESPACE, '-f', '-');
  const get = { path: `${collection}/one`, connections: 32 };
  await run({ ...get, requests: 20_000 });
  figure('api.get_c32', await run({ ...get, requests: 100_000 }), 'req/s');
  await run({ ...create, connections: 1, requests: 500 });
  figure('api.create_c1', await run({ ...create, connections: 1, requests: 3_000 }), 'req/s');
  figure('api.create_c64', await run({ ...create, connections: 64, requests: 30_000 }), 'req/s');
  await cluster.kubectl('delete', 'configmaps', '--all', '--wait=false', '-n', NAMESPACE);
  await run({ ...create, connections: 64, requests: 9_000 });
  await run({ path: collection, connections: 2, requests: 10 });
  figure('api.list_9000', await run({ path: collection, connections: 2, requests: 100 }), 'req/s');
  await run({ ...create, connections: 64, requests: 1_000 });
  const client = session();
  const times: number[] = [];
  for (let i = 0; i < EMPTY_LISTS; i++)
    times.push(await timed(() => ask(client, { path: `${collection}?labelSelector=app%3Dnone` })));
  client.destroy();
  figure('api.list_empty_10k_p50_ms', median(times), 'ms');
}
