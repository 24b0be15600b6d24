import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ReplicaSet } from '../api/kinds/apps/v1/replica-set.ts';
import { Endpoints } from '../api/kinds/core/v1/endpoints.ts';
import { Service } from '../api/kinds/core/v1/service.ts';
import { EndpointSlice } from '../api/kinds/discovery/v1/endpoint-slice.ts';
import { PodDisruptionBudget } from '../api/kinds/policy/v1/pod-disruption-budget.ts';
import type { AnyResource, KubeObject } from '../api/meta/v1/resource.ts';
import { addNode } from '../sim/by-hand/nodes.ts';
import { runKubelets, setReady } from '../sim/by-hand/pods.ts';
import { simCluster } from '../sim/cluster.ts';
import { aReplicaSet } from '../sim/objects/workloads.ts';
import { podsOf } from '../sim/observe.ts';

const PODS = 520;
const CHANGES = 20;
const KINDS: readonly AnyResource[] = [ReplicaSet, Endpoints, EndpointSlice, PodDisruptionBudget];
const app = { app: 'web' };
const metadata = { name: 'web', namespace: 'default' };

test('of hundreds of pods that change one after the other, the changes are counted together', async (t) => {
  const controllers = [
    ...['replicaset-controller', 'endpoint-controller', 'endpointslice-controller'],
    'disruption-controller',
  ];
  const cluster = await simCluster({ controllers }, t);
  const { client, informers, clock } = cluster;
  await addNode(cluster, 'n1');
  await client.create(ReplicaSet, aReplicaSet('web', { replicas: PODS }));
  const spec = { selector: app, ports: [{ port: 80 }] };
  await client.create(Service, { apiVersion: 'v1', kind: 'Service', metadata, spec });
  await client.create(PodDisruptionBudget, {
    ...{ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata },
    spec: { minAvailable: 1, selector: { matchLabels: app } },
  });
  await cluster.until('all pods', async () => (await podsOf(cluster)).length === PODS, 20);
  await runKubelets(cluster);
  await clock.step(100);

  const writes = new Map<string, number>(KINDS.map(({ resource }) => [resource.kind, 0]));
  for (const kind of KINDS)
    informers.informer<AnyResource>(kind).addHandler({
      onUpdate: (object: Readonly<KubeObject>) =>
        void writes.set(object.kind, (writes.get(object.kind) ?? 0) + 1),
    });
  for (const pod of (await podsOf(cluster)).slice(0, CHANGES)) {
    await setReady(cluster, pod, false);
    await cluster.settle();
  }
  for (const [kind, count] of writes) assert.ok(count < CHANGES / 2, `${kind}: ${count} writes`);

  await clock.step(100);
  const left = PODS - CHANGES;
  assert.equal((await client.get(ReplicaSet, 'web', 'default')).status?.readyReplicas, left);
  assert.equal((await client.get(PodDisruptionBudget, 'web', 'default')).status?.currentHealthy, left);
  const { items } = await client.list(EndpointSlice, { namespace: 'default' });
  const ready = items.flatMap(({ endpoints }) => endpoints ?? []).filter((one) => one.conditions?.ready);
  assert.equal(ready.length, left);
  const { subsets = [] } = await client.get(Endpoints, 'web', 'default');
  assert.equal(subsets.flatMap(({ addresses }) => addresses ?? []).length, left);
});
