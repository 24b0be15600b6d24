import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { ClusterRole } from '../../../../api/kinds/rbac/v1/cluster-role.ts';
import { ClusterRoleBinding } from '../../../../api/kinds/rbac/v1/cluster-role-binding.ts';
import { Role } from '../../../../api/kinds/rbac/v1/role.ts';
import { RoleBinding } from '../../../../api/kinds/rbac/v1/role-binding.ts';
import { bearerOf } from '../../../../api/rbac/subjects.ts';
import { resourceAttributes } from '../../../../apiserver/authz/attributes.ts';
import { person, StoredObjects } from '../../../../apiserver/authz/stored.fake.ts';
import { bootstrapRbac } from '../../../../apiserver/bootstrap/rbac/bootstrap-rbac.ts';
import {
  clusterRoleBinding,
  group as groupSubject,
  on,
  role,
  roleBinding,
  user as userSubject,
} from '../../../../apiserver/bootstrap/rbac/notation.ts';
import { account, type Bearer, bearerNamed, Grants, group, type RbacObjects, user } from './grants.ts';
import { isPowerful, questionOf, ruleText } from './rule-text.ts';

const GROUPS: Readonly<Record<string, string>> = { deployments: 'apps', crontabs: 'stable.example.com' };
const ask = (verb: string, resource: string, namespace = '', name = '') =>
  questionOf({ verb, resource, namespace, name }, (plural) => GROUPS[plural]);

const own = {
  roles: [
    { ...role('shop', 'reader', [on('core', 'pods pods/log', 'get list')]), kind: 'Role' },
    { ...role('shop', 'one', [on('core', 'secrets', 'get', 'a b')]), kind: 'Role' },
  ] as Role[],
  clusterRoles: [
    {
      ...role('', 'paths', []),
      kind: 'ClusterRole',
      rules: [{ nonResourceURLs: ['/logs/*'], verbs: ['get'] }],
    },
    {
      ...role('', 'crontabs', [on('stable.example.com', 'crontabs', 'get list')]),
      ...{ kind: 'ClusterRole' },
      metadata: { name: 'crontabs', labels: { 'rbac.authorization.k8s.io/aggregate-to-view': 'true' } },
    },
  ] as ClusterRole[],
  roleBindings: [
    roleBinding('shop', 'robots', [{ kind: 'ServiceAccount', name: 'robot' }], 'reader'),
    roleBinding('shop', 'ones', [userSubject('ann')], 'one'),
    {
      ...roleBinding('shop', 'viewers', [groupSubject('team')], 'view'),
      roleRef: { apiGroup: '', kind: 'ClusterRole', name: 'view' },
    },
    roleBinding('shop', 'lost', [userSubject('eve')], 'gone'),
  ] as RoleBinding[],
  clusterRoleBindings: [
    clusterRoleBinding('paths', [userSubject('ops')], 'paths'),
    clusterRoleBinding('editors', [userSubject('ed')], 'edit'),
  ] as ClusterRoleBinding[],
};

let objects: RbacObjects;
let grants: Grants;
before(() => {
  const built = bootstrapRbac();
  const ofKind = <T>(kind: string) => built.filter((object) => object.kind === kind) as T[];
  objects = {
    roles: [...ofKind<Role>('Role'), ...own.roles],
    clusterRoles: [...ofKind<ClusterRole>('ClusterRole'), ...own.clusterRoles],
    roleBindings: [...ofKind<RoleBinding>('RoleBinding'), ...own.roleBindings],
    clusterRoleBindings: [...ofKind<ClusterRoleBinding>('ClusterRoleBinding'), ...own.clusterRoleBindings],
  };
  grants = new Grants(objects);
});

const told = (verb: string, resource: string, namespace = '', name = '') =>
  grants
    .whoCan(ask(verb, resource, namespace, name))
    .filter(
      ({ subject }) =>
        !subject.name.startsWith('system:') &&
        !subject.name.startsWith('kubeadm:') &&
        subject.namespace !== 'kube-system',
    )
    .map(({ subject, binding, role: { name: of }, from, only }) =>
      [
        `${subject.kind} ${subject.namespace ? `${subject.namespace}/` : ''}${subject.name}`,
        binding.name,
        of,
        from ?? '',
        only?.join() ?? '',
      ].join(' | '),
    );

