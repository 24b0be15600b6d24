import assert from 'node:assert/strict';
import { afterEach, beforeEach, it } from 'node:test';
import { ClusterRole } from '../../api/kinds/rbac/v1/cluster-role.ts';
import { type SimCluster, simCluster } from '../../sim/cluster.ts';

let cluster: SimCluster;
beforeEach(async () => {
  cluster = await simCluster({ controllers: ['clusterrole-aggregation-controller'] });
});
afterEach(() => cluster.stop());

const groupsOf = async (name: string) =>
  (await cluster.client.get(ClusterRole, name)).rules?.flatMap(({ apiGroups }) => apiGroups ?? []) ?? [];

it('admin, edit and view have the rules of the roles they aggregate, and follow changes of those', async () => {
  assert.ok((await groupsOf('view')).includes('batch'));
  assert.ok((await groupsOf('admin')).includes('rbac.authorization.k8s.io'));
  await cluster.client.create(ClusterRole, {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'crontabs', labels: { 'rbac.authorization.k8s.io/aggregate-to-view': 'true' } },
    rules: [{ apiGroups: ['stable.example.com'], resources: ['crontabs'], verbs: ['get'] }],
  });
  await cluster.settle();
  for (const role of ['view', 'edit', 'admin'])
    assert.ok((await groupsOf(role)).includes('stable.example.com'), role);
  await cluster.client.delete(ClusterRole, 'crontabs');
  await cluster.settle();
  for (const role of ['view', 'edit', 'admin'])
    assert.ok(!(await groupsOf(role)).includes('stable.example.com'), role);
});
