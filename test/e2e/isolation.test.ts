// Failure stays where it happens: while the API server is blocked or dead, pods' probes, DNS answers and Service traffic go
// on; the supervisor replaces it; watches resume. A killed node agent comes back, and no container notices.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { clientTo } from '../../bench/support/client.ts';
import { ConfigMap } from '../../src/api/kinds/core/v1/config-map.ts';
import { Pod } from '../../src/api/kinds/core/v1/pod.ts';
import { InformerFactory } from '../../src/client/informer/factory.ts';
import { systemClock } from '../../src/kit/clock.ts';
import { silentLogger } from '../../src/kit/log.ts';
import { systemRandom } from '../../src/kit/random.ts';
import { blockEventLoop } from '../support/block-event-loop.ts';
import { repository, startTestCluster, type TestCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';

const name = 'tph-e2e-isolation';
let cluster: TestCluster;

/** Each round asks DNS and a Service, and writes down the machine's uptime in seconds when both answered. */
const CLIENT_SCRIPT = `while true; do
  read up rest < /proc/uptime
  timeout 2 nslookup hello.default.svc.cluster.local >/dev/null && timeout 2 wget -qO- http://hello/ >/dev/null && echo $up
  sleep 0.2
done`;

/** A probe a second, each of which is written down. */
const PROBED_SCRIPT = 'read up rest < /proc/uptime; echo $up >> /tmp/probes';

const pod = (podName: string, container: object) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: podName, namespace: 'default', labels: { app: podName } },
  spec: {
    terminationGracePeriodSeconds: 0,
    containers: [{ name: 'main', image: 'localhost/hello:1', ...container }],
  },
});

const probe = { exec: { command: ['sh', '-c', PROBED_SCRIPT] }, periodSeconds: 1, failureThreshold: 2 };
const manifests = [
  pod('client', { command: ['sh', '-c', CLIENT_SCRIPT] }),
  pod('probed', { command: ['sleep', '100000'], readinessProbe: probe, livenessProbe: probe }),
];

const component = async (componentName: string) => {
  const { components } = await cluster.status();
  return components.find((one) => one.name === componentName);
};

/** Container ids and restarts of all pods: equal before and after means that nothing stopped. */
const containers = () =>
  cluster.kubectl(
    'get',
    'pods',
    '--sort-by=.metadata.name',
    '-o',
    'jsonpath={range .items[*]}{.metadata.name} {.status.containerStatuses[0].containerID} {.status.containerStatuses[0].restartCount}{"\\n"}{end}',
  );

/** The longest time in seconds between two entries, of those made after `from`. */
function longestGap(text: string, from: number): number {
  const times = text
    .trim()
    .split('\n')
    .map(Number)
    .filter((time) => time >= from);
  return Math.max(...times.slice(1).map((time, i) => time - times[i]!));
}

const uptime = async (): Promise<number> =>
  Number((await cluster.kubectl('exec', 'probed', '--', 'cat', '/proc/uptime')).split(' ')[0]);

/** Watches what clients and pods see while `disturb` happens; gives the longest gaps in seconds. */
async function observe(disturb: () => Promise<void>): Promise<{ probes: number; traffic: number }> {
  const { client, transport } = clientTo(join(cluster.directory, 'kubeconfig'));
  const informers = new InformerFactory({
    client,
    clock: systemClock,
    random: systemRandom,
    log: silentLogger,
  });
  const unready: string[] = [];
  informers.informer(Pod).addHandler({
    onUpdate: ({ metadata, status }) => {
      if (status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is !== 'True'))
        unready.push(metadata.name!);
    },
  });
  const maps = informers.informer(ConfigMap);
  informers.start();
  await informers.synced();
  const before = await containers();
  const from = await uptime();
  await disturb();
  const map = `after-${Math.round(from)}`;
  await eventually('a write', () => cluster.kubectl('create', 'configmap', map));
  await eventually('the watch resumes', () => maps.lister.get(map, 'default'));
  await systemClock.sleep(2_000);
  assert.equal(await containers(), before);
  assert.deepEqual(unready, []);
  informers.stop();
  transport.close();
  return {
    probes: longestGap(await cluster.kubectl('exec', 'probed', '--', 'cat', '/tmp/probes'), from),
    traffic: longestGap(await cluster.kubectl('logs', 'client'), from),
  };
}

