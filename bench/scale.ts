// A large cluster on one machine: a thousand simulated nodes, then thirty thousand pods, by one Deployment after the other. What it
// costs, how long it takes, and how quickly the API answers meanwhile. `npm run bench -- scale [NODES [PODS]]`.
import { join } from 'node:path';
import { Deployment } from '../src/api/kinds/apps/v1/deployment.ts';
import { ConfigMap } from '../src/api/kinds/core/v1/config-map.ts';
import { Node } from '../src/api/kinds/core/v1/node.ts';
import { Pod } from '../src/api/kinds/core/v1/pod.ts';
import { isNodeReady } from '../src/api/nodes/readiness.ts';
import { POWER } from '../src/cluster/simulated-nodes/node-settings.ts';
import { simulatedNodeNames } from '../src/cluster/simulated-nodes/settings.ts';
import { readRecord, runningProcesses } from '../src/cluster/state/registry.ts';
import { systemClock } from '../src/kit/clock.ts';
import { messageOf } from '../src/kit/message-of.ts';
import { startTestCluster } from '../test/support/cluster.ts';
import { eventually } from '../test/support/eventually.ts';
import { clientTo } from './support/client.ts';
import { figure, percentile } from './support/figure.ts';
import { cpuTicks, residentBytes } from './support/processes.ts';

const [nodes = 1_000, pods = 30_000] = process.argv.slice(2).map(Number);
const STEPS = 3;
const DYING = Math.min(50, nodes / 4);
const SECONDS_AT_REST = 20;
/** What the pods' creation left is gone by then: V8 collects it, and gives memory back, in the first minute without work. */
const SECONDS_UNTIL_REST = 60;
/** Nobody tolerates it. */
const DIED = { key: 'bench/died', effect: 'NoExecute' } as const;
const PATIENCE_MS = 600_000;
const ASK_EVERY_MS = 20;

const note = (text: string) =>
  process.stderr.write(`${(systemClock.monotonic() / 1000).toFixed(0)} s: ${text}\n`);
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const name = 'tph-bench-scale';
const cluster = await startTestCluster({ name, nodes: 0, flags: ['--simulated-nodes', String(nodes)] });
const { client, transport } = clientTo(join(cluster.directory, 'kubeconfig'));
const processes = () => runningProcesses(readRecord(name)!);
note(`${nodes} nodes`);

const fleet = (name: string, replicas: number): Deployment => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'default' },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: {
        containers: [
          { name: 'app', image: 'app:1', resources: { requests: { cpu: '100m', memory: '200Mi' } } },
        ],
      },
    },
  },
});

const ready = async (name: string) =>
  (await client.get(Deployment, name, 'default')).status?.readyReplicas ?? 0;

/** Milliseconds that small reads and writes take, one after the other, until the signal aborts. */
async function ask(signal: AbortSignal): Promise<number[]> {
  const took: number[] = [];
  const metadata = { name: 'asked', namespace: 'default' };
  await client.create(ConfigMap, { apiVersion: 'v1', kind: 'ConfigMap', metadata });
  const requests = [
    () => client.get(ConfigMap, 'asked', 'default'),
    (round: number) =>
      client.patch(ConfigMap, 'asked', 'default', 'merge', { data: { round: String(round) } }),
  ];
  for (let round = 0; !signal.aborted; round++) {
    const began = systemClock.monotonic();
    await requests[round % requests.length]!(round);
    took.push(systemClock.monotonic() - began);
    await systemClock.sleep(ASK_EVERY_MS);
  }
  return took;
}

async function deploy(name: string, replicas: number): Promise<number> {
  const began = systemClock.monotonic();
  await client.create(Deployment, fleet(name, replicas));
  await eventually(`${replicas} ready pods`, async () => (await ready(name)) === replicas, PATIENCE_MS);
  return (systemClock.monotonic() - began) / 1000;
}

