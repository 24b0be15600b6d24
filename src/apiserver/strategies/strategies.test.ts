import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create } from '../../sim/api-calls.ts';
import { simCluster } from '../../sim/cluster.ts';
import { aPod } from '../../sim/objects/pod.ts';
import { aService } from '../../sim/objects/service.ts';

const pods = '/api/v1/namespaces/default/pods';
const services = '/api/v1/namespaces/default/services';
const MERGE = { headers: { 'content-type': 'application/merge-patch+json' } };

test('a bound pod is deleted after its grace period, an unbound one at once', async () => {
  const server = await simCluster();
  await create(server, pods, aPod('free'));
  assert.equal((await server.call('DELETE', `${pods}/free`)).body.kind, 'Pod');
  assert.equal((await server.call('GET', `${pods}/free`)).status, 404);
  await create(server, pods, aPod('bound', { nodeName: 'n1' }));
  const ending = (await server.call('DELETE', `${pods}/bound`)).body.metadata;
  assert.equal(ending.deletionGracePeriodSeconds, 30);
  assert.equal(ending.generation, 2);
  const sooner = (await server.call('DELETE', `${pods}/bound`, { gracePeriodSeconds: 5 })).body.metadata;
  assert.equal(sooner.deletionGracePeriodSeconds, 5);
  assert.ok(sooner.deletionTimestamp < ending.deletionTimestamp);
  await server.call('DELETE', `${pods}/bound`, { gracePeriodSeconds: 0 });
  assert.equal((await server.call('GET', `${pods}/bound`)).status, 404);
});

test('a new pod is Pending, with its QoS class, priority and tolerations', async () => {
  const server = await simCluster();
  const limits = { cpu: '1', memory: '1Gi' };
  const fresh = await create(server, pods, {
    ...aPod('p', {
      priorityClassName: 'system-cluster-critical',
      containers: [{ name: 'main', image: 'busybox:1', resources: { limits } }],
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
  const missing = await server.call('POST', pods, aPod('q', { priorityClassName: 'none' }));
  assert.deepEqual(
    [missing.status, missing.body.message],
    [403, 'pods "q" is forbidden: no PriorityClass with name none was found'],
  );
});

test('label keys of a new pod become part of its selectors', async () => {
  const server = await simCluster();
  const keys = { matchLabelKeys: ['app', 'none'], topologyKey: 'zone' };
  const matchLabels = { tier: 'web' };
  const term = { ...keys, mismatchLabelKeys: ['tenant'], labelSelector: { matchLabels } };
  const fresh = await create(
    server,
    pods,
    aPod(
      'p',
      {
        affinity: {
          podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] },
          podAntiAffinity: {
            preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: term }],
          },
        },
        topologySpreadConstraints: [
          { ...keys, maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels } },
        ],
      },
      { labels: { app: 'a', tenant: 't' } },
    ),
  );
  const app = { key: 'app', operator: 'In', values: ['a'] };
  const other = { key: 'tenant', operator: 'NotIn', values: ['t'] };
  const { podAffinity, podAntiAffinity } = fresh.spec.affinity;
  const [required] = podAffinity.requiredDuringSchedulingIgnoredDuringExecution;
  assert.deepEqual(required.labelSelector, { matchLabels, matchExpressions: [app, other] });
  const [preferred] = podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution;
  assert.deepEqual(preferred.podAffinityTerm.labelSelector, required.labelSelector);
  const [spread] = fresh.spec.topologySpreadConstraints;
  assert.deepEqual(spread.labelSelector, { matchLabels, matchExpressions: [app] });
});

