import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Deployment } from '../../../api/kinds/apps/v1/deployment.ts';
import { ConfigMap } from '../../../api/kinds/core/v1/config-map.ts';

import { LAST_APPLIED } from '../../apply/last-applied.ts';
import { type KubectlServer, startKubectlServer } from '../../testing/kubectl.fake.ts';

let k: KubectlServer;
before(async () => {
  k = await startKubectlServer();
});
after(() => k.stop());

const map = (name: string, data: object = { k: 'v' }, labels?: object) =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, ...(labels && { labels }) },
    data,
  });
const apply = (text: string, more = '') => k.run(`apply -f - ${more}`.trim().split(' '), { stdin: text });
const live = (name: string) => k.client.get(ConfigMap, name, 'default');

describe('client-side apply', () => {
  it('creates, leaves alone, and changes; what was applied and is gone is deleted', async () => {
    const first = await apply(map('a', { x: '1', y: '2' }));
    assert.deepEqual(first, { code: 0, stdout: 'configmap/a created\n', stderr: '' });
    const { metadata } = await live('a');
    assert.equal(
      metadata.annotations?.[LAST_APPLIED],
      '{"apiVersion":"v1","data":{"x":"1","y":"2"},"kind":"ConfigMap","metadata":{"annotations":{},"name":"a","namespace":"default"}}\n',
    );
    assert.equal((await apply(map('a', { x: '1', y: '2' }))).stdout, 'configmap/a unchanged\n');
    await k.client.patch(ConfigMap, 'a', 'default', 'merge', { data: { other: 'stays' } });
    assert.equal((await apply(map('a', { x: '3' }))).stdout, 'configmap/a configured\n');
    assert.deepEqual((await live('a')).data, { x: '3', other: 'stays' });
  });

  it('merges containers by name', async () => {
    const deployment = (image: string) =>
      JSON.stringify({
        ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd' } },
        spec: {
          selector: { matchLabels: { a: 'b' } },
          template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image }] } },
        },
      });
    await apply(deployment('nginx:1'));
    const sidecar = { spec: { template: { spec: { containers: [{ name: 's', image: 'x' }] } } } };
    await k.client.patch(Deployment, 'd', 'default', 'strategic', sidecar);
    assert.equal((await apply(deployment('nginx:2'))).stdout, 'deployment.apps/d configured\n');
    const { spec } = await k.client.get(Deployment, 'd', 'default');
    const images = spec?.template.spec?.containers.map(({ name, image }) => [name, image]).sort();
    assert.deepEqual(images, [
      ['c', 'nginx:2'],
      ['s', 'x'],
    ]);
  });

  it('warns of an object that it has not made, and adds the annotation', async () => {
    await k.client.create(ConfigMap, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'plain', namespace: 'default' },
    });
    const { stdout, stderr } = await apply(map('plain', { a: 'b' }));
    assert.equal(stdout, 'configmap/plain configured\n');
    assert.match(
      stderr,
      /^Warning: resource configmaps\/plain is missing the kubectl.kubernetes.io\/last-applied/,
    );
    assert.ok((await live('plain')).metadata.annotations?.[LAST_APPLIED]);
  });

  it('does nothing in a dry run', async () => {
    assert.equal((await apply(map('dry'), '--dry-run=client')).stdout, 'configmap/dry created (dry run)\n');
    assert.equal(
      (await apply(map('dry'), '--dry-run=server')).stdout,
      'configmap/dry created (server dry run)\n',
    );
    await assert.rejects(live('dry'));
  });

  it('refuses conflicts when it may not overwrite', async () => {
    await apply(map('o', { a: '1' }));
    await k.client.patch(ConfigMap, 'o', 'default', 'merge', { data: { a: 'other' } });
    const { code, stderr } = await apply(map('o', { a: '2' }), '--overwrite=false');
    assert.equal(code, 1);
    assert.match(stderr, /conflicts with changes made from original to current/);
    assert.equal((await live('o')).data?.a, 'other');
  });

  it('goes on after an error, and tells it', async () => {
    const bad = map('Bad_Name', {});
    const { code, stdout, stderr } = await apply(`${bad}\n---\n${map('good')}`);
    assert.equal(code, 1);
    assert.equal(stdout, 'configmap/good created\n');
    assert.match(stderr, /^The ConfigMap "Bad_Name" is invalid: metadata.name: Invalid value/);
  });

  it('names what does not go together', async () => {
    const refused = async (more: string) => (await apply(map('x'), more)).stderr;
    assert.equal(
      await refused('--force-conflicts'),
      'error: --force-conflicts only works with --server-side\n',
    );
    assert.match(
      await refused('--prune'),
      /^error: all resources selected for prune without explicitly passing --all/,
    );
    assert.match(await refused('--applyset=x --prune'), /^error: unknown flag: --applyset\n/);
    assert.equal((await k.run('apply')).stderr, 'error: must specify one of -f and -k\n');
  });
});

