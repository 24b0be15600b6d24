import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Body, type TestServer, testServer } from './testing.fake.ts';

const maps = '/api/v1/namespaces/default/configmaps';
const pods = '/api/v1/namespaces/default/pods';
const services = '/api/v1/namespaces/default/services';
const MERGE = { headers: { 'content-type': 'application/merge-patch+json' } };

const map = (name: string, metadata: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...metadata },
});
const pod = (name: string, spec: object = {}, metadata: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, ...metadata },
  spec: { containers: [{ name: 'c', image: 'i' }], ...spec },
});
const service = (name: string, spec: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name },
  spec: { ports: [{ port: 80 }], ...spec },
});

async function made(server: TestServer, path: string, object: object): Promise<Body> {
  const answer = await server.call('POST', path, object);
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  return answer.body;
}

test('generateName gives a name of its own', async () => {
  const server = await testServer();
  const generated = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'g-' } };
  const [one, two] = [await made(server, maps, generated), await made(server, maps, generated)];
  assert.match(one.metadata.name, /^g-[a-z0-9]{5}$/);
  assert.notEqual(one.metadata.name, two.metadata.name);
});

test('a dry run answers as if, and leaves nothing', async () => {
  const { call, store } = await testServer();
  const { revision } = store;
  const query = { dryRun: 'All' };
  const answer = await call('POST', maps, map('dry'), { query });
  assert.deepEqual([answer.status, answer.body.metadata.name], [201, 'dry']);
  assert.equal((await call('GET', `${maps}/dry`)).status, 404);
  await call('DELETE', '/api/v1/namespaces/kube-public', undefined, { query });
  assert.equal(store.revision, revision);
  assert.equal((await call('POST', maps, map('dry'), { query: { dryRun: 'Some' } })).status, 422);
});

test('writers that name no version never lose each other’s changes', async () => {
  const server = await testServer();
  await made(server, maps, map('m'));
  const keys = Array.from({ length: 20 }, (_, i) => `k${i}`);
  await Promise.all(keys.map((key) => server.call('PATCH', `${maps}/m`, { data: { [key]: 'x' } }, MERGE)));
  assert.deepEqual(Object.keys((await server.call('GET', `${maps}/m`)).body.data).sort(), keys.sort());
});

test('an object with finalizers waits for them, and changes nothing but them meanwhile', async () => {
  const server = await testServer();
  await made(server, maps, map('f', { finalizers: ['example.com/hold'] }));
  const deleted = await server.call('DELETE', `${maps}/f`);
  assert.ok(deleted.body.metadata.deletionTimestamp);
  const again = await server.call('DELETE', `${maps}/f`);
  assert.deepEqual([again.status, again.body.metadata.uid], [200, deleted.body.metadata.uid]);
  const more = { metadata: { finalizers: ['example.com/hold', 'example.com/more'] } };
  assert.equal((await server.call('PATCH', `${maps}/f`, more, MERGE)).status, 422);
  await server.call('PATCH', `${maps}/f`, { metadata: { finalizers: null } }, MERGE);
  assert.equal((await server.call('GET', `${maps}/f`)).status, 404);
});

test('a propagation policy becomes a finalizer for the garbage collector', async () => {
  const server = await testServer();
  for (const [name, propagationPolicy, finalizer, status] of [
    ['fore', 'Foreground', 'foregroundDeletion', 202],
    ['orph', 'Orphan', 'orphan', 200],
  ] as const) {
    await made(server, maps, map(name));
    const answer = await server.call('DELETE', `${maps}/${name}`, { propagationPolicy });
    assert.deepEqual([answer.status, answer.body.metadata.finalizers], [status, [finalizer]]);
  }
  await made(server, maps, map('back'));
  const gone = await server.call('DELETE', `${maps}/back`, { propagationPolicy: 'Background' });
  assert.deepEqual(
    [gone.body.kind, gone.body.status, gone.body.details.kind],
    ['Status', 'Success', 'configmaps'],
  );
  assert.equal((await server.call('DELETE', `${maps}/fore`, { propagationPolicy: 'Never' })).status, 422);
});

test('a bound pod gets its grace period, an unbound one goes at once', async () => {
  const server = await testServer();
  await made(server, pods, pod('free'));
  assert.equal((await server.call('DELETE', `${pods}/free`)).body.kind, 'Pod');
  assert.equal((await server.call('GET', `${pods}/free`)).status, 404);
  await made(server, pods, pod('bound', { nodeName: 'n1' }));
  const ending = (await server.call('DELETE', `${pods}/bound`)).body.metadata;
  assert.equal(ending.deletionGracePeriodSeconds, 30);
  assert.equal(ending.generation, 2);
  const sooner = (await server.call('DELETE', `${pods}/bound`, { gracePeriodSeconds: 5 })).body.metadata;
  assert.equal(sooner.deletionGracePeriodSeconds, 5);
  assert.ok(sooner.deletionTimestamp < ending.deletionTimestamp);
  await server.call('DELETE', `${pods}/bound`, { gracePeriodSeconds: 0 });
  assert.equal((await server.call('GET', `${pods}/bound`)).status, 404);
});

