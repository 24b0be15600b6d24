// A cluster whose disk is full, or has become read-only: it reads on, says so, and recovers by itself.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Disk, type FileSystem } from '../robustness/server/disk.ts';
import { startTestCluster, type TestCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';

/** Runs with a cluster whose data are on a file system of their own. */
async function onDisk(
  name: string,
  fileSystem: FileSystem,
  scene: (cluster: TestCluster, disk: Disk) => Promise<void>,
): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'tph-disk-'));
  const disk = await Disk.mount(directory, fileSystem);
  let cluster: TestCluster | undefined;
  try {
    cluster = await startTestCluster({ name, nodes: 0, flags: ['--data-dir', join(disk.directory, 'data')] });
    await scene(cluster, disk);
  } finally {
    // Where `down` cannot work any more, at least nothing runs on.
    await cluster?.down().catch(() => cluster?.running() && cluster.killAll());
    await disk.unmount();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Creates config maps of 10 KB until one is refused; gives those that were acknowledged and what the refusal said. */
async function createUntilRefused(cluster: TestCluster) {
  const acknowledged: string[] = [];
  const data = `--from-literal=value=${'x'.repeat(10_000)}`;
  for (;;) {
    const name = `filler-${acknowledged.length}`;
    const { code, stderr } = await cluster.tryKubectl('create', 'configmap', name, data);
    if (code !== 0) return { acknowledged, refusal: stderr };
    acknowledged.push(name);
  }
}

async function assertAlarm(cluster: TestCluster, alarm: string): Promise<void> {
  const ready = await cluster.tryKubectl('get', '--raw', '/readyz');
  assert.match(ready.stderr, new RegExp(`\\[-\\]etcd failed|${alarm}`));
  assert.equal((await cluster.tryKubectl('get', '--raw', '/livez')).code, 0);
  assert.equal((await cluster.status()).store?.alarm, alarm);
  assert.match(await cluster.tiphys('status', '--name', cluster.name), new RegExp(`ALARM ${alarm}`));
}

const namesOf = async (cluster: TestCluster) =>
  (await cluster.kubectl('get', 'configmaps', '-o', 'jsonpath={.items[*].metadata.name}')).split(' ');

describe('a cluster', () => {
  it('on a full disk reads, deletes, refuses writes, says so, and recovers when there is room', () =>
    onDisk('tph-full', 'tmpfs', async (cluster, disk) => {
      const reserve = join(disk.directory, 'data/store/reserve');
      await eventually('a reserve for deletions', () => statSync(reserve, { throwIfNoEntry: false })?.size);
      const before = cluster.processes();
      await cluster.kubectl('create', 'configmap', 'deleted');
      await disk.fill();
      const { acknowledged, refusal } = await createUntilRefused(cluster);
      assert.match(refusal, /etcdserver: mvcc: database space exceeded/);
      await assertAlarm(cluster, 'NOSPACE');
      for (const name of acknowledged) assert.ok((await namesOf(cluster)).includes(name), name);
      await cluster.kubectl('delete', 'configmap', 'deleted');
      assert.ok(!(await namesOf(cluster)).includes('deleted'));

      disk.free();
      await eventually(
        'the disk takes writes',
        async () => (await cluster.status()).store?.alarm === undefined,
      );
      await eventually('it is ready', () => cluster.kubectl('get', '--raw', '/readyz'));
      await cluster.kubectl('create', 'configmap', 'afterwards');
      const names = await namesOf(cluster);
      for (const name of [...acknowledged, 'afterwards']) assert.ok(names.includes(name), name);
      assert.deepEqual(cluster.processes(), before, 'nothing was started again');
    }));

  it('on a disk that has become read-only reads, says so, and goes on after a repair of the file system', () =>
    onDisk('tph-read-only', 'ext4', async (cluster, disk) => {
      await cluster.kubectl('create', 'configmap', 'kept');
      await disk.failReadOnly();
      const { refusal } = await createUntilRefused(cluster);
      assert.match(refusal, /the store cannot write: its file system is read-only/);
      assert.ok((await namesOf(cluster)).includes('kept'));
      await assertAlarm(cluster, 'READONLY');

      cluster.killAll();
      await disk.repair();
      await cluster.restart();
      assert.ok((await namesOf(cluster)).includes('kept'));
      await cluster.kubectl('create', 'configmap', 'afterwards');
    }));
});
