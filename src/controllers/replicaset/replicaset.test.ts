import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { ReplicaSet } from '../../api/kinds/apps/v1/replica-set.ts';
import { Event } from '../../api/kinds/core/v1/event.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { runKubelets, setReady } from '../../sim/by-hand/pods.ts';
import { type SimCluster, simCluster } from '../../sim/cluster.ts';
import { aPod } from '../../sim/objects/pod.ts';
import { aReplicaSet } from '../../sim/objects/workloads.ts';
import { podsOf } from '../../sim/observe.ts';

const replicaSet = (replicas: number, spec: Parameters<typeof aReplicaSet>[1] = {}) =>
  aReplicaSet('web', { replicas, ...spec });

describe('the replica set controller', () => {
  let cluster: SimCluster;
  beforeEach(async () => {
    cluster = await simCluster({ controllers: ['replicaset-controller'] });
  });
  afterEach(() => cluster.stop());

  it('creates spec.replicas pods that it owns, with status and events', async () => {
    const set = await cluster.client.create(ReplicaSet, replicaSet(3));
    await cluster.settle();
    const pods = await podsOf(cluster);
    assert.equal(pods.length, 3);
    assert.deepEqual(pods[0]?.metadata.ownerReferences, [
      {
        apiVersion: 'apps/v1',
        kind: 'ReplicaSet',
        name: 'web',
        uid: set.metadata.uid,
        controller: true,
        blockOwnerDeletion: true,
      },
    ]);
    assert.ok(pods[0]?.metadata.name?.startsWith('web-'));
    const status = (await cluster.client.get(ReplicaSet, 'web', 'default')).status;
    assert.deepEqual([status?.replicas, status?.fullyLabeledReplicas, status?.observedGeneration], [3, 3, 1]);
    const events = (await cluster.client.list(Event, { namespace: 'default' })).items;
    assert.equal(events.filter((e) => e.reason === 'SuccessfulCreate').length, 3);
    assert.equal(events[0]?.source?.component, 'replicaset-controller');
  });

  it('replaces a pod that was deleted or has failed', async () => {
    await cluster.client.create(ReplicaSet, replicaSet(2));
    await cluster.settle();
    const [first, second] = await podsOf(cluster);
    await cluster.client.delete(Pod, first!.metadata.name!, 'default', { gracePeriodSeconds: 0 });
    await cluster.client.patch(
      Pod,
      second!.metadata.name!,
      'default',
      'merge',
      { status: { phase: 'Failed' } },
      { subresource: 'status' },
    );
    await cluster.settle();
    const active = (await podsOf(cluster)).filter((pod) => pod.status?.phase !== 'Failed');
    assert.equal(active.length, 2);
  });

  it('deletes pods that are not ready before ready ones', async () => {
    await cluster.client.create(ReplicaSet, replicaSet(3));
    await cluster.settle();
    const [ready] = await podsOf(cluster);
    await setReady(cluster, ready!);
    await cluster.settle();
    await cluster.client.patch(ReplicaSet, 'web', 'default', 'merge', { spec: { replicas: 1 } });
    await cluster.settle();
    const left = (await podsOf(cluster)).filter((pod) => !pod.metadata.deletionTimestamp);
    assert.deepEqual(
      left.map((pod) => pod.metadata.name),
      [ready!.metadata.name],
    );
  });

  it('adopts matching orphans and releases pods whose labels no longer match', async () => {
    const orphan = aPod('orphan', {}, { labels: { app: 'web' } });
    await cluster.client.create(Pod, orphan);
    await cluster.client.create(ReplicaSet, replicaSet(1));
    await cluster.settle();
    const adopted = await cluster.client.get(Pod, 'orphan', 'default');
    assert.equal(adopted.metadata.ownerReferences?.[0]?.name, 'web');
    assert.equal((await podsOf(cluster)).length, 1);
    await cluster.client.patch(Pod, 'orphan', 'default', 'merge', { metadata: { labels: { app: 'x' } } });
    await cluster.settle();
    const released = await cluster.client.get(Pod, 'orphan', 'default');
    assert.equal(released.metadata.ownerReferences, undefined);
    assert.equal((await podsOf(cluster, 'app=web')).length, 1);
  });

  it('counts a pod as available only after minReadySeconds', async () => {
    await cluster.client.create(ReplicaSet, replicaSet(1, { minReadySeconds: 10 }));
    await cluster.settle();
    await runKubelets(cluster);
    const before = (await cluster.client.get(ReplicaSet, 'web', 'default')).status;
    assert.deepEqual([before?.readyReplicas, before?.availableReplicas ?? 0], [1, 0]);
    await cluster.step(11_000);
    const after = (await cluster.client.get(ReplicaSet, 'web', 'default')).status;
    assert.equal(after?.availableReplicas, 1);
  });
});
