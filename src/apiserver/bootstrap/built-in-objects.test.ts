import assert from 'node:assert/strict';
import { test } from 'node:test';
import { builtInObjects } from './built-in-objects.ts';
import { bootstrapRbac } from './rbac/bootstrap-rbac.ts';

const keyOf = (object: { kind?: string; metadata: { namespace?: string; name?: string } }) =>
  `${object.kind}/${object.metadata.namespace ?? ''}/${object.metadata.name}`;

test('built-in objects have different names', () => {
  const keys = builtInObjects().map(keyOf);
  assert.equal(new Set(keys).size, keys.length);
});

test('every built-in binding refers to a built-in role', () => {
  const all = bootstrapRbac();
  const keys = new Set(all.map(keyOf));
  for (const object of all) {
    if (!('roleRef' in object)) continue;
    const { kind, name } = object.roleRef;
    const namespace = kind === 'Role' ? object.metadata.namespace : '';
    assert.ok(keys.has(`${kind}/${namespace}/${name}`), keyOf(object));
  }
});

test('controllers are bound to their service accounts, the scheduler to its user', () => {
  const binding = (name: string) =>
    bootstrapRbac().find(({ kind, metadata }) => kind === 'ClusterRoleBinding' && metadata.name === name);
  assert.deepEqual(binding('system:controller:job-controller'), {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: {
      name: 'system:controller:job-controller',
      annotations: { 'rbac.authorization.kubernetes.io/autoupdate': 'true' },
      labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults' },
    },
    roleRef: {
      apiGroup: 'rbac.authorization.k8s.io',
      kind: 'ClusterRole',
      name: 'system:controller:job-controller',
    },
    subjects: [{ kind: 'ServiceAccount', name: 'job-controller', namespace: 'kube-system' }],
  });
});
