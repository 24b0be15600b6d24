import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create } from '../../sim/api-calls.ts';
import { simCluster } from '../../sim/cluster.ts';

const RBAC = 'rbac.authorization.k8s.io';
const object = (kind: string, name: string, more: object) => ({
  apiVersion: `${RBAC}/v1`,
  kind,
  metadata: { name },
  ...more,
});

test('the check that nobody grants more rights than they have cannot be disabled', async () => {
  const server = await simCluster({
    apiServer: { disableAdmissionPlugins: ['RbacEscalation', 'ServiceAccount', 'ResourceQuota'] },
  });
  const rules = [{ apiGroups: [RBAC], resources: ['*'], verbs: ['create'] }];
  await create(server, `/apis/${RBAC}/v1/clusterroles`, object('ClusterRole', 'author', { rules }));
  const binding = (name: string, role: string) =>
    object('ClusterRoleBinding', name, {
      roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: role },
      subjects: [{ kind: 'User', apiGroup: RBAC, name: 'eve' }],
    });
  const bindings = `/apis/${RBAC}/v1/clusterrolebindings`;
  await create(server, bindings, binding('author', 'author'));
  const refused = await server.call('POST', bindings, binding('up', 'cluster-admin'), {
    user: { name: 'eve' },
  });
  assert.equal(refused.status, 403);
  assert.match(refused.body.message, /attempting to grant RBAC permissions not currently held/);
});
