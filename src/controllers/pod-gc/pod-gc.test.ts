import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Node } from '../../api/kinds/core/v1/node.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { addNode, renewLease, setNodeReady } from '../../sim/by-hand/nodes.ts';
import { simCluster } from '../../sim/cluster.ts';
import { aPod } from '../../sim/objects/pod.ts';
import { podsOf } from '../../sim/observe.ts';

test('pods that no kubelet will remove are deleted, failed, whatever becomes of others', async (t) => {
  const cluster = await simCluster({ controllers: ['pod-garbage-collector'] }, t);
  for (const name of ['n1', 'n2']) await addNode(cluster, name);
  const finalizers = ['example.com/keep'];
  const leaving = async (name: string, nodeName?: string) => {
    await cluster.client.create(Pod, aPod(name, { ...(nodeName && { nodeName }) }, { finalizers }));
    await cluster.client.delete(Pod, name, 'default', { gracePeriodSeconds: 300 });
  };
  await leaving('unscheduled');
  await leaving('out-of-service', 'n1');
  await leaving('healthy', 'n2');
  await cluster.client.create(Pod, aPod('orphaned', { nodeName: 'gone' }, { finalizers }));
  await setNodeReady(cluster, 'n1', 'False');
  const taints = [{ key: 'node.kubernetes.io/out-of-service', effect: 'NoExecute' }];
  await cluster.client.patch(Node, 'n1', undefined, 'merge', { spec: { taints } });
  await renewLease(cluster, 'n2');
  await cluster.step(20_000);
  const phases = async () =>
    Object.fromEntries((await podsOf(cluster)).map(({ metadata, status }) => [metadata.name, status?.phase]));
  const expected = { unscheduled: 'Failed', 'out-of-service': 'Failed', healthy: 'Pending' };
  assert.deepEqual(await phases(), { ...expected, orphaned: 'Pending' });
  await cluster.step(41_000);
  assert.deepEqual(await phases(), { ...expected, orphaned: 'Failed' });
  const orphan = await cluster.client.get(Pod, 'orphaned', 'default');
  const condition = orphan.status?.conditions?.find(({ type }) => type === 'DisruptionTarget');
  assert.deepEqual(
    [condition?.reason, condition?.message],
    ['DeletionByPodGC', 'PodGC: node no longer exists'],
  );
  assert.ok(orphan.metadata.deletionTimestamp);
  assert.match(
    cluster.metrics.render(),
    /^pod_gc_collector_force_delete_pods_total\{namespace="default",reason="orphaned"\} [1-9]/m,
  );
});
