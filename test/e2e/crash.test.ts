// Killing Tiphys or containerd outright, under load: pods never stop, nothing acknowledged is lost, work goes on.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { clientTo } from '../../bench/support/client.ts';
import { ConfigMap } from '../../src/api/kinds/core/v1/config-map.ts';
import { exec } from '../../src/kit/exec.ts';
import { repository, startTestCluster, type TestCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';

let cluster: TestCluster;

/** Container ids and start times of the hello pods: equal before and after means that nothing stopped. */
async function running(): Promise<string> {
  const path =
    'jsonpath={range .items[*]}{.metadata.name} {.status.containerStatuses[0].containerID} {.status.containerStatuses[0].restartCount}\n{end}';
  const text = await cluster.kubectl('get', 'pods', '-l', 'app=hello', '-o', path);
  return text.split('\n').sort().join('\n');
}

let runs = 0;

/** Creates ConfigMaps as fast as they are acknowledged until stop(); gives the names of those that were. */
function writers(count: number) {
  const run = runs++;
  const { client, transport } = clientTo(join(cluster.directory, 'kubeconfig'));
  const acknowledged: string[] = [];
  let stopped = false;
  const write = async (writer: number) => {
    for (let i = 0; !stopped; i++) {
      const name = `r${run}-w${writer}-${i}`;
      try {
        const metadata = { name, namespace: 'default' };
        await client.create(ConfigMap, {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata,
          data: { value: 'x'.repeat(500) },
        });
        acknowledged.push(name);
      } catch {
        return;
      }
    }
  };
  const all = Promise.all(Array.from({ length: count }, (_, i) => write(i)));
  return {
    acknowledged,
    stop: async () => {
      stopped = true;
      transport.close();
      await all;
    },
  };
}

describe('SIGKILL', () => {
  before(async () => {
    cluster = await startTestCluster({
      name: 'tph-e2e-crash',
      nodes: 1,
      files: [join(repository, 'examples/hello')],
    });
    await cluster.kubectl('rollout', 'status', 'deployment/hello', '--timeout=60s');
  });
  after(() => cluster?.down());

  /** Kills something under load, waits for the cluster to be back, and compares what was acknowledged with what is there. */
  async function losesNothing(kill: () => void, back: () => Promise<unknown>): Promise<void> {
    const before = await running();
    const load = writers(16);
    await eventually('some writes', () => load.acknowledged.length > 500);
    kill();
    await load.stop();
    await back();
    const list = ['get', 'configmaps', '-o', 'jsonpath={.items[*].metadata.name}'];
    const names = new Set((await eventually('the API', () => cluster.kubectl(...list))).split(' '));
    const lost = load.acknowledged.filter((name) => !names.has(name));
    assert.deepEqual(lost, []);
    await cluster.kubectl('rollout', 'status', 'deployment/hello', '--timeout=60s');
    assert.equal(await running(), before);
  }

  it('of all processes under load loses nothing acknowledged and stops no pod', async () => {
    await losesNothing(
      () => cluster.killAll(),
      () => cluster.restart(),
    );
    await cluster.kubectl('scale', 'deployment', 'hello', '--replicas=4');
    await cluster.kubectl('rollout', 'status', 'deployment/hello', '--timeout=60s');
    await cluster.kubectl('scale', 'deployment', 'hello', '--replicas=3');
    await eventually('three pods', async () => (await running()).trim().split('\n').length === 3);
  });

  it('of the control plane under load loses no acknowledged write, and it is started again', async () => {
    const { controlPlane } = cluster.processes();
    await losesNothing(
      () => process.kill(controlPlane, 'SIGKILL'),
      () => eventually('another control plane', async () => (await cluster.status()).status === 'Running'),
    );
    assert.notEqual(cluster.processes().controlPlane, controlPlane);
    const component = (await cluster.status()).components.find(({ name }) => name === 'control-plane')!;
    assert.deepEqual([component.restarts, component.lastReason], [1, 'killed by SIGKILL']);
  });

  it('of containerd stops no pod, and new pods start afterwards', async () => {
    await eventually('three pods', async () => (await running()).trim().split('\n').length === 3);
    const before = await running();
    const pids = await exec(['pgrep', '-f', `containerd -c ${cluster.directory}`]);
    for (const pid of pids.trim().split('\n')) process.kill(Number(pid), 'SIGKILL');
    await cluster.kubectl('scale', 'deployment', 'hello', '--replicas=4');
    await cluster.kubectl('rollout', 'status', 'deployment/hello', '--timeout=60s');
    const now = await running();
    for (const line of before.split('\n')) assert.ok(now.includes(line), line);
  });
});
