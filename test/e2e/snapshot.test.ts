import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startTestCluster, type TestCluster } from '../support/cluster.ts';

let cluster: TestCluster;
before(async () => {
  // A port of its own: while it is down, another test's cluster may take the usual one.
  cluster = await startTestCluster({ name: 'tph-snapshot', nodes: 0, flags: ['--api-port', '16744'] });
});
after(() => cluster?.down());

test('a snapshot of a running cluster brings back what was there, after the cluster is down', async () => {
  const file = join(cluster.directory, 'one.snapshot');
  const dataDir = ['--data-dir', join(cluster.directory, 'data')];
  await cluster.kubectl('create', 'configmap', 'before');
  const saved = JSON.parse(await cluster.tiphys('snapshot', 'save', file, ...dataDir, '-o', 'json'));
  assert.equal(statSync(file).mode & 0o777, 0o600);
  await cluster.kubectl('create', 'configmap', 'after');
  const checked = JSON.parse(await cluster.tiphys('snapshot', 'check', file, '-o', 'json'));
  assert.deepEqual([checked.revision, checked.entries], [saved.revision, saved.entries]);
  const listed = await cluster.tiphys('snapshot', 'list', ...dataDir, '-o', 'json');
  assert.deepEqual(JSON.parse(listed), [], 'none was saved by the cluster itself yet');
  const { store } = await cluster.status();
  assert.ok(store && store.revision > saved.revision && store.alarm === undefined);

  const restore = ['snapshot', 'restore', file, ...dataDir, '--bump-revision', '1000000'];
  await assert.rejects(cluster.tiphys(...restore), /is running/);
  await cluster.tiphys('down', '--name', cluster.name);
  await assert.rejects(cluster.tiphys(...restore), /--replace moves it aside/);
  await cluster.tiphys(...restore, '--replace');
  await cluster.restart();
  const names = await cluster.kubectl('get', 'configmaps', '-o', 'name');
  assert.match(names, /configmap\/before/);
  assert.doesNotMatch(names, /configmap\/after/);
});