describe('server-side apply', () => {
  it('tells conflicts and forces them; takes over what client-side apply has set', async () => {
    await apply(map('s', { a: '1', gone: 'x' }));
    const { stdout, stderr } = await apply(map('s', { a: '1' }), '--server-side');
    assert.deepEqual([stdout, stderr], ['configmap/s serverside-applied\n', '']);
    const object = await live('s');
    assert.deepEqual(object.data, { a: '1' });
    assert.deepEqual(
      object.metadata.managedFields?.map(({ manager, operation }) => [manager, operation]).sort(),
      [
        ['kubectl', 'Apply'],
        ['kubectl-last-applied', 'Apply'],
      ],
    );
    const conflict = await apply(map('s', { a: '2' }), '--server-side --field-manager=other');
    assert.match(
      conflict.stderr,
      /^error: Apply failed with 1 conflict: conflict with "kubectl": .data.a\nPlease review/,
    );
    await apply(map('s', { a: '2' }), '--server-side --field-manager=other --force-conflicts');
    assert.equal((await live('s')).data?.a, '2');
  });
});

describe('pruning', () => {
  it('deletes what was applied with the label and is in no file any more', async () => {
    const labels = { prune: 'yes' };
    await apply(`${map('p1', undefined, labels)}\n---\n${map('p2', undefined, labels)}`);
    const { stdout } = await apply(
      map('p1', undefined, labels),
      '--prune -l prune=yes --prune-allowlist=core/v1/ConfigMap',
    );
    assert.equal(stdout, 'configmap/p1 unchanged\nconfigmap/p2 pruned\n');
    await assert.rejects(live('p2'));
  });

  it('knows the members of an ApplySet', async () => {
    const set = '--prune --applyset=configmap/set -n default';
    const env = { KUBECTL_APPLYSET: 'true' };
    const words = `apply -f - ${set}`.split(' ');
    await k.run(words, { stdin: `${map('m1')}\n---\n${map('m2')}`, env });
    const { stdout } = await k.run(words, { stdin: map('m1'), env });
    assert.equal(stdout, 'configmap/m1 unchanged\nconfigmap/m2 pruned\n');
    const parent = await live('set');
    assert.equal(parent.metadata.annotations?.['applyset.kubernetes.io/contains-group-kinds'], 'ConfigMap');
    const id = parent.metadata.labels?.['applyset.kubernetes.io/id'];
    assert.equal((await live('m1')).metadata.labels?.['applyset.kubernetes.io/part-of'], id);
  });
});

describe('the annotation', () => {
  it('is shown and set', async () => {
    await apply(map('v', { a: '1' }));
    const shown = await k.run('apply view-last-applied cm/v');
    assert.match(
      shown.stdout,
      /^apiVersion: v1\ndata:\n {2}a: "1"\nkind: ConfigMap\nmetadata:\n {2}annotations: \{\}\n/,
    );
    const set = await k.run('apply set-last-applied -f -'.split(' '), { stdin: map('v', { b: '2' }) });
    assert.equal(set.stdout, 'configmap/v configured\n');
    assert.match((await k.run('apply view-last-applied cm/v -o json')).stdout, /"b": "2"/);
    assert.deepEqual((await live('v')).data, { a: '1' });
  });
});
