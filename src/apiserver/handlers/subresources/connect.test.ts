import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { FeatureGates } from '../../../api/features/feature-gates.ts';
import { create } from '../../../sim/api-calls.ts';
import { type SimCluster, simCluster } from '../../../sim/cluster.ts';
import { aPod } from '../../../sim/objects/pod.ts';
import { isUpgradeReply, wholeBody } from '../../request.ts';

const RBAC = 'rbac.authorization.k8s.io';
let server: SimCluster;

before(async () => {
  server = await arranged(await simCluster());
});

/** With a pod on a node, and two users. */
async function arranged(server: SimCluster): Promise<SimCluster> {
  await create(server, '/api/v1/nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1' } });
  const addresses = [{ type: 'InternalIP', address: '192.0.2.1' }];
  await server.call(
    'PATCH',
    '/api/v1/nodes/n1/status',
    { status: { addresses } },
    { headers: { 'content-type': 'application/merge-patch+json' } },
  );
  await create(server, '/api/v1/namespaces/default/pods', aPod('p', { nodeName: 'n1' }));
  for (const [name, verbs] of [
    ['reader', ['get']],
    ['runner', ['get', 'create']],
  ] as const) {
    const resources = ['pods', 'pods/exec', 'pods/attach', 'pods/portforward'];
    const rules = [{ apiGroups: [''], resources, verbs }];
    await create(server, `/apis/${RBAC}/v1/clusterroles`, {
      apiVersion: `${RBAC}/v1`,
      kind: 'ClusterRole',
      metadata: { name },
      rules,
    });
    await create(server, `/apis/${RBAC}/v1/clusterrolebindings`, {
      apiVersion: `${RBAC}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name },
      roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name },
      subjects: [{ kind: 'User', apiGroup: RBAC, name }],
    });
  }
  return server;
}

/** A WebSocket client uses GET, a SPDY client POST: 101 if the server would connect it. */
async function connect(name: string, method: string, subresource: string, api = server.api) {
  const reply = await api.handle(
    {
      method,
      path: `/api/v1/namespaces/default/pods/p/${subresource}`,
      query: new URLSearchParams({ command: 'id', ports: '80' }),
      headers: {},
      body: async () => Buffer.alloc(0),
      upgrade: true,
    },
    { name, groups: ['system:authenticated'] },
  );
  if (isUpgradeReply(reply)) return { code: 101, message: '' };
  assert.ok('body' in reply);
  const { code, message } = JSON.parse(wholeBody(reply.body).toString());
  return { code, message };
}

for (const subresource of ['exec', 'attach', 'portforward'])
  test(`${subresource} over WebSocket (GET) needs the verb create, as over SPDY (POST)`, async () => {
    const get = await connect('reader', 'GET', subresource);
    assert.deepEqual(get, { code: 403, message: 'pods "p" is forbidden: ' });
    const post = await connect('reader', 'POST', subresource);
    assert.equal(post.code, 403);
    assert.match(post.message, new RegExp(`cannot create resource "pods/${subresource}"`));
    assert.equal((await connect('runner', 'GET', subresource)).code, 101);
    assert.equal((await connect('runner', 'POST', subresource)).code, 101);
  });

test('without AuthorizePodWebsocketUpgradeCreatePermission the verb get is enough for a WebSocket', async () => {
  const features = new FeatureGates('AuthorizePodWebsocketUpgradeCreatePermission=false');
  const { api } = await arranged(await simCluster({ apiServer: { features } }));
  assert.equal((await connect('reader', 'GET', 'exec', api)).code, 101);
  assert.equal((await connect('reader', 'POST', 'exec', api)).code, 403);
});
