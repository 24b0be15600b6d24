// A cluster whose data were damaged on the disk does not start, says why, and goes on after `tiphys repair` without what was lost.
import assert from 'node:assert/strict';
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Database } from '../../src/store/sqlite/database.ts';
import { startTestCluster, type TestCluster } from '../support/cluster.ts';

let cluster: TestCluster;
before(async () => {
  // A port of its own: while it is down, another test's cluster may take the usual one.
  cluster = await startTestCluster({ name: 'tph-repair', nodes: 0, flags: ['--api-port', '16743'] });
});
after(() => cluster?.down());

const COUNT = 40;
const file = () => join(cluster.directory, 'data/store/store.db');
const names = async () =>
  (await cluster.kubectl('get', 'configmaps', '-o', 'jsonpath={.items[*].metadata.name}')).split(' ');

/** While the cluster is down; it then refuses to start, and is repaired and started. */
async function afterDamage(damage: () => void) {
  await cluster.tiphys('down', '--name', cluster.name);
  // A control plane that was killed leaves its last writes in the log; a clean end puts them into the file.
  new Database(join(cluster.directory, 'data/store')).close();
  damage();
  await assert.rejects(cluster.restart(), /damaged[\s\S]*tiphys repair/);
  const where = ['--data-dir', join(cluster.directory, 'data')];
  const report = JSON.parse(await cluster.tiphys('repair', ...where, '-o', 'json'));
  await cluster.restart();
  assert.equal(await cluster.kubectl('get', '--raw', '/readyz'), 'ok');
  await cluster.kubectl('create', 'configmap', `after-${report.revision}`);
  return report;
}

test('a flipped bit costs the object that it was in, which is named', async () => {
  const value = (i: number) => `<value-${i}>${'x'.repeat(5_000)}`;
  const items = Array.from({ length: COUNT }, (_, i) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: `c${i}` },
    data: { value: value(i) },
  }));
  await cluster.kubectlWith(JSON.stringify({ apiVersion: 'v1', kind: 'List', items }), 'create', '-f', '-');
  const { lost } = await afterDamage(() => {
    const bytes = readFileSync(file());
    // A page may have an older copy in what it does not use.
    for (let at = bytes.indexOf('<value-7>'); at >= 0; at = bytes.indexOf('<value-7>')) bytes[at + 2]! ^= 1;
    writeFileSync(file(), bytes);
  });
  const reason = 'its checksum is wrong';
  assert.deepEqual(
    lost.map((loss: { key: string; reason: string }) => [loss.key, loss.reason]),
    [['/registry/configmaps/default/c7', reason]],
  );
  const left = await names();
  for (let i = 0; i < COUNT; i++) assert.equal(left.includes(`c${i}`), i !== 7, `c${i}`);
});

test('a truncated file costs what is missing, and what the cluster needs of it is made again', async () => {
  const { kept } = await afterDamage(() => truncateSync(file(), Math.floor(readFileSync(file()).length / 2)));
  assert.ok(kept > 0);
  assert.match(await cluster.kubectl('get', 'namespaces', '-o', 'name'), /namespace\/kube-system/);
});
