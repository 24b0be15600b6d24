import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { Lease } from '../../api/kinds/coordination/v1/lease.ts';
import type { Toleration } from '../../api/kinds/core/v1/affinity.ts';
import { Node } from '../../api/kinds/core/v1/node.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { isNotFound } from '../../api/status/status-error.ts';
import { rfc3339Micro } from '../../kit/clock.ts';
import { addNode, renewLease, setNodeReady } from '../../sim/by-hand/nodes.ts';
import { setReady } from '../../sim/by-hand/pods.ts';
import { type SimCluster, simCluster } from '../../sim/cluster.ts';
import { aPod } from '../../sim/objects/pod.ts';
import { podsOf } from '../../sim/observe.ts';

const UNREACHABLE = 'node.kubernetes.io/unreachable';
const tolerating = (seconds: number): Toleration[] => [
  { key: UNREACHABLE, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: seconds },
];
const pod = (name: string, nodeName: string, tolerations: Toleration[] = []): Pod =>
  aPod(name, { nodeName, tolerations, terminationGracePeriodSeconds: 0 });

describe('a node whose heartbeats stop', () => {
  let cluster: SimCluster;
  beforeEach(async () => {
    cluster = await simCluster({
      controllers: ['node-lifecycle-controller', 'taint-eviction-controller', 'pod-garbage-collector'],
      // Its tolerations of 300 s would keep the pods that this test wants to see go at once.
      apiServer: { disableAdmissionPlugins: ['ServiceAccount', 'DefaultTolerationSeconds'] },
    });
    await addNode(cluster, 'n1');
    await addNode(cluster, 'n2');
    await cluster.settle();
  });
  afterEach(() => cluster.stop());
  const passWithout = async (silent: readonly string[], ms: number) => {
    for (let passed = 0; passed < ms; passed += 10_000) {
      for (const name of ['n1', 'n2']) if (!silent.includes(name)) await renewLease(cluster, name);
      await cluster.step(10_000);
    }
  };
  const taints = async (name: string) =>
    ((await cluster.client.get(Node, name)).spec?.taints ?? []).map((t) => `${t.key}:${t.effect}`).sort();
  const ready = async (name: string) =>
    (await cluster.client.get(Node, name)).status?.conditions?.find((c) => c.type === 'Ready');

  it('becomes Unknown when its lease is not renewed, and its pods are marked not ready', async () => {
    await cluster.client.create(Pod, pod('a', 'n1', tolerating(300)));
    await setReady(cluster, (await podsOf(cluster))[0]!);
    await passWithout(['n1'], 40_000);
    assert.equal((await ready('n1'))?.status, 'True');
    await passWithout(['n1'], 20_000);
    const condition = await ready('n1');
    assert.deepEqual([condition?.status, condition?.reason], ['Unknown', 'NodeStatusUnknown']);
    assert.deepEqual(await taints('n1'), [`${UNREACHABLE}:NoExecute`, `${UNREACHABLE}:NoSchedule`]);
    assert.deepEqual(await taints('n2'), []);
    const [a] = await podsOf(cluster);
    assert.equal(a?.status?.conditions?.find((c) => c.type === 'Ready')?.status, 'False');
  });

  it('is no node whose heartbeats come in time while somebody sets the clock', async () => {
    for (const set of [3_600_000, -7_200_000]) {
      await passWithout([], 30_000);
      cluster.clock.setBy(set);
      await cluster.step(35_000);
      assert.deepEqual([(await ready('n1'))?.status, await taints('n1')], ['True', []], `${set}`);
    }
    await passWithout(['n1'], 60_000);
    assert.equal((await ready('n1'))?.status, 'Unknown');
  });

  it('is not kept alive by a lease of its name in another namespace', async () => {
    const metadata = { name: 'n1', namespace: 'default' };
    await cluster.client.create(Lease, { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata });
    for (let passed = 0; passed < 60_000; passed += 10_000) {
      const spec = { renewTime: rfc3339Micro(cluster.clock.now()) };
      await cluster.client.patch(Lease, 'n1', 'default', 'merge', { spec });
      await passWithout(['n1'], 10_000);
    }
    assert.equal((await ready('n1'))?.status, 'Unknown');
  });

  it('has its pods evicted after their toleration time, and those without one at once', async () => {
    await cluster.client.create(Pod, pod('patient', 'n1', tolerating(100)));
    await cluster.client.create(Pod, pod('hasty', 'n1'));
    await cluster.client.create(Pod, pod('elsewhere', 'n2'));
    await passWithout(['n1'], 60_000);
    assert.deepEqual(
      (await podsOf(cluster)).map((p) => p.metadata.name),
      ['elsewhere', 'patient'],
    );
    await passWithout(['n1'], 110_000);
    assert.deepEqual(
      (await podsOf(cluster)).map((p) => p.metadata.name),
      ['elsewhere'],
    );
  });

  it('evicts a pod earlier when its toleration time is shortened meanwhile', async () => {
    await cluster.client.create(Pod, pod('a', 'n1', tolerating(1_000)));
    await passWithout(['n1'], 80_000);
    await cluster.client.patch(Pod, 'a', 'default', 'merge', { spec: { tolerations: tolerating(30) } });
    await passWithout(['n1'], 40_000);
    assert.deepEqual(await podsOf(cluster), []);
  });

  it('has its pods evicted after their toleration time when somebody taints it long after they came', async () => {
    const repair = { key: 'repair', effect: 'NoExecute' } as const;
    await cluster.client.create(Pod, pod('patient', 'n1', [{ ...repair, tolerationSeconds: 100 }]));
    await cluster.client.create(Pod, pod('hasty', 'n1'));
    await passWithout([], 200_000);
    // As kubectl does, without the time.
    await cluster.client.patch(Node, 'n1', undefined, 'merge', { spec: { taints: [repair] } });
    await passWithout([], 90_000);
    const names = async () => (await podsOf(cluster)).map((p) => p.metadata.name);
    assert.deepEqual(await names(), ['patient']);
    await passWithout([], 20_000);
    assert.deepEqual(await names(), []);
  });

  it('keeps its pods when heartbeats resume in time', async () => {
    await cluster.client.create(Pod, pod('patient', 'n1', tolerating(100)));
    await passWithout(['n1'], 60_000);
    await setNodeReady(cluster, 'n1', 'True');
    await passWithout([], 200_000);
    assert.deepEqual(await taints('n1'), []);
    assert.equal((await podsOf(cluster)).length, 1);
  });

  it('keeps its pods while every node is down', async () => {
    await cluster.client.create(Pod, pod('hasty', 'n1'));
    await passWithout(['n1', 'n2'], 120_000);
    assert.deepEqual(await taints('n1'), [`${UNREACHABLE}:NoSchedule`]);
    assert.equal((await podsOf(cluster)).length, 1);
  });

  it('has its taint removed again when no node is left', async () => {
    await passWithout(['n1'], 60_000);
    assert.ok((await taints('n1')).includes(`${UNREACHABLE}:NoExecute`));
    await passWithout(['n1', 'n2'], 60_000);
    assert.deepEqual(await taints('n1'), [`${UNREACHABLE}:NoSchedule`]);
    await setNodeReady(cluster, 'n2', 'True');
    await passWithout(['n1'], 20_000);
    assert.ok((await taints('n1')).includes(`${UNREACHABLE}:NoExecute`));
  });

  it('waits for its turn when others went down with it', async () => {
    const names = ['n3', 'n4', 'n5', 'n6', 'n7', 'n8'];
    for (const name of names) await addNode(cluster, name);
    await cluster.settle();
    const evicting = async () => {
      const all = await Promise.all(names.map(taints));
      return all.filter((one) => one.includes(`${UNREACHABLE}:NoExecute`)).length;
    };
    for (let passed = 0; passed < 100_000; passed += 10_000) {
      for (const name of ['n1', 'n2', 'n6', 'n7', 'n8']) await renewLease(cluster, name);
      await cluster.step(10_000);
      if (passed === 50_000) assert.equal(await evicting(), 2);
    }
    assert.equal(await evicting(), 3);
    assert.match(cluster.metrics.render(), /^node_collector_evictions_total\{zone=""\} 3$/m);
    assert.match(cluster.metrics.render(), /^node_collector_unhealthy_nodes_in_zone\{zone=""\} 3$/m);
  });

  it('that reports itself not ready has its pods’ readiness left to its kubelet', async () => {
    await cluster.client.create(Pod, pod('a', 'n1', tolerating(300)));
    await setReady(cluster, (await podsOf(cluster))[0]!);
    await setNodeReady(cluster, 'n1', 'False');
    await cluster.settle();
    const [a] = await podsOf(cluster);
    assert.equal(a?.status?.conditions?.find((c) => c.type === 'Ready')?.status, 'True');
  });

  it('has the older labels for system and architecture', async () => {
    const labels = {
      'kubernetes.io/os': 'linux',
      'kubernetes.io/arch': 'arm64',
      'beta.kubernetes.io/os': 'x',
    };
    await cluster.client.patch(Node, 'n1', undefined, 'merge', { metadata: { labels } });
    await cluster.settle();
    const node = await cluster.client.get(Node, 'n1');
    const older = ['os', 'arch'].map((what) => node.metadata.labels?.[`beta.kubernetes.io/${what}`]);
    assert.deepEqual(older, ['linux', 'arm64']);
  });

  it('has its pods deleted once the node object is deleted', async () => {
    await cluster.client.create(Pod, pod('a', 'n1'));
    await cluster.client.delete(Node, 'n1');
    await cluster.step(30_000);
    await cluster.client.get(Pod, 'a', 'default');
    await cluster.step(60_000);
    await assert.rejects(cluster.client.get(Pod, 'a', 'default'), isNotFound);
  });
});
