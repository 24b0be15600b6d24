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

test('roles of features that are off are not there, nor are their bindings', () => {
  const names = (isOn: (gate: string) => boolean) => new Set(bootstrapRbac(isOn).map(keyOf));
  const [none, all] = [names(() => false), names(() => true)];
  assert.deepEqual(
    [...all].filter((key) => !none.has(key)).sort(),
    [
      'system:cluster-trust-bundle-discovery',
      'system:controller:kube-apiserver-serving-clustertrustbundle-publisher',
      'system:controller:podcertificaterequestcleaner',
      'system:controller:podgroup-protection-controller',
      'system:controller:resourcepoolstatusrequest-controller',
      'system:controller:storage-version-garbage-collector',
      'system:controller:storage-version-migrator-controller',
    ]
      .flatMap((name) => [`ClusterRole//${name}`, `ClusterRoleBinding//${name}`])
      .sort(),
  );
  const rules = (isOn: (gate: string) => boolean) =>
    bootstrapRbac(isOn).flatMap((object) => ('rules' in object ? (object.rules ?? []) : [])).length;
  assert.deepEqual([rules(() => false), names(() => false)], [rules((gate) => gate === 'None'), none]);
  assert.equal(rules((gate) => gate === 'GenericWorkload') - rules(() => false), 6);
});

test('every built-in binding refers to a built-in role', () => {
  const all = bootstrapRbac(() => true);
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