test('a pod starts pending, with its class, priority and tolerations', async () => {
  const server = await testServer();
  const limits = { cpu: '1', memory: '1Gi' };
  const fresh = await made(server, pods, {
    ...pod('p', {
      priorityClassName: 'system-cluster-critical',
      containers: [{ name: 'c', image: 'i', resources: { limits } }],
    }),
    status: { phase: 'Running' },
  });
  assert.deepEqual([fresh.status.phase, fresh.status.qosClass], ['Pending', 'Guaranteed']);
  assert.deepEqual(
    [fresh.spec.priority, fresh.spec.preemptionPolicy],
    [2_000_000_000, 'PreemptLowerPriority'],
  );
  assert.equal(fresh.spec.tolerations.length, 2);
  assert.deepEqual(fresh.spec.securityContext, {});
  const missing = await server.call('POST', pods, pod('q', { priorityClassName: 'none' }));
  assert.deepEqual(
    [missing.status, missing.body.message],
    [403, 'pods "q" is forbidden: no PriorityClass with name none was found'],
  );
});

test('a pod is bound once', async () => {
  const server = await testServer();
  await made(server, pods, pod('b'));
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

test('an eviction asks the budgets', async () => {
  const server = await testServer();
  const budgets = '/apis/policy/v1/namespaces/default/poddisruptionbudgets';
  const budget = await made(server, budgets, {
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
  await made(server, pods, pod('v', { nodeName: 'n1' }, { labels: { app: 'x' } }));
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

test('status and spec are written apart, and only the spec counts generations', async () => {
  const server = await testServer();
  const deployments = '/apis/apps/v1/namespaces/default/deployments';
  const labels = { app: 'x' };
  const spec = { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: pod('x').spec } };
  const fresh = await made(server, deployments, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'd' },
    spec,
    status: { replicas: 7 },
  });
  assert.deepEqual([fresh.metadata.generation, fresh.status.replicas], [1, undefined]);
  const status = await server.call('PUT', `${deployments}/d/status`, {
    ...fresh,
    spec: { ...fresh.spec, replicas: 9 },
    status: { replicas: 1 },
  });
  assert.deepEqual(
    [status.body.spec.replicas, status.body.status.replicas, status.body.metadata.generation],
    [1, 1, 1],
  );
  const scaled = await server.call('PATCH', `${deployments}/d/scale`, { spec: { replicas: 4 } }, MERGE);
  assert.deepEqual(
    [scaled.body.kind, scaled.body.spec.replicas, scaled.body.status.selector],
    ['Scale', 4, 'app=x'],
  );
  const after = (await server.call('GET', `${deployments}/d`)).body;
  assert.deepEqual([after.metadata.generation, after.status.replicas], [2, 1]);
});

test('services get addresses and ports, keep them, and give them back', async () => {
  const server = await testServer();
  const one = (await made(server, services, service('one'))).spec;
  assert.match(one.clusterIP, /^10\.96\.\d+\.\d+$/);
  assert.deepEqual([one.clusterIPs, one.type, one.sessionAffinity], [[one.clusterIP], 'ClusterIP', 'None']);
  const taken = await server.call('POST', services, service('two', { clusterIP: one.clusterIP }));
  assert.match(taken.body.message, /failed to allocate IP .*: provided IP is already allocated/);
  const foreign = await server.call('POST', services, service('two', { clusterIP: '10.1.2.3' }));
  assert.match(foreign.body.message, /The range of valid IPs is 10\.96\.0\.0\/16/);
  const node = (
    await made(
      server,
      services,
      service('node', {
        type: 'NodePort',
        ports: [
          { name: 'a', port: 80 },
          { name: 'b', port: 81, nodePort: 30100 },
        ],
      }),
    )
  ).spec;
  assert.ok(node.ports[0].nodePort >= 30000 && node.ports[1].nodePort === 30100);
  const clash = await server.call(
    'POST',
    services,
    service('clash', { type: 'NodePort', ports: [{ port: 80, nodePort: 30100 }] }),
  );
  assert.match(
    clash.body.message,
    /spec\.ports\[0\]\.nodePort: Invalid value: 30100: provided port is already allocated/,
  );
  const replaced = await server.call(
    'PUT',
    `${services}/node`,
    service('node', { type: 'NodePort', ports: [{ name: 'a', port: 80 }] }),
  );
  assert.deepEqual(
    [replaced.status, replaced.body.spec?.clusterIP, replaced.body.spec?.ports[0].nodePort],
    [200, node.clusterIP, node.ports[0].nodePort],
    JSON.stringify(replaced.body),
  );
  await made(
    server,
    services,
    service('again', { type: 'NodePort', ports: [{ port: 80, nodePort: 30100 }] }),
  );
  await server.call('DELETE', `${services}/one`);
  await made(server, services, service('heir', { clusterIP: one.clusterIP }));
  assert.equal(
    (await made(server, services, service('headless', { clusterIP: 'None' }))).spec.clusterIPs[0],
    'None',
  );
});

test('a namespace ends when its finalizer has been taken off', async () => {
  const server = await testServer();
  const fresh = await made(server, '/api/v1/namespaces', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'n' },
  });
  assert.deepEqual(
    [fresh.status.phase, fresh.spec.finalizers, fresh.metadata.labels],
    ['Active', ['kubernetes'], { 'kubernetes.io/metadata.name': 'n' }],
  );
  const ending = (await server.call('DELETE', '/api/v1/namespaces/n')).body;
  assert.equal(ending.status.phase, 'Terminating');
  await server.call('PUT', '/api/v1/namespaces/n/finalize', { ...ending, spec: {} });
  assert.equal((await server.call('GET', '/api/v1/namespaces/n')).status, 404);
  const kept = await server.call('DELETE', '/api/v1/namespaces/default');
  assert.deepEqual(
    [kept.status, kept.body.message],
    [403, 'namespaces "default" is forbidden: this namespace may not be deleted'],
  );
});

test('events are forgotten after an hour', async () => {
  const server = await testServer();
  const events = '/api/v1/namespaces/default/events';
  const involvedObject = { kind: 'Pod', name: 'p', namespace: 'default' };
  await made(server, events, {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: 'e' },
    involvedObject,
    reason: 'R',
    type: 'Normal',
  });
  await server.clock.step(59 * 60_000);
  assert.equal((await server.call('GET', `${events}/e`)).status, 200);
  await server.clock.step(2 * 60_000);
  assert.equal((await server.call('GET', `${events}/e`)).status, 404);
});

