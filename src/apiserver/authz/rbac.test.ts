import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { ClusterRole } from '../../api/kinds/rbac/v1/cluster-role.ts';
import { ClusterRoleBinding } from '../../api/kinds/rbac/v1/cluster-role-binding.ts';
import { Role } from '../../api/kinds/rbac/v1/role.ts';
import { RoleBinding } from '../../api/kinds/rbac/v1/role-binding.ts';
import { bootstrapRbac } from '../bootstrap/rbac/bootstrap-rbac.ts';
import {
  account,
  clusterRoleBinding,
  group,
  on,
  role,
  roleBinding,
  user,
} from '../bootstrap/rbac/notation.ts';
import { type Attributes, resourceAttributes } from './attributes.ts';
import type { Rbac } from './rbac.ts';
import { person, StoredObjects } from './stored.fake.ts';

const KINDS = { ClusterRole, ClusterRoleBinding, Role, RoleBinding };
let objects: StoredObjects;
let rbac: Rbac;

before(async () => {
  objects = new StoredObjects();
  for (const object of bootstrapRbac()) await objects.put(KINDS[object.kind as keyof typeof KINDS], object);
  rbac = objects.rbac();
});

const ask = (verb: string, resource: string, more: Partial<Attributes> = {}) => {
  const [main = '', subresource = ''] = resource.split('/');
  return resourceAttributes({ verb, resource: main, subresource, ...more });
};
const path = (verb: string, where: string): Attributes =>
  resourceAttributes({ isResource: false, verb, path: where });
const bind = (name: string, subject: ReturnType<typeof user>, to: string) =>
  objects.put(ClusterRoleBinding, clusterRoleBinding(name, [subject], to));

test('the reason names the binding, role and subject that allowed a request', async () => {
  await bind('cats', group('cats'), 'cluster-admin');
  assert.deepEqual(rbac.authorize(person('tom', 'cats'), ask('delete', 'nodes', { name: 'n' })), {
    allowed: true,
    reason: 'RBAC: allowed by ClusterRoleBinding "cats" of ClusterRole "cluster-admin" to Group "cats"',
  });
  assert.deepEqual(rbac.authorize(person('jerry'), ask('delete', 'nodes', { name: 'n' })), {
    allowed: false,
    reason: '',
  });
});

test('a role binding is in effect only in its namespace, and for its service accounts', async () => {
  await objects.put(Role, role('ns', 'reader', [on('core', 'pods pods/log', 'read')]));
  const subject = { kind: 'ServiceAccount', name: 'robot', namespace: '' };
  await objects.put(RoleBinding, roleBinding('ns', 'robots', [subject], 'reader'));
  const robot = person('system:serviceaccount:ns:robot');
  assert.deepEqual(rbac.authorize(robot, ask('get', 'pods/log', { namespace: 'ns', name: 'p' })), {
    allowed: true,
    reason: 'RBAC: allowed by RoleBinding "robots/ns" of Role "reader" to ServiceAccount "robot/ns"',
  });
  for (const other of [
    ask('get', 'pods', { namespace: 'other' }),
    ask('list', 'pods'),
    ask('get', 'pods/exec', { namespace: 'ns' }),
    ask('delete', 'pods', { namespace: 'ns' }),
    ask('get', 'pods', { namespace: 'ns', group: 'apps' }),
  ])
    assert.equal(rbac.authorize(robot, other).allowed, false);
});

test('writes and deletions of roles and bindings are in effect at once', async () => {
  const eve = person('eve');
  const question = ask('get', 'secrets', { namespace: 'ns', name: 's' });
  assert.equal(rbac.authorize(eve, question).allowed, false);
  await objects.put(RoleBinding, roleBinding('ns', 'eve', [user('eve')], 'secrets'));
  assert.deepEqual(rbac.authorize(eve, question), {
    allowed: false,
    reason: 'RBAC: role.rbac.authorization.k8s.io "secrets" not found',
  });
  await objects.put(Role, role('ns', 'secrets', [on('core', 'secrets', 'get')]));
  assert.equal(rbac.authorize(eve, question).allowed, true);
  await objects.put(RoleBinding, roleBinding('ns', 'eve', [user('adam')], 'secrets'));
  assert.equal(rbac.authorize(eve, question).allowed, false);
  assert.equal(rbac.authorize(person('adam'), question).allowed, true);
  await objects.remove(Role, 'ns', 'secrets');
  assert.equal(rbac.authorize(person('adam'), question).allowed, false);
});

test('a rule with resourceNames allows only these names, whatever was decided before', async () => {
  await objects.put(Role, role('ns', 'one', [on('core', 'configmaps', 'get', 'a b')]));
  await objects.put(RoleBinding, roleBinding('ns', 'one', [user('ann')], 'one'));
  const may = (name: string) =>
    rbac.authorize(person('ann'), ask('get', 'configmaps', { namespace: 'ns', name })).allowed;
  assert.deepEqual([may('c'), may('a'), may('c'), may('b'), may('')], [false, true, false, true, false]);
});

test('wildcards cover groups, resources, verbs, and one subresource of everything', async () => {
  const scaler = person('scaler');
  await objects.put(ClusterRole, {
    ...role('', 'scaler', [on('*', '*/scale', 'get update')]),
    kind: 'ClusterRole',
  });
  await bind('scaler', user('scaler'), 'scaler');
  const may = (what: Attributes) => rbac.authorize(scaler, what).allowed;
  assert.equal(may(ask('update', 'deployments/scale', { group: 'apps', namespace: 'x', name: 'd' })), true);
  assert.equal(may(ask('update', 'deployments', { group: 'apps', namespace: 'x', name: 'd' })), false);
  assert.equal(may(ask('update', 'deployments/status', { group: 'apps', namespace: 'x' })), false);
});

