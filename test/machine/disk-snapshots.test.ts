// Snapshots and clones of volumes on a node's disk, taken while pods write: each is the volume at one moment.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { listSnapshots } from '../../src/csi/messages/snapshots.ts';
import {
  asDevice,
  DiskScene,
  fromSnapshot,
  fromVolume,
  MIB,
  MountNamespace,
  mounted,
} from '../support/disk-scene.ts';
import { eventually } from '../support/eventually.ts';

const skip = process.getuid?.() !== 0 && 'needs root';

describe('snapshots of volumes on the disk of a node', { skip }, () => {
  let node: MountNamespace;
  let scene: DiskScene;
  before(async () => {
    node = await MountNamespace.start();
    scene = new DiskScene({ ...node, disk: join(node.directory, 'disk') });
  });
  after(async () => {
    await node.end();
    await scene.end();
  });

  const read = async (path: string) =>
    (await scene.shell('cat', `${path}/log`)).trim().split('\n').map(Number);

  /** Appends 1, 2, 3 … to a file, each on disk before the next, until it is stopped. */
  function startWriter(path: string) {
    const script = `i=0; while :; do i=$((i+1)); echo $i | dd of="$0/log" oflag=append conv=notrunc,fsync status=none; done`;
    const writer = spawn('nsenter', [...node.enter, 'sh', '-c', script, path], { stdio: 'ignore' });
    return async () => {
      writer.kill('SIGKILL');
      await once(writer, 'close');
    };
  }

  for (const type of ['ext4', 'xfs'])
    it(`hold what was written before, and nothing in between (${type})`, async () => {
      const [mib, capability] = [type === 'xfs' ? 300 : 32, mounted(type)];
      const path = await scene.use('source', mib, capability);
      const stop = startWriter(path);
      const count = async () => (await read(path).catch(() => [])).length;
      await eventually('ten lines', async () => (await count()) > 10);
      const before = await count();
      const id = await scene.snapshot('moment', 'source');
      assert.equal(await scene.snapshot('moment', 'source'), id);
      const after = await count();
      await eventually('the writer to go on', async () => (await count()) > after);
      const clone = await scene.use('clone', mib + 16, capability, fromVolume('n1/source'));
      await stop();
      await scene.drop('source');

      const restored = await scene.use('restored', mib + 32, capability, fromSnapshot(id));
      for (const copy of [clone, restored]) {
        const lines = await read(copy);
        assert.deepEqual(
          lines,
          lines.map((_, i) => i + 1),
        );
        assert.ok(lines.length >= before, `${lines.length} lines of ${before}`);
      }
      assert.ok((await read(restored)).length <= after);
      const { usage } = await scene.stats('restored');
      assert.ok(usage.find(({ unit }) => unit === 'BYTES')!.total > (mib + 16) * MIB * 0.7);
      for (const name of ['clone', 'restored']) await scene.drop(name);
      for (let i = 0; i < 2; i++) await scene.deleteSnapshot('moment');
      assert.deepEqual(await scene.loops(), []);
      assert.deepEqual(scene.files(), []);
    });

  it('are listed by pages, by volume and by id', async () => {
    for (const volume of ['one', 'two']) await scene.create(volume, 1);
    for (const name of ['s1', 's2']) await scene.snapshot(name, 'one');
    await scene.snapshot('s3', 'two');
    const list = async (more: { maxEntries?: number; startingToken?: string; sourceVolumeId?: string }) => {
      const request = { maxEntries: 0, startingToken: '', sourceVolumeId: '', snapshotId: '', secrets: {} };
      const { entries, nextToken } = await scene.driver.unary(listSnapshots, { ...request, ...more });
      return [...entries.map(({ snapshot }) => snapshot!.snapshotId), nextToken];
    };
    assert.deepEqual(await list({}), ['n1/s1', 'n1/s2', 'n1/s3', '']);
    assert.deepEqual(await list({ maxEntries: 2 }), ['n1/s1', 'n1/s2', 'n1/s3']);
    assert.deepEqual(await list({ maxEntries: 2, startingToken: 'n1/s3' }), ['n1/s3', '']);
    assert.deepEqual(await list({ sourceVolumeId: 'n1/two' }), ['n1/s3', '']);
    await assert.rejects(list({ startingToken: 'n1/s4' }), { code: 'aborted' });
    for (const name of ['s1', 's2', 's3']) await scene.deleteSnapshot(name);
    for (const volume of ['one', 'two']) await scene.delete(volume);
  });

  it('are refused where they would not be what was asked for', async () => {
    for (const name of ['one', 'two']) await scene.create(name, 2);
    const id = await scene.snapshot('s', 'one');
    await assert.rejects(scene.snapshot('s', 'two'), { code: 'alreadyExists' });
    await assert.rejects(scene.snapshot('t', 'absent'), { code: 'notFound' });
    await assert.rejects(scene.create('v', 2, mounted(), fromSnapshot('n1/absent')), { code: 'notFound' });
    await assert.rejects(scene.create('v', 300, mounted('xfs'), fromSnapshot(id)), {
      code: 'invalidArgument',
    });
    await scene.create('v', 2, asDevice, fromSnapshot(id));
    for (const name of ['one', 'two', 'v']) await scene.delete(name);
    await scene.deleteSnapshot('s');
  });
});