test('a collection is deleted by selection', async () => {
  const server = await testServer();
  for (const [name, app] of [
    ['a', 'x'],
    ['b', 'x'],
    ['c', 'y'],
  ] as const)
    await made(server, maps, map(name, { labels: { app } }));
  const answer = await server.call('DELETE', maps, undefined, { query: { labelSelector: 'app=x' } });
  assert.deepEqual([answer.body.kind, answer.body.items.length], ['ConfigMapList', 2]);
  assert.equal((await server.call('GET', `${maps}/c`)).status, 200);
  assert.equal((await server.call('GET', `${maps}/a`)).status, 404);
});

test('applying takes over, conflicts, forces and removes', async () => {
  const server = await testServer();
  const apply = (fieldManager: string, data: object, force = 'false') =>
    server.call(
      'PATCH',
      `${maps}/s`,
      { apiVersion: 'v1', kind: 'ConfigMap', data },
      { headers: { 'content-type': 'application/apply-patch+yaml' }, query: { fieldManager, force } },
    );
  const first = await apply('one', { a: '1', b: '1' });
  assert.equal(first.status, 201, JSON.stringify(first.body));
  const conflict = await apply('two', { a: '2' });
  assert.deepEqual([conflict.status, conflict.body.details.causes[0].field], [409, '.data.a']);
  assert.equal((await apply('two', { a: '2' }, 'true')).status, 200);
  const after = await apply('one', { b: '1' });
  assert.deepEqual(after.body.data, { a: '2', b: '1' });
  assert.deepEqual((await apply('one', {})).body.data, { a: '2' });
  const nameless = await server.call(
    'PATCH',
    `${maps}/s`,
    {},
    { headers: { 'content-type': 'application/apply-patch+yaml' } },
  );
  assert.equal(nameless.status, 422);
});