async function atRest(): Promise<void> {
  await systemClock.sleep(SECONDS_UNTIL_REST * 1000);
  const ids = processes();
  figure(`scale.rss_mb_${nodes}n_${pods / 1000}kp`, sum(ids.map(residentBytes)) / 2 ** 20, 'MB');
  const before = ids.map(cpuTicks);
  await systemClock.sleep(SECONDS_AT_REST * 1000);
  const used = ids.map((id, i) => (cpuTicks(id) - before[i]!) / SECONDS_AT_REST);
  for (const [i, id] of ids.entries())
    note(`process ${id}: ${(residentBytes(id) / 2 ** 20).toFixed(0)} MB, ${used[i]!.toFixed(1)} % of a core`);
  figure(`scale.idle_cpu_pct_${nodes}n`, sum(used), '%');
}

/**
 * Nodes lose their power at the same time. From the moment at which they are tainted until as many pods as before run elsewhere:
 * the node lifecycle controller, as upstream's, would taint one node in ten seconds.
 */
async function reschedule(): Promise<number> {
  const dying = simulatedNodeNames(name, DYING);
  const { items } = await client.list(Pod, { namespace: 'default' });
  const lost = new Set(items.filter(isOn(new Set(dying))).map(uidOf));
  const off = { metadata: { annotations: { [POWER]: 'off' } } };
  await Promise.all(dying.map((node) => client.patch(Node, node, undefined, 'merge', off)));
  await eventually(
    'the nodes are not ready',
    async () => (await client.list(Node)).items.filter((node) => !isNodeReady(node)).length === dying.length,
    PATIENCE_MS,
  );
  note(`${dying.length} nodes with ${lost.size} pods have lost their power`);
  const running = new Set<string>();
  const ended = new AbortController();
  const watching = follow(running, lost, ended.signal);
  const began = systemClock.monotonic();
  await Promise.all(dying.map(taint));
  await eventually('as many pods as before', () => running.size === items.length, PATIENCE_MS);
  const seconds = (systemClock.monotonic() - began) / 1000;
  ended.abort();
  await watching;
  return seconds;
}

const uidOf = ({ metadata }: Pod): string => metadata.uid!;
const isOn =
  (nodes: ReadonlySet<string>) =>
  ({ spec }: Pod): boolean =>
    nodes.has(spec?.nodeName ?? '');

async function taint(name: string): Promise<void> {
  const { spec } = await client.get(Node, name);
  await client.patch(Node, name, undefined, 'merge', { spec: { taints: [...(spec?.taints ?? []), DIED] } });
}

/** Keeps in `running` the uids of the pods that run, but those of `lost`, until the signal aborts. */
async function follow(running: Set<string>, lost: ReadonlySet<string>, signal: AbortSignal): Promise<void> {
  const see = async () => {
    for await (const { type, object } of await client.watch(Pod, { namespace: 'default' }, signal)) {
      const pod = object as Pod;
      const uid = uidOf(pod);
      const runs = type !== 'DELETED' && !lost.has(uid) && pod.status?.phase === 'Running';
      if (runs) running.add(uid);
      else running.delete(uid);
    }
  };
  while (!signal.aborted) {
    running.clear();
    const why = await see().catch((error) => error);
    // A server ends the watch of a client that is too slow; the next one begins with all pods.
    if (!signal.aborted) note(`the watch of pods ended: ${messageOf(why)}`);
  }
}

try {
  const over = new AbortController();
  const asked = ask(over.signal);
  const first = pods / STEPS;
  const seconds = await deploy('fleet-1', first);
  over.abort();
  figure(`scale.deploy${first / 1000}k_s`, seconds, 's');
  figure('scale.api_p99_ms', percentile(await asked, 0.99), 'ms');
  for (let step = 2; step <= STEPS; step++) {
    await deploy(`fleet-${step}`, first);
    note(`${(step * pods) / STEPS} pods`);
  }
  await atRest();
  figure(`scale.reschedule${DYING}_s`, await reschedule(), 's');
} finally {
  transport.close();
  await cluster.down();
}
