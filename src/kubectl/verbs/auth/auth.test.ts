import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type KubectlServer, startKubectlServer } from '../../testing/kubectl.fake.ts';
import { type RbacObject, reconciled } from './reconciled.ts';

describe('kubectl auth', () => {
  let kubectl: KubectlServer;
  before(async () => {
    kubectl = await startKubectlServer();
  });
  after(() => kubectl.stop());

  it('can-i says yes or no, which is also its exit code', async () => {
    const yes = await kubectl.run('auth can-i create pods');
    assert.deepEqual([yes.code, yes.stdout], [0, 'yes\n']);
    const no = await kubectl.run('auth can-i create pods --as=nobody');
    assert.deepEqual([no.code, no.stdout.slice(0, 2)], [1, 'no']);
    const quiet = await kubectl.run('auth can-i get /logs/ --as=nobody -q');
    assert.deepEqual([quiet.code, quiet.stdout], [1, '']);
  });

  it('can-i warns of words that the server does not know', async () => {
    const { stderr } = await kubectl.run('auth can-i frob nodes');
    assert.equal(
      stderr,
      "Warning: resource 'nodes' is not namespace scoped\n\nWarning: verb 'frob' is not a known verb\n\n",
    );
    const unknown = await kubectl.run('auth can-i get widgets.example.com');
    assert.equal(
      unknown.stderr,
      "Warning: the server doesn't have a resource type 'widgets' in group 'example.com'\n\n",
    );
    assert.match(
      (await kubectl.run('auth can-i get')).stderr,
      /^error: you must specify two arguments: verb resource or/,
    );
  });

  it('can-i lists what is allowed, a resource on each line', async () => {
    const { stdout } = await kubectl.run('auth can-i --list');
    assert.match(stdout, /^Resources +Non-Resource URLs +Resource Names +Verbs\n/);
    assert.match(stdout, /\n\*\.\* +\[\] +\[\] +\[\*\]\n/);
  });

  it('whoami shows user and groups', async () => {
    const { stdout } = await kubectl.run('auth whoami --as=me --as-group=a --as-group=b');
    assert.match(stdout, /^ATTRIBUTE +VALUE\nUsername +me\nGroups +\[a b/);
    assert.match(
      (await kubectl.run('auth whoami -o jsonpath={.status.userInfo.username} --as=me')).stdout,
      /^me$/,
    );
  });

  it('reconcile creates what is missing, and adds what a role lacks', async () => {
    const role = (verbs: string[]) =>
      JSON.stringify({
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'Role',
        metadata: { name: 'r', namespace: 'fresh' },
        rules: [{ apiGroups: [''], resources: ['pods'], verbs }],
      });
    const file = kubectl.file('role.json', role(['get']));
    const dry = await kubectl.run(`auth reconcile -f ${file} --dry-run=client`);
    assert.equal(dry.stdout, 'role.rbac.authorization.k8s.io/r reconciled (dry run)\n');
    const created = await kubectl.run(`auth reconcile -f ${file}`);
    assert.equal(created.stdout, 'role.rbac.authorization.k8s.io/r reconciled\n');
    assert.match(
      created.stderr,
      /^\treconciliation required create\n\tmissing rules added:\n\t\t\{Verbs:\[get\] APIGroups:\[\] /,
    );
    kubectl.file('role.json', role(['get', 'list']));
    const updated = await kubectl.run(`auth reconcile -f ${file} -o jsonpath={.rules[*].verbs}`);
    assert.equal(updated.stdout, '["get"] ["list"]');
    assert.match(updated.stderr, /required update\n\tmissing rules added:\n\t\t\{Verbs:\[list\]/);
    assert.equal((await kubectl.run(`auth reconcile -f ${file}`)).stderr, '');
  });
});

describe('a reconciled object', () => {
  const binding = (...names: string[]): RbacObject => ({
    metadata: { name: 'b', annotations: {} },
    roleRef: { apiGroup: 'g', kind: 'Role', name: 'r' },
    subjects: names.map((name) => ({ kind: 'User', name, apiGroup: 'rbac.authorization.k8s.io' })),
  });
  const keep = { permissions: false, subjects: false };

  it('gets subjects, and loses others only when asked to', () => {
    const both = reconciled(binding('a'), binding('b'), keep);
    assert.deepEqual(
      both.object.subjects?.map(({ name }) => name),
      ['a', 'b'],
    );
    const only = reconciled(binding('a'), binding('b'), { ...keep, subjects: true });
    assert.deepEqual(
      only.object.subjects?.map(({ name }) => name),
      ['b'],
    );
    assert.equal(reconciled(binding('a', 'b'), binding('b'), keep).operation, 'none');
  });

  it('is made anew for another role, and left alone when it says so', () => {
    const other = { ...binding('a'), roleRef: { apiGroup: 'g', kind: 'Role', name: 'other' } };
    assert.equal(reconciled(other, binding('a'), keep).operation, 'recreate');
    const guarded = {
      ...binding('a'),
      metadata: { annotations: { 'rbac.authorization.kubernetes.io/autoupdate': 'false' } },
    };
    assert.equal(reconciled(guarded, binding('b'), keep).isProtected, true);
  });

  it('lacks no rule that a wider one covers', () => {
    const role = (rule: object): RbacObject => ({
      metadata: {},
      rules: [{ verbs: ['get'], ...rule }] as RbacObject['rules'],
    });
    const wide = role({ verbs: ['*'], apiGroups: ['*'], resources: ['*/scale', 'pods'] });
    assert.equal(
      reconciled(wide, role({ apiGroups: ['apps'], resources: ['deployments/scale'] }), keep).operation,
      'none',
    );
    assert.equal(
      reconciled(wide, role({ apiGroups: [''], resources: ['secrets'] }), keep).operation,
      'update',
    );
    const named = role({ apiGroups: [''], resources: ['pods'], resourceNames: ['a'] });
    assert.equal(
      reconciled(named, role({ apiGroups: [''], resources: ['pods'] }), keep).missingRules.length,
      1,
    );
  });
});