test('limit ranges give defaults and bounds', async () => {
  const server = await testServer();
  await made(server, '/api/v1/namespaces/default/limitranges', {
    apiVersion: 'v1',
    kind: 'LimitRange',
    metadata: { name: 'l' },
    spec: {
      limits: [
        { type: 'Container', default: { cpu: '500m' }, defaultRequest: { cpu: '100m' }, max: { cpu: '1' } },
      ],
    },
  });
  const fresh = await made(server, pods, pod('p'));
  assert.deepEqual(fresh.spec.containers[0].resources, {
    limits: { cpu: '500m' },
    requests: { cpu: '100m' },
  });
  const big = await server.call(
    'POST',
    pods,
    pod('q', { containers: [{ name: 'c', image: 'i', resources: { limits: { cpu: '2' } } }] }),
  );
  assert.deepEqual(
    [big.status, big.body.message],
    [403, 'pods "q" is forbidden: maximum cpu usage per Container is 1, but limit is 2'],
  );
});

test('a pod finds its service account’s token', async () => {
  const server = await testServer({ disableAdmissionPlugins: [] });
  const missing = await server.call('POST', pods, pod('p'));
  assert.equal(
    missing.body.message,
    'pods "p" is forbidden: error looking up service account default/default: serviceaccount "default" not found',
  );
  await made(server, '/api/v1/namespaces/default/serviceaccounts', {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'default' },
  });
  const { spec } = await made(server, pods, pod('p'));
  assert.equal(spec.serviceAccountName, 'default');
  assert.match(spec.volumes[0].name, /^kube-api-access-[a-z0-9]{5}$/);
  assert.equal(spec.containers[0].volumeMounts[0].mountPath, '/var/run/secrets/kubernetes.io/serviceaccount');
  const plain = await made(server, pods, pod('q', { automountServiceAccountToken: false }));
  assert.equal(plain.spec.volumes, undefined);
});

test('a namespace’s labels say how secure its pods must be', async () => {
  const server = await testServer();
  const labels = {
    'pod-security.kubernetes.io/enforce': 'baseline',
    'pod-security.kubernetes.io/warn': 'restricted',
  };
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'safe', labels } };
  await made(server, '/api/v1/namespaces', namespace);
  const path = '/api/v1/namespaces/safe/pods';
  const securityContext = { privileged: true };
  const refused = await server.call(
    'POST',
    path,
    pod('p', { hostPID: true, containers: [{ name: 'c', image: 'i', securityContext }] }),
  );
  assert.deepEqual(
    [refused.status, refused.body.message],
    [
      403,
      'pods "p" is forbidden: violates PodSecurity "baseline:latest": host namespaces (hostPID=true), privileged (container "c" must not set securityContext.privileged=true)',
    ],
  );
  const warned = await server.call('POST', path, pod('q'));
  assert.equal(warned.status, 201);
  assert.match(
    warned.headers.warning ?? '',
    /would violate PodSecurity .*restricted:latest.*runAsNonRoot != true \(pod or container .*c.* must set/,
  );
});

test('a job selects its pods by its uid, and leaves them when nobody says otherwise', async () => {
  const server = await testServer();
  const jobs = '/apis/batch/v1/namespaces/default/jobs';
  const template = { spec: { ...pod('x').spec, restartPolicy: 'Never' } };
  const job = await made(server, jobs, {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'j' },
    spec: { template },
  });
  assert.deepEqual(job.spec.selector.matchLabels, { 'batch.kubernetes.io/controller-uid': job.metadata.uid });
  const answer = await server.call('DELETE', `${jobs}/j`);
  assert.deepEqual(answer.body.metadata.finalizers, ['orphan']);
  assert.match(answer.headers.warning ?? '', /child pods are preserved by default when jobs are deleted/);
});

test('parts of a pod have doors of their own', async () => {
  const server = await testServer();
  await made(
    server,
    pods,
    pod('p', { containers: [{ name: 'c', image: 'i', resources: { requests: { cpu: '100m' } } }] }),
  );
  const patch = (sub: string, spec: object) =>
    server.call(
      'PATCH',
      `${pods}/p${sub}`,
      { spec },
      { headers: { 'content-type': 'application/strategic-merge-patch+json' } },
    );
  const debug = await patch('/ephemeralcontainers', {
    ephemeralContainers: [{ name: 'dbg', image: 'b', targetContainerName: 'c' }],
  });
  assert.deepEqual([debug.status, debug.body.spec.ephemeralContainers[0].name], [200, 'dbg']);
  const resized = await patch('/resize', {
    containers: [{ name: 'c', resources: { requests: { cpu: '200m' } } }],
  });
  assert.deepEqual(resized.body.spec.containers[0].resources, { requests: { cpu: '200m' } });
  assert.equal((await patch('', { nodeName: 'n1' })).status, 422);
  const image = await patch('', { containers: [{ name: 'c', image: 'j' }] });
  assert.deepEqual([image.body.spec.containers[0].image, image.body.metadata.generation], ['j', 4]);
});
