// How quickly pods run: from the moment a created pod is seen on a watch until it is seen Running, one at a time and many
// at once, on one node with the image present, with runc. Beside it, in the same minute, what containerd alone takes for as many,
// and the processor time of our own processes, which says more on a busy machine.
import { join } from 'node:path';
import { Pod } from '../src/api/kinds/core/v1/pod.ts';
import { ServiceAccount } from '../src/api/kinds/core/v1/service-account.ts';
import { RuntimeClass } from '../src/api/kinds/node/v1/runtime-class.ts';
import { RUN_DIRECTORY } from '../src/cluster/nodes/plan.ts';
import { systemClock } from '../src/kit/clock.ts';
import { repository, startTestCluster } from '../test/support/cluster.ts';
import { eventually } from '../test/support/eventually.ts';
import { runtimePods } from './pods/runtime-pods.ts';
import { clientTo } from './support/client.ts';
import { figure, median } from './support/figure.ts';
import { cpuTicks } from './support/processes.ts';

const cluster = await startTestCluster({ name: 'tph-bench-pod', nodes: 1 });
const { client, transport } = clientTo(join(cluster.directory, 'kubeconfig'));
const onNode = { socket: join(RUN_DIRECTORY, `${cluster.name}.${cluster.nodes[0]}.sock`) };
/** By then nothing is left of the pods that have left the API. */
const REMOVED_MS = 10_000;
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

/** Of node agent and control plane, in milliseconds. */
const ownCpu = () => {
  const { nodeAgent, controlPlane } = cluster.processes();
  return (cpuTicks(nodeAgent) + cpuTicks(controlPlane)) * 10;
};

async function burst(count: number): Promise<{ took: number[]; cpu: number }> {
  const names = Array.from({ length: count }, (_, i) => `burst${count}-${i}`);
  const before = ownCpu();
  await Promise.all(names.map((name) => client.create(Pod, pod(name))));
  await eventually('all Running', () => names.every((name) => seen.get(name)?.running), 120_000);
  const cpu = ownCpu() - before;
  const entries = names.map((name) => seen.get(name)!);
  const from = Math.min(...entries.map((entry) => entry.created));
  const took = entries.map((entry) => entry.running! - from);
  await Promise.all(names.map((name) => client.delete(Pod, name, 'default')));
  await eventually('all gone', () => names.every((name) => !seen.has(name)), 120_000);
  return { took, cpu };
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
  for (let i = 0; i < 20; i++) single.push(...(await burst(1)).took);
  figure('podstart.one_p50_ms', median(single), 'ms');
  figure('podstart.burst30_ms', Math.max(...(await burst(30)).took), 'ms');
  const { took, cpu } = await burst(100);
  const all = Math.max(...took);
  figure('podstart.burst100_ms', all, 'ms');
  figure('podstart.cpu100_ms', cpu, 'ms');
  await systemClock.sleep(REMOVED_MS);
  const alone = await runtimePods({
    ...onNode,
    image: 'localhost/hello:1',
    handler: 'runc',
    count: 100,
    atOnce: 6,
  });
  figure('podstart.runtime100_ms', alone, 'ms');
  figure('podstart.share100_ms', all - alone, 'ms');
} finally {
  ended.abort();
  transport.close();
  await cluster.down();
}
