import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type SimCluster, simCluster } from '../../sim/cluster.ts';
import { wholeBody } from '../request.ts';

const ENDPOINTS = '/api/v1/namespaces/default/endpoints';
const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const APPLY = { 'content-type': 'application/apply-patch+yaml' };
const endpoints = { apiVersion: 'v1', kind: 'Endpoints', metadata: { name: 'e' } };
const eve = { name: 'eve', groups: ['system:authenticated'] };

/** A server in which the user eve has only `verbs` on endpoints. */
async function serverWith(verbs: readonly string[]): Promise<SimCluster> {
  const server = await simCluster();
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  const rules = [{ apiGroups: [''], resources: ['endpoints'], verbs }];
  await server.call('POST', `${RBAC}/clusterroles`, {
    apiVersion,
    kind: 'ClusterRole',
    metadata: { name: 'writer' },
    rules,
  });
  await server.call('POST', `${RBAC}/clusterrolebindings`, {
    apiVersion,
    kind: 'ClusterRoleBinding',
    metadata: { name: 'eve' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'writer' },
    subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'eve' }],
  });
  return server;
}

/** A request of eve whose body arrives after `meanwhile`. */
async function slowly(server: SimCluster, method: string, meanwhile: () => Promise<unknown>) {
  const reply = await server.api.handle(
    {
      method,
      path: `${ENDPOINTS}/e`,
      query: new URLSearchParams({ fieldManager: 'eve' }),
      headers: method === 'PATCH' ? APPLY : {},
      body: async () => {
        await meanwhile();
        return Buffer.from(JSON.stringify(endpoints));
      },
    },
    eve,
  );
  assert.ok('body' in reply);
  return { status: reply.status, body: JSON.parse(wholeBody(reply.body).toString()) };
}

const CASES = [
  { method: 'PUT', verb: 'update', title: 'an update' },
  { method: 'PATCH', verb: 'patch', title: 'an apply' },
] as const;

for (const { method, verb, title } of CASES) {
  test(`${title} of an object that is deleted while its body arrives needs the verb create`, async () => {
    const server = await serverWith([verb]);
    await server.call('POST', ENDPOINTS, endpoints);
    const answer = await slowly(server, method, () => server.call('DELETE', `${ENDPOINTS}/e`));
    assert.equal(answer.status, 403);
    assert.equal(
      answer.body.message,
      'endpoints "e" is forbidden: User "eve" cannot create resource "endpoints" in API group "" in the namespace "default"',
    );
    assert.equal((await server.call('GET', `${ENDPOINTS}/e`)).status, 404);
  });

  test(`${title} of an object that is created while its body arrives does not need the verb create`, async () => {
    const server = await serverWith([verb]);
    const answer = await slowly(server, method, () => server.call('POST', ENDPOINTS, endpoints));
    assert.equal(answer.status, 200, answer.body.message);
  });

  test(`${title} with the verb create creates the object`, async () => {
    const server = await serverWith([verb, 'create']);
    assert.equal((await slowly(server, method, async () => {})).status, 201);
  });
}
