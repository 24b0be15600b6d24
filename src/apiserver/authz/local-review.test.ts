import assert from 'node:assert/strict';
import { it } from 'node:test';
import { simCluster } from '../../sim/cluster.ts';

const REVIEWS = '/apis/authorization.k8s.io/v1/namespaces/default/localsubjectaccessreviews';

it('a LocalSubjectAccessReview asks about its own namespace alone', async () => {
  const server = await simCluster();
  const ask = (user: string, attributes: object) =>
    server.call('POST', REVIEWS, {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'LocalSubjectAccessReview',
      metadata: { namespace: 'default' },
      spec: { user, ...attributes },
    });
  const pods = (namespace: string) => ({ resourceAttributes: { namespace, verb: 'list', resource: 'pods' } });
  const binding = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: 'ada' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'ada' }],
  };
  await server.call('POST', '/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings', binding);
  assert.equal((await ask('ada', pods('default'))).body.status.allowed, true);
  assert.equal((await ask('bob', pods('default'))).body.status.allowed, false);
  const elsewhere = await ask('ada', pods('kube-system'));
  assert.deepEqual(
    [elsewhere.status, /must match metadata.namespace/.test(elsewhere.body.message)],
    [422, true],
    elsewhere.body.message,
  );
  const paths = await ask('ada', { nonResourceAttributes: { path: '/healthz', verb: 'get' } });
  assert.equal(paths.status, 422, paths.body.message);
});