test('non-resource paths are matched exactly or by prefix', () => {
  const may = (who: ReturnType<typeof person>, where: string) =>
    rbac.authorize(who, path('get', where)).allowed;
  assert.equal(may(person('any'), '/apis/apps/v1'), true);
  assert.equal(may(person('any'), '/metrics'), false);
  const anonymous = { name: 'system:anonymous', groups: ['system:unauthenticated'] };
  assert.equal(may(anonymous, '/healthz'), true);
  assert.equal(may(anonymous, '/apis'), false);
});

test('admin, edit and view aggregate the rules of labelled roles, including later ones', async () => {
  await bind('vera', user('vera'), 'view');
  await bind('ed', user('ed'), 'edit');
  const may = (name: string, what: Attributes) => rbac.authorize(person(name), what).allowed;
  const pods = (verb: string) => ask(verb, 'pods', { namespace: 'x' });
  assert.deepEqual([may('vera', pods('list')), may('vera', pods('create'))], [true, false]);
  assert.deepEqual([may('ed', pods('list')), may('ed', pods('create'))], [true, true]);
  const cron = ask('list', 'crontabs', { group: 'stable.example.com', namespace: 'x' });
  assert.equal(may('ed', cron), false);
  const part = role('', 'crontabs', [on('stable.example.com', 'crontabs', 'read')]);
  const labels = { 'rbac.authorization.k8s.io/aggregate-to-view': 'true' };
  await objects.put(ClusterRole, { ...part, kind: 'ClusterRole', metadata: { name: 'crontabs', labels } });
  assert.deepEqual([may('vera', cron), may('ed', cron)], [true, true]);
});

test('the scheduler may bind pods; controllers have only the permissions of their roles', () => {
  const may = (name: string, what: Attributes) => rbac.authorize(person(name), what).allowed;
  const binding = ask('create', 'pods/binding', { namespace: 'x', name: 'p' });
  assert.equal(may('system:kube-scheduler', binding), true);
  const jobs = 'system:serviceaccount:kube-system:job-controller';
  assert.equal(may(jobs, ask('create', 'pods', { namespace: 'x' })), true);
  assert.equal(may(jobs, ask('create', 'nodes')), false);
  assert.equal(account('x').namespace, 'kube-system');
});

test('a question about a path never answers one about a resource, nor the reverse', async () => {
  await objects.put(ClusterRole, {
    ...role('', 'paths', []),
    kind: 'ClusterRole',
    rules: [{ nonResourceURLs: ['*'], verbs: ['get'] }],
  });
  await bind('mallory', user('mallory'), 'paths');
  const mallory = person('mallory');
  const secret = ask('get', 'secrets', { namespace: 'victim', name: 's1' });
  const odd = ['/secrets/ victim', 'secretsvictim', ' /secrets/ victim', 'victim'];
  const may = (asked: Rbac, what: Attributes) => asked.authorize(mallory, what).allowed;
  const first = objects.rbac();
  for (const where of odd) assert.equal(may(first, path('get', where)), true);
  assert.equal(may(first, secret), false);
  const second = objects.rbac();
  assert.equal(may(second, secret), false);
  for (const where of odd) assert.equal(may(second, path('get', where)), true);
});

test('parts of a question are not confused, whatever characters they hold', async () => {
  await objects.put(Role, role('a', 'odd', [{ apiGroups: ['g/h'], resources: ['r'], verbs: ['get'] }]));
  await objects.put(RoleBinding, roleBinding('a', 'odd', [user('sue')], 'odd'));
  const sue = person('sue');
  assert.equal(rbac.authorize(sue, ask('get', 'r', { group: 'g/h', namespace: 'a' })).allowed, true);
  const confused = { group: 'g', resource: 'h', subresource: 'r/', namespace: 'a' };
  assert.equal(rbac.authorize(sue, ask('get', 'h', confused)).allowed, false);
  await objects.put(RoleBinding, roleBinding('a', 'x user y', [user('x user sue')], 'odd'));
  const elsewhere = { group: 'g/h', namespace: 'a user x' };
  assert.equal(rbac.authorize(sue, ask('get', 'r', elsewhere)).allowed, false);
});

test('users and groups are not confused, whatever characters their names hold', async () => {
  await bind('admins', group('admins'), 'cluster-admin');
  const question = ask('delete', 'nodes', { name: 'n' });
  const fresh = objects.rbac();
  assert.equal(fresh.authorize({ name: 'eve\nadmins', groups: [] }, question).allowed, false);
  assert.equal(fresh.authorize({ name: 'eve', groups: ['admins'] }, question).allowed, true);
  assert.equal(fresh.authorize({ name: 'eve', groups: ['a\nadmins'] }, question).allowed, false);
  assert.equal(fresh.authorize({ name: 'eve', groups: ['a', 'admins'] }, question).allowed, true);
});

test('the cache of decisions stays small, however many and however long the questions are', () => {
  const before = process.memoryUsage().heapUsed;
  const long = 'x'.repeat(100_000);
  for (let i = 0; i < 2000; i++) {
    rbac.authorize(person(`user${i}`), path('get', `${long}${i}`));
    rbac.authorize(person(`${long}${i}`), path('get', '/'));
  }
  // Without a limit: 400 MB.
  assert.ok(process.memoryUsage().heapUsed - before < 100 * 2 ** 20);
});

test('a cached decision takes about a microsecond', () => {
  const who = person('system:kube-scheduler');
  const question = ask('get', 'pods', { namespace: 'x', name: 'p' });
  const start = process.cpuUsage().user;
  for (let i = 0; i < 50_000; i++) rbac.authorize(who, question);
  const micros = (process.cpuUsage().user - start) / 50_000;
  assert.ok(micros < 10, `${micros} µs`);
});