test('status changes only through its subresource, and only a change of the spec raises the generation', async () => {
  const server = await simCluster();
  const deployments = '/apis/apps/v1/namespaces/default/deployments';
  const labels = { app: 'x' };
  const spec = {
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: aPod('x').spec },
  };
  const fresh = await create(server, deployments, {
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

test('zero values that a client leaves out do not raise the generation', async () => {
  const server = await simCluster();
  const deployments = '/apis/apps/v1/namespaces/default/deployments';
  const labels = { app: 'x' };
  const limit = { name: 'L', valueFrom: { resourceFieldRef: { resource: 'limits.memory' } } };
  const containers = [{ name: 'main', image: 'busybox:1', env: [limit] }];
  const object = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'd' },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } },
  };
  await create(server, deployments, object);
  const put = await server.call('PUT', `${deployments}/d`, object);
  const [env] = put.body.spec.template.spec.containers[0].env;
  assert.equal(env.valueFrom.resourceFieldRef.divisor, '0');
  assert.equal(put.body.metadata.generation, 1);
});

test('what is applied again is not written again, even if defaults are within it', async () => {
  const server = await simCluster();
  const path = '/apis/networking.k8s.io/v1/namespaces/default/networkpolicies/n';
  const headers = { 'content-type': 'application/apply-patch+yaml' };
  const APPLY = { headers, query: { fieldManager: 'a' } };
  const object = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'n' },
    spec: { podSelector: {}, ingress: [{ ports: [{ port: 80 }] }] },
  };
  const first = (await server.call('PATCH', path, object, APPLY)).body;
  assert.equal(first.spec.ingress[0].ports[0].protocol, 'TCP');
  await server.clock.step(5000);
  const second = (await server.call('PATCH', path, object, APPLY)).body;
  assert.deepEqual(second, first);
});

test('services are allocated addresses and ports, keep them, and release them on deletion', async () => {
  const server = await simCluster();
  const one = (await create(server, services, aService('one'))).spec;
  assert.match(one.clusterIP, /^10\.96\.\d+\.\d+$/);
  assert.deepEqual([one.clusterIPs, one.type, one.sessionAffinity], [[one.clusterIP], 'ClusterIP', 'None']);
  const taken = await server.call('POST', services, aService('two', { clusterIP: one.clusterIP }));
  assert.match(taken.body.message, /failed to allocate IP .*: provided IP is already allocated/);
  const foreign = await server.call('POST', services, aService('two', { clusterIP: '10.1.2.3' }));
  assert.match(foreign.body.message, /the provided network does not match the current range/);
  const node = (
    await create(
      server,
      services,
      aService('node', {
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
    aService('clash', { type: 'NodePort', ports: [{ port: 80, nodePort: 30100 }] }),
  );
  assert.match(
    clash.body.message,
    /spec\.ports\[0\]\.nodePort: Invalid value: 30100: provided port is already allocated/,
  );
  const replaced = await server.call(
    'PUT',
    `${services}/node`,
    aService('node', { type: 'NodePort', ports: [{ name: 'a', port: 80 }] }),
  );
  assert.deepEqual(
    [replaced.status, replaced.body.spec?.clusterIP, replaced.body.spec?.ports[0].nodePort],
    [200, node.clusterIP, node.ports[0].nodePort],
    JSON.stringify(replaced.body),
  );
  await create(
    server,
    services,
    aService('again', { type: 'NodePort', ports: [{ port: 80, nodePort: 30100 }] }),
  );
  await server.call('DELETE', `${services}/one`);
  await create(server, services, aService('heir', { clusterIP: one.clusterIP }));
  assert.equal(
    (await create(server, services, aService('headless', { clusterIP: 'None' }))).spec.clusterIPs[0],
    'None',
  );
});

test('a namespace is removed once its finalizer is removed', async () => {
  const server = await simCluster();
  const fresh = await create(server, '/api/v1/namespaces', {
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

test('events are deleted after an hour', async () => {
  const server = await simCluster();
  const events = '/api/v1/namespaces/default/events';
  const involvedObject = { kind: 'Pod', name: 'p', namespace: 'default' };
  await create(server, events, {
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

test('a job selects its pods by its uid, and orphans them on deletion by default', async () => {
  const server = await simCluster();
  const jobs = '/apis/batch/v1/namespaces/default/jobs';
  const template = { spec: { ...aPod('x').spec, restartPolicy: 'Never' } };
  const job = await create(server, jobs, {
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