describe('isolation', () => {
  before(async () => {
    cluster = await startTestCluster({ name, nodes: 2, files: [join(repository, 'examples/hello')] });
    await cluster.kubectl('rollout', 'status', 'deployment/hello', '--timeout=60s');
    for (const manifest of manifests) await cluster.kubectlWith(JSON.stringify(manifest), 'apply', '-f', '-');
    await cluster.kubectl('wait', 'pod', '--all', '--for=condition=Ready', '--timeout=60s');
    await eventually('traffic', () => cluster.kubectl('logs', 'client'));
  });
  after(() => cluster?.down());

  it('an API server blocked for 20 s is replaced, and pods do not notice', async (t) => {
    const { controlPlane } = cluster.processes();
    const gaps = await observe(async () => {
      const start = systemClock.monotonic();
      await blockEventLoop(controlPlane, 20_000);
      const { status } = await cluster.status();
      const asked = systemClock.monotonic() - start;
      assert.equal(status, 'NotResponding');
      await cluster.tryKubectl('get', '--raw', '/readyz', '--request-timeout=1s');
      const service = ['create', 'service', 'clusterip', 'added', '--tcp=80:8080'];
      await eventually('the Service change', () => cluster.kubectl(...service, '--request-timeout=1s'));
      const replaced = systemClock.monotonic() - start;
      await cluster.kubectl('set', 'selector', 'service/added', 'app=hello');
      const answer = ['exec', 'client', '--', 'timeout', '2', 'wget', '-qO-', 'http://added/'];
      await eventually('the new Service', () => cluster.kubectl(...answer));
      t.diagnostic(`status after ${Math.round(asked)} ms, a Service change after ${Math.round(replaced)} ms`);
      assert.ok(asked < 4_000 && replaced < 12_000, `${asked} ${replaced}`);
    });
    t.diagnostic(`longest gaps: ${JSON.stringify(gaps)} s`);
    assert.ok(gaps.probes < 4 && gaps.traffic < 4, JSON.stringify(gaps));
    const told = await component('control-plane');
    assert.equal(told?.restarts, 1);
    assert.match(told.lastReason ?? '', /blocked/);
    assert.match(await cluster.tiphys('status', '--name', name), /control-plane .*1 restart.*blocked/);
    assert.throws(() => process.kill(controlPlane, 0), /ESRCH/);
  });

  it('an API server that is stopped is replaced', async () => {
    process.kill(cluster.processes().controlPlane, 'SIGSTOP');
    await eventually('another one', async () => (await component('control-plane'))?.restarts === 2);
    await eventually('it answers', async () => (await cluster.status()).status === 'Running');
  });

  it('a killed node agent is back at once, and no container is restarted', async (t) => {
    const { nodeAgent, launcher } = cluster.processes();
    const gaps = await observe(async () => {
      const start = systemClock.monotonic();
      process.kill(nodeAgent, 'SIGKILL');
      await eventually('another one', () => cluster.processes().nodeAgent !== nodeAgent);
      await eventually('it works', async () => (await cluster.status()).status === 'Running');
      t.diagnostic(`back after ${Math.round(systemClock.monotonic() - start)} ms`);
    });
    t.diagnostic(`longest gaps: ${JSON.stringify(gaps)} s`);
    assert.ok(gaps.probes < 10 && gaps.traffic < 10, JSON.stringify(gaps));
    assert.equal(cluster.processes().launcher, launcher);
    const told = await component('node-agent');
    assert.deepEqual([told?.restarts, told?.lastReason], [1, 'killed by SIGKILL']);
  });

  it('a node agent that is stopped is killed and replaced', async () => {
    const { nodeAgent } = cluster.processes();
    process.kill(nodeAgent, 'SIGSTOP');
    await eventually('another one', () => cluster.processes().nodeAgent !== nodeAgent);
    await eventually('it works', async () => (await cluster.status()).status === 'Running');
    assert.equal((await component('node-agent'))?.restarts, 2);
  });
});