describe('who can', () => {
  it('names subject, binding and role; bindings in effect in the namespace only', () => {
    assert.deepEqual(told('get', 'pods/log', 'shop'), [
      'User ed | editors | edit | system:aggregate-to-view | ',
      'ServiceAccount shop/robot | robots | reader |  | ',
      'Group team | viewers | view | system:aggregate-to-view | ',
    ]);
    assert.deepEqual(told('get', 'pods/log', 'other'), [
      'User ed | editors | edit | system:aggregate-to-view | ',
    ]);
    assert.deepEqual(told('get', 'pods/log'), ['User ed | editors | edit | system:aggregate-to-view | ']);
  });

  it('says for which objects alone a rule is', () => {
    assert.deepEqual(told('get', 'secrets', 'shop'), [
      'User ed | editors | edit | system:aggregate-to-edit | ',
      'User ann | ones | one |  | a,b',
    ]);
    assert.equal(told('get', 'secrets', 'shop', 'a').at(-1), 'User ann | ones | one |  | ');
    assert.equal(told('get', 'secrets', 'shop', 'c').length, 1);
  });

  it('knows custom resources by their group, aggregated roles, and paths', () => {
    const found = ['User ed | editors | edit | crontabs | ', 'Group team | viewers | view | crontabs | '];
    assert.deepEqual(told('list', 'crontabs', 'shop'), found);
    assert.deepEqual(told('list', 'crontabs.stable.example.com', 'shop'), found);
    assert.deepEqual(told('list', 'crontabs.other', 'shop'), []);
    assert.deepEqual(told('get', '/logs/kubelet.log'), ['User ops | paths | paths |  | ']);
  });

  it('says which bindings refer to roles that are not at hand', () => {
    assert.deepEqual(
      grants.dangling.map(({ binding }) => binding.name),
      ['lost'],
    );
  });
});

describe('what may', () => {
  const may = (bearer: Bearer) =>
    grants.permissionsOf(bearer).map(({ scope, rule, through, role: of }) => {
      const { verbs, what } = ruleText(rule);
      return [scope, verbs, what, of.name, through].join(' | ');
    });

  it('a service account, by its own name and by its groups', () => {
    const found = may(account('shop', 'robot'));
    assert.ok(found.includes('shop | get, list | pods, pods/log | reader | '));
    assert.ok(found.some((line) => line.endsWith('system:discovery | system:authenticated')));
    assert.deepEqual(may(bearerNamed('User', 'system:serviceaccount:shop:robot', '')), found);
    assert.ok(!may(account('other', 'robot')).some((line) => line.startsWith('shop')));
  });

  it('a group has only what is bound to it', () => {
    const found = may(group('team'));
    assert.ok(
      found.length > 3 && found.every((line) => line.startsWith('shop | ') && line.endsWith('| team')),
    );
  });

  it('somebody who has not said who they are is in no group of others', () => {
    assert.ok(may(user('system:anonymous')).every((line) => line.endsWith('system:unauthenticated')));
  });
});

it('the authorizer of the API server is of the same opinion', async () => {
  const stored = new StoredObjects();
  for (const each of objects.roles) await stored.put(Role, { ...each, kind: 'Role' });
  for (const each of objects.clusterRoles) await stored.put(ClusterRole, each);
  for (const each of objects.roleBindings) await stored.put(RoleBinding, each);
  for (const each of objects.clusterRoleBindings) await stored.put(ClusterRoleBinding, each);
  const rbac = stored.rbac();
  const people: Bearer[] = [
    ...['ann', 'ed', 'eve', 'ops', 'system:kube-scheduler', 'system:anonymous'].map((name) => user(name)),
    ...[account('shop', 'robot'), account('kube-system', 'job-controller'), user('kim', ['team'])],
  ];
  let allowed = 0;
  for (const bearer of people)
    for (const namespace of ['', 'shop', 'kube-system'])
      for (const resource of [
        'pods',
        'pods/log',
        'secrets',
        'crontabs',
        'deployments',
        'nodes',
        '/logs/x',
        '/healthz',
      ])
        for (const verb of ['get', 'list', 'create', 'delete'])
          for (const name of ['', 'a', 'c']) {
            const question = ask(verb, resource, namespace, name);
            const names = new Set([`User ${bearer.user}`, ...bearer.groups.map((each) => `Group ${each}`)]);
            const mine = grants.whoCan(question).some(({ subject, scope, only }) => {
              const { kind, name: of } = bearerOf(subject, scope);
              return !only && names.has(`${kind} ${of}`);
            });
            const theirs = rbac.authorize(
              person(bearer.user!, ...bearer.groups),
              resourceAttributes(question),
            );
            assert.equal(mine, theirs.allowed, JSON.stringify([bearer, question]));
            if (mine) allowed++;
          }
  assert.ok(allowed > 100);
});

it('rights from which others can be had are marked', () => {
  assert.ok(isPowerful({ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }));
  assert.ok(isPowerful({ verbs: ['list'], apiGroups: [''], resources: ['configmaps', 'secrets'] }));
  assert.ok(!isPowerful({ verbs: ['create'], apiGroups: [''], resources: ['secrets'] }));
  assert.ok(!isPowerful({ verbs: ['*'], apiGroups: ['apps'], resources: ['deployments'] }));
});
