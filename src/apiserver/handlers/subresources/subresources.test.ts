import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create } from '../../../sim/api-calls.ts';
import { simCluster } from '../../../sim/cluster.ts';
import { aPod } from '../../../sim/objects/pod.ts';

const pods = '/api/v1/namespaces/default/pods';
const MERGE = { headers: { 'content-type': 'application/merge-patch+json' } };

test('a pod can be bound only once', async () => {
  const server = await simCluster();
  await create(server, pods, aPod('b'));
  const binding = {
    apiVersion: 'v1',
    kind: 'Binding',
    metadata: { name: 'b' },
    target: { kind: 'Node', name: 'n1' },
  };
  const bound = await server.call('POST', `${pods}/b/binding`, binding);
  assert.deepEqual([bound.status, bound.body.status], [201, 'Success']);
  const after = (await server.call('GET', `${pods}/b`)).body;
  assert.deepEqual(
    [after.spec.nodeName, after.status.conditions[0].type, after.metadata.generation],
    ['n1', 'PodScheduled', 1],
  );
  const twice = await server.call('POST', `${pods}/b/binding`, binding);
  assert.deepEqual(
    [twice.status, twice.body.message],
    [409, 'Operation cannot be fulfilled on pods/binding "b": pod b is already assigned to node "n1"'],
  );
});

test('an eviction is refused when a disruption budget forbids it', async () => {
  const server = await simCluster();
  const budgets = '/apis/policy/v1/namespaces/default/poddisruptionbudgets';
  const budget = await create(server, budgets, {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'pdb' },
    spec: { minAvailable: 1, selector: { matchLabels: { app: 'x' } } },
  });
  const status = (disruptionsAllowed: number) => ({
    status: {
      disruptionsAllowed,
      currentHealthy: 1,
      desiredHealthy: 1,
      expectedPods: 1,
      observedGeneration: budget.metadata.generation,
    },
  });
  await create(server, pods, aPod('v', { nodeName: 'n1' }, { labels: { app: 'x' } }));
  const running = { status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] } };
  await server.call('PATCH', `${pods}/v/status`, running, MERGE);
  await server.call('PATCH', `${budgets}/pdb/status`, status(0), MERGE);
  const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'v' } };
  const refused = await server.call('POST', `${pods}/v/eviction`, eviction);
  assert.equal(refused.status, 429, JSON.stringify(refused.body));
  assert.equal(refused.body.message, "Cannot evict pod as it would violate the pod's disruption budget.");
  await server.call('PATCH', `${budgets}/pdb/status`, status(1), MERGE);
  assert.equal((await server.call('POST', `${pods}/v/eviction`, eviction)).status, 201);
  const after = (await server.call('GET', `${budgets}/pdb`)).body.status;
  assert.deepEqual([after.disruptionsAllowed, Object.keys(after.disruptedPods)], [0, ['v']]);
  assert.ok((await server.call('GET', `${pods}/v`)).body.metadata.deletionTimestamp);
});

test('an evicted pod has the condition DisruptionTarget, also for a precondition on its resourceVersion', async () => {
  const server = await simCluster();
  const made = await create(server, pods, aPod('v', { nodeName: 'n1' }));
  const evict = (resourceVersion: string) =>
    server.call('POST', `${pods}/v/eviction`, {
      apiVersion: 'policy/v1',
      kind: 'Eviction',
      metadata: { name: 'v' },
      deleteOptions: { preconditions: { resourceVersion } },
    });
  const read = async () => (await server.call('GET', `${pods}/v`)).body;
  assert.equal((await evict('1')).status, 409);
  assert.equal((await read()).metadata.resourceVersion, made.metadata.resourceVersion);
  assert.equal((await evict(made.metadata.resourceVersion)).status, 201);
  const { metadata, status } = await read();
  assert.ok(metadata.deletionTimestamp);
  const { lastTransitionTime, ...condition } = status.conditions.at(-1);
  assert.ok(lastTransitionTime);
  assert.deepEqual(condition, {
    lastProbeTime: null,
    type: 'DisruptionTarget',
    status: 'True',
    reason: 'EvictionByEvictionAPI',
    message: 'Eviction API: evicting',
  });
});

test('ephemeralcontainers adds containers, resize changes resources, and an update changes only the image', async () => {
  const server = await simCluster();
  await create(
    server,
    pods,
    aPod('p', {
      containers: [{ name: 'main', image: 'busybox:1', resources: { requests: { cpu: '100m' } } }],
    }),
  );
  const patch = (sub: string, spec: object) =>
    server.call(
      'PATCH',
      `${pods}/p${sub}`,
      { spec },
      { headers: { 'content-type': 'application/strategic-merge-patch+json' } },
    );
  const debug = await patch('/ephemeralcontainers', {
    ephemeralContainers: [{ name: 'dbg', image: 'b', targetContainerName: 'main' }],
  });
  assert.deepEqual([debug.status, debug.body.spec.ephemeralContainers[0].name], [200, 'dbg']);
  const resized = await patch('/resize', {
    containers: [{ name: 'main', resources: { requests: { cpu: '200m' } } }],
  });
  assert.deepEqual(resized.body.spec.containers[0].resources, { requests: { cpu: '200m' } });
  assert.equal((await patch('', { nodeName: 'n1' })).status, 422);
  const image = await patch('', { containers: [{ name: 'main', image: 'j' }] });
  assert.deepEqual([image.body.spec.containers[0].image, image.body.metadata.generation], ['j', 4]);
});

test('a subresource of a cluster-scoped object is not served under a namespace, where other rights apply', async () => {
  const server = await simCluster();
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  await create(server, `/apis/${apiVersion}/namespaces/default/rolebindings`, {
    apiVersion,
    kind: 'RoleBinding',
    metadata: { name: 'eve' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'eve' }],
  });
  await create(server, '/api/v1/nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1' } });
  const user = { name: 'eve' };
  const status = { status: { phase: 'Running' } };
  const patched = await server.call('PATCH', '/api/v1/namespaces/default/nodes/n1/status', status, {
    ...MERGE,
    user,
  });
  assert.equal(patched.status, 404);
  const proxied = await server.call('GET', '/api/v1/namespaces/default/nodes/n1/proxy/', undefined, { user });
  assert.equal(proxied.status, 404);
});
