import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create } from '../../sim/api-calls.ts';
import { simCluster } from '../../sim/cluster.ts';
import { aPod } from '../../sim/objects/pod.ts';

const pods = '/api/v1/namespaces/default/pods';

test('limit ranges set defaults and enforce bounds', async () => {
  const server = await simCluster();
  await create(server, '/api/v1/namespaces/default/limitranges', {
    apiVersion: 'v1',
    kind: 'LimitRange',
    metadata: { name: 'l' },
    spec: {
      limits: [
        { type: 'Container', default: { cpu: '500m' }, defaultRequest: { cpu: '100m' }, max: { cpu: '1' } },
      ],
    },
  });
  const fresh = await create(server, pods, aPod('p'));
  assert.deepEqual(fresh.spec.containers[0].resources, {
    limits: { cpu: '500m' },
    requests: { cpu: '100m' },
  });
  const big = await server.call(
    'POST',
    pods,
    aPod('q', { containers: [{ name: 'main', image: 'busybox:1', resources: { limits: { cpu: '2' } } }] }),
  );
  assert.deepEqual(
    [big.status, big.body.message],
    [403, 'pods "q" is forbidden: maximum cpu usage per Container is 1, but limit is 2'],
  );
});

test('a pod gets its service account and a token volume', async () => {
  const server = await simCluster({ apiServer: { disableAdmissionPlugins: [] } });
  const missing = await server.call('POST', pods, aPod('p'));
  assert.equal(
    missing.body.message,
    'pods "p" is forbidden: error looking up service account default/default: serviceaccount "default" not found',
  );
  await create(server, '/api/v1/namespaces/default/serviceaccounts', {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'default' },
  });
  const { spec } = await create(server, pods, aPod('p'));
  assert.equal(spec.serviceAccountName, 'default');
  assert.match(spec.volumes[0].name, /^kube-api-access-[a-z0-9]{5}$/);
  assert.equal(spec.containers[0].volumeMounts[0].mountPath, '/var/run/secrets/kubernetes.io/serviceaccount');
  const plain = await create(server, pods, aPod('q', { automountServiceAccountToken: false }));
  assert.equal(plain.spec.volumes, undefined);
});

test('PodSecurity enforces and warns by the labels of the namespace', async () => {
  const server = await simCluster();
  const labels = {
    'pod-security.kubernetes.io/enforce': 'baseline',
    'pod-security.kubernetes.io/warn': 'restricted',
  };
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'safe', labels } };
  await create(server, '/api/v1/namespaces', namespace);
  const path = '/api/v1/namespaces/safe/pods';
  const securityContext = { privileged: true };
  const refused = await server.call(
    'POST',
    path,
    aPod(
      'p',
      { hostPID: true, containers: [{ name: 'main', image: 'busybox:1', securityContext }] },
      { namespace: 'safe' },
    ),
  );
  assert.deepEqual(
    [refused.status, refused.body.message],
    [
      403,
      'pods "p" is forbidden: violates PodSecurity "baseline:latest": host namespaces (hostPID=true), privileged (container "main" must not set securityContext.privileged=true)',
    ],
  );
  const warned = await server.call('POST', path, aPod('q', {}, { namespace: 'safe' }));
  assert.equal(warned.status, 201);
  assert.match(
    warned.headers.warning ?? '',
    /would violate PodSecurity .*restricted:latest.*runAsNonRoot != true \(pod or container .*main.* must set/,
  );
});
