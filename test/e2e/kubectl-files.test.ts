// kubectl's work with many objects and with files: Kustomize, pruning, ApplySets, strict checks, replacing, roles, raw requests
// and discovery. Without nodes.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { exec, tryExec } from '../../src/kit/exec.ts';
import { background, startTestCluster, type TestCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { packagedTool } from '../support/foreign/tools.ts';

let cluster: TestCluster;
const kubectl = (...words: string[]) => cluster.kubectl(...words);
const map = (name: string, data: object = {}, metadata: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...metadata },
  data,
});
const file = (name: string, ...objects: object[]) => {
  const path = join(cluster.directory, name);
  writeFileSync(path, objects.map((one) => JSON.stringify(one)).join('\n---\n'));
  return path;
};
const failure = async (...words: string[]) => (await cluster.tryKubectl(...words)).stderr;

describe('kubectl with files', () => {
  before(async () => {
    cluster = await startTestCluster({ name: 'tph-e2e-files', nodes: 0 });
  });
  after(() => cluster?.down());

  it('applies, compares and deletes a kustomization', async () => {
    const base = join(cluster.directory, 'base');
    mkdirSync(base);
    writeFileSync(join(base, 'map.json'), JSON.stringify(map('settings', { a: '1' })));
    const kustomization = {
      namePrefix: 'dev-',
      namespace: 'default',
      resources: ['map.json'],
      labels: [{ pairs: { team: 'blue' } }],
      configMapGenerator: [{ name: 'made', literals: ['x=y'] }],
      patches: [
        {
          target: { kind: 'ConfigMap', name: 'settings' },
          patch: '[{"op":"add","path":"/data/b","value":"2"}]',
        },
      ],
    };
    writeFileSync(join(base, 'kustomization.yaml'), JSON.stringify(kustomization));
    assert.match(await kubectl('kustomize', base), /name: dev-made-\w{10}/);
    assert.equal((await cluster.tryKubectl('diff', '-k', base)).code, 1);
    await kubectl('apply', '-k', base);
    assert.equal(await kubectl('get', 'cm', 'dev-settings', '-o', 'jsonpath={.data}'), '{"a":"1","b":"2"}');
    assert.equal((await cluster.tryKubectl('diff', '-k', base)).stdout, '');
    assert.equal((await kubectl('get', '-k', base, '-o', 'name')).trim().split('\n').length, 2);
    await kubectl('delete', '-k', base);
    assert.equal(await kubectl('get', 'cm', '-l', 'team=blue', '-o', 'name'), '');
  });

  it('prunes by label what is no longer in the files', async () => {
    const labels = { labels: { pruned: 'yes' } };
    const apply = (...objects: object[]) =>
      kubectl(
        'apply',
        '-f',
        file('prune.json', ...objects),
        '--prune',
        '-l',
        'pruned=yes',
        '--prune-allowlist=core/v1/ConfigMap',
      );
    await apply(map('p1', {}, labels), map('p2', {}, labels));
    assert.match(await apply(map('p1', {}, labels)), /configmap\/p2 pruned/);
    assert.equal(await kubectl('get', 'cm', '-l', 'pruned=yes', '-o', 'name'), 'configmap/p1\n');
  });

  it('prunes by ApplySet, whose parent remembers the kinds and namespaces', async () => {
    const env = { ...cluster.env, KUBECTL_APPLYSET: 'true' };
    const apply = (...objects: object[]) =>
      exec(
        [
          packagedTool('kubectl'),
          ...['apply', '--server-side', '--prune', '--applyset=secrets/set', '-n', 'default'],
          ...['-f', file('set.json', ...objects)],
        ],
        { env },
      );
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 's3' } };
    await apply(map('s1'), map('s2'), account);
    const parent = JSON.parse(await kubectl('get', 'secret', 'set', '-o', 'jsonpath={.metadata}'));
    assert.equal(
      parent.annotations['applyset.kubernetes.io/contains-group-kinds'],
      'ConfigMap,ServiceAccount',
    );
    assert.match(parent.labels['applyset.kubernetes.io/id'], /^applyset-.*-v1$/);
    const pruned = await apply(map('s1'));
    assert.match(pruned, /configmap\/s2 pruned/);
    assert.match(pruned, /serviceaccount\/s3 pruned/);
    const part = `applyset.kubernetes.io/part-of=${parent.labels['applyset.kubernetes.io/id']}`;
    assert.equal(await kubectl('get', 'cm,sa', '-l', part, '-o', 'name'), 'configmap/s1\n');
  });

  it('checks fields as strictly as it is told', async () => {
    const odd = file('odd.json', { ...map('odd'), odd: 1 });
    assert.match(
      await failure('create', '-f', odd, '--validate=strict'),
      /strict decoding error: unknown field "odd"/,
    );
    assert.match(
      await failure('create', '-f', odd, '--validate=warn', '--dry-run=server'),
      /Warning: unknown field "odd"/,
    );
    assert.equal(await failure('create', '-f', odd, '--validate=ignore', '--dry-run=server'), '');
  });

  it('replaces, by force if need be', async () => {
    const service = (clusterIP: string) =>
      file('service.json', {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'replaced' },
        spec: { ports: [{ port: 80 }], clusterIP },
      });
    await kubectl('create', '-f', service('10.96.0.77'));
    const uid = () => kubectl('get', 'service', 'replaced', '-o', 'jsonpath={.metadata.uid}');
    const before = await uid();
    assert.match(
      await failure('replace', '-f', service('10.96.0.78')),
      /spec\.clusterIPs\[0\]: Invalid value: .*may not change once set/,
    );
    assert.match(
      await kubectl('replace', '--force', '-f', service('10.96.0.78')),
      /"replaced" deleted[\s\S]*service\/replaced replaced/,
    );
    assert.notEqual(await uid(), before);
    assert.equal(
      await kubectl('get', 'service', 'replaced', '-o', 'jsonpath={.spec.clusterIP}'),
      '10.96.0.78',
    );
  });

  it('opens the editor of KUBE_EDITOR, again after what is refused', async () => {
    await kubectl('create', 'configmap', 'edited', '--from-literal=a=before');
    const edit = (editor: string, ...words: string[]) =>
      exec([packagedTool('kubectl'), 'edit', ...words], {
        env: { ...cluster.env, KUBE_EDITOR: editor, TMPDIR: cluster.directory },
      });
    assert.match(await edit('sed -i s/before/after/', 'cm', 'edited'), /configmap\/edited edited/);
    assert.equal(await kubectl('get', 'cm', 'edited', '-o', 'jsonpath={.data.a}'), 'after');
    const cancelled = await tryExec([packagedTool('kubectl'), 'edit', 'cm', 'edited'], {
      env: { ...cluster.env, KUBE_EDITOR: 'true' },
    });
    assert.match(cancelled.stderr, /Edit cancelled, no changes made/);
    await assert.rejects(
      edit('sed -i s/^data:/datum:/', 'cm', 'edited'),
      /Edit cancelled, no valid changes were saved/,
    );
  });

  it('waits for fields, for creation and for deletion', async () => {
    const wait = (...words: string[]) =>
      background([packagedTool('kubectl'), 'wait', '--timeout=20s', ...words], cluster.env);
    const created = wait('--for=create', 'cm/later');
    const valued = wait('--for=jsonpath={.data.state}=ready', 'cm/edited');
    const present = wait('--for=jsonpath={.data.other}', 'cm/edited');
    await kubectl('create', 'configmap', 'later');
    await kubectl('patch', 'cm', 'edited', '-p', '{"data":{"state":"ready","other":"any"}}');
    await eventually('all three', () =>
      [created, valued, present].every((one) => /configmap\/\w+ condition met/.test(one.output())),
    );
    const gone = wait('--for=delete', 'cm/later');
    await kubectl('delete', 'cm', 'later');
    await eventually('the deletion', () => /condition met|NotFound/.test(gone.output()));
    assert.match(
      await failure('wait', '--for=jsonpath={.data.state}=odd', 'cm/edited', '--timeout=1s'),
      /timed out waiting/,
    );
    await Promise.all([created, valued, present, gone].map((one) => one.stop()));
  });

  it('reconciles roles and their bindings', async () => {
    const rbac = 'rbac.authorization.k8s.io';
    const role = (verbs: string[]) => ({
      apiVersion: `${rbac}/v1`,
      kind: 'Role',
      metadata: { name: 'reconciled', namespace: 'default' },
      rules: [{ apiGroups: [''], resources: ['pods'], verbs }],
    });
    const binding = (roleName: string, user: string) => ({
      apiVersion: `${rbac}/v1`,
      kind: 'RoleBinding',
      metadata: { name: 'reconciled', namespace: 'default' },
      roleRef: { apiGroup: rbac, kind: 'Role', name: roleName },
      subjects: [{ apiGroup: rbac, kind: 'User', name: user }],
    });
    const reconcile = (objects: object[], ...words: string[]) =>
      kubectl('auth', 'reconcile', '-f', file('roles.json', ...objects), ...words);
    await reconcile([role(['get', 'list']), binding('reconciled', 'ann')]);
    await reconcile([role(['get', 'watch']), binding('reconciled', 'bob')]);
    const verbs = () => kubectl('get', 'role', 'reconciled', '-o', 'jsonpath={.rules[*].verbs}');
    assert.match(await verbs(), /list.*watch/);
    const can = async (verb: string, user: string) =>
      (await cluster.tryKubectl('auth', 'can-i', verb, 'pods', `--as=${user}`)).stdout.split(/\s/)[0];
    assert.deepEqual([await can('list', 'ann'), await can('watch', 'bob')], ['yes', 'yes']);
    await reconcile(
      [role(['get']), binding('another', 'bob')],
      '--remove-extra-permissions',
      '--remove-extra-subjects',
    );
    assert.deepEqual([await can('list', 'ann'), await can('get', 'bob')], ['no', 'no']);
    assert.equal(await verbs(), '["get"]');
  });

  it('sends raw requests, lists resources by their verbs, and explains from either document', async () => {
    const body = JSON.stringify(map('raw'));
    const path = '/api/v1/namespaces/default/configmaps';
    await cluster.kubectlWith(body, 'create', '--raw', path, '-f', '-');
    await cluster.kubectlWith(
      JSON.stringify(map('raw', { a: 'b' })),
      'replace',
      '--raw',
      `${path}/raw`,
      '-f',
      '-',
    );
    assert.equal(JSON.parse(await kubectl('get', '--raw', `${path}/raw`)).data.a, 'b');
    await kubectl('delete', '--raw', `${path}/raw`);
    const list = async (...words: string[]) =>
      (await kubectl('api-resources', '-o', 'name', ...words)).trim().split('\n');
    const reviews = await list('--verbs=create', '--api-group=authorization.k8s.io');
    assert.ok(reviews.includes('subjectaccessreviews.authorization.k8s.io'));
    const listed = await list('--verbs=list,watch', '--namespaced=false');
    assert.ok(listed.includes('nodes') && !listed.some((name) => /review|^pods$/.test(name)));
    assert.match((await list('--categories=all')).join(' '), /pods .*deployments\.apps/);
    for (const output of ['plaintext', 'plaintext-openapiv2'])
      assert.match(
        await kubectl(
          'explain',
          'deployment.spec.template.spec.containers.ports.protocol',
          `--output=${output}`,
        ),
        /FIELD: +protocol <string>[\s\S]*DESCRIPTION:/,
        output,
      );
  });
});
