// How quickly pods run: from the moment a created pod is seen on a watch until it is seen Running, one at a time and many
// at once, on one node with the image present, with runc.
import { join } from 'node:path';
import { Pod } from '../src/api/kinds/core/v1/pod.ts';
import { ServiceAccount } from '../src/api/kinds/core/v1/service-account.ts';
import { RuntimeClass } from '../src/api/kinds/node/v1/runtime-class.ts';
import { systemClock } from '../src/kit/clock.ts';
import { repository, startTestCluster } from '../test/support/cluster.ts';
import { eventually } from '../test/support/eventually.ts';
import { clientTo } from './support/client.ts';
import { figure, median } from './support/figure.ts';

const cluster = await startTestCluster({ name: 'tph-bench-pod', nodes: 1 });
const { client, transport } = clientTo(join(cluster.directory, 'kubeconfig'));
const seen = new Map<string, { created: number; running?: number }>();
const ended = new AbortController();

async function watchPods(): Promise<void> {
  for await (const { type, object } of await client.watch(Pod, { namespace: 'default' }, ended.signal)) {
    const pod = object as Pod;
    const name = pod.metadata.name!;
    const now = systemClock.monotonic();
    if (type === 'ADDED') seen.set(name, { created: now });
    const entry = seen.get(name);
    if (entry && !entry.running && pod.status?.phase === 'Running') entry.running = now;
    if (type === 'DELETED') seen.delete(name);
  }
}

const pod = (name: string): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default' },
  spec: {
    runtimeClassName: 'runc',
    terminationGracePeriodSeconds: 0,
    containers: [
      { name: 'c', image: 'localhost/hello:1', resources: { requests: { cpu: '1m', memory: '1Mi' } } },
    ],
  },
});

async function burst(count: number): Promise<number[]> {
  const names = Array.from({ length: count }, (_, i) => `burst${count}-${i}`);
  await Promise.all(names.map((name) => client.create(Pod, pod(name))));
  await eventually('all Running', () => names.every((name) => seen.get(name)?.running), 120_000);
  const entries = names.map((name) => seen.get(name)!);
  const from = Math.min(...entries.map((entry) => entry.created));
  const took = entries.map((entry) => entry.running! - from);
  await Promise.all(names.map((name) => client.delete(Pod, name, 'default')));
  await eventually('all gone', () => names.every((name) => !seen.has(name)), 120_000);
  return took;
}

try {
  await cluster.tiphys('image', 'build', '--name', cluster.name, join(repository, 'examples/hello'));
  await client.create(RuntimeClass, {
    apiVersion: 'node.k8s.io/v1',
    kind: 'RuntimeClass',
    metadata: { name: 'runc' },
    handler: 'runc',
  });
  await eventually('the service account', () => client.get(ServiceAccount, 'default', 'default'));
  watchPods().catch((error) => {
    if (!ended.signal.aborted) throw error;
  });
  await burst(2);
  const single: number[] = [];
  for (let i = 0; i < 20; i++) single.push(...(await burst(1)));
  figure('podstart.one_p50_ms', median(single), 'ms');
  figure('podstart.burst30_ms', Math.max(...(await burst(30))), 'ms');
  figure('podstart.burst100_ms', Math.max(...(await burst(100))), 'ms');
} finally {
  ended.abort();
  transport.close();
  await cluster.down();
}
