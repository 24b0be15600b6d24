// Snapshots and clones of volumes on a node's disk, taken while pods write: each is the volume at one moment.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { getCapacity } from '../../src/csi/messages/controller.ts';
import { listSnapshots } from '../../src/csi/messages/snapshots.ts';
import { exec } from '../../src/kit/exec.ts';
import { eventually } from '../support/eventually.ts';
import {
  asDevice,
  DiskScene,
  fromSnapshot,
  fromVolume,
  MIB,
  MountNamespace,
  mounted,
} from '../support/storage/disk-scene.ts';

const skip = process.getuid?.() !== 0 && 'needs root';

describe('snapshots of volumes on the disk of a node', { skip }, () => {
  let node: MountNamespace;
  let scene: DiskScene;
  before(async () => {
    node = await MountNamespace.start();
    scene = new DiskScene({ ...node, disk: join(node.directory, 'disk') });
  });
  after(async () => {
    await node.loseMounts();
    await scene.end();
    await node.end();
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

describe('snapshots on a disk that can share parts of files', { skip }, () => {
  const parent = mkdtempSync(join(tmpdir(), 'tph-xfs-'));
  const [image, place] = [join(parent, 'image'), join(parent, 'disk')];
  let node: MountNamespace;
  let scene: DiskScene;
  before(async () => {
    await exec(['truncate', '--size', '1G', image]);
    await exec(['mkfs.xfs', '-q', image]);
    mkdirSync(place);
    await exec(['mount', '-o', 'loop', image, place]);
    node = await MountNamespace.start(place);
    scene = new DiskScene({ ...node, disk: join(node.directory, 'disk') });
  });
  after(async () => {
    await node.loseMounts();
    await scene.end();
    await node.end();
    await exec(['umount', '-l', place]);
    rmSync(parent, { recursive: true });
  });

  it('take no room until the volume is written again, and that room stays theirs', async () => {
    const offered = async () => {
      const request = { volumeCapabilities: [], parameters: {}, accessibleTopology: undefined };
      return (await scene.driver.unary(getCapacity, request)).availableCapacity;
    };
    const blocks = async () => {
      const { bfree, bsize } = await statfs(place);
      return bfree * bsize;
    };
    const path = await scene.use('v', 200);
    const write = (byte: string) =>
      scene.shell('sh', '-c', `yes ${byte} | head -c ${100 * MIB} > "$0/file"; sync "$0/file"`, path);
    await write('a');
    const [free, room] = [await blocks(), await offered()];
    const id = await scene.snapshot('s', 'v');
    assert.ok(free - (await blocks()) < 10 * MIB);
    assert.ok(room - (await offered()) >= 100 * MIB);
    await write('b');
    const restored = await scene.use('w', 200, mounted(), fromSnapshot(id));
    assert.equal((await scene.shell('head', '-c', '2', `${restored}/file`)).trim(), 'a');
    for (const name of ['v', 'w']) await scene.drop(name);
    await scene.deleteSnapshot('s');
  });

  it('are of devices as well, while these are written', async () => {
    await scene.use('device', 8, asDevice);
    await scene.snapshot('s', 'device');
    await scene.drop('device');
    await scene.deleteSnapshot('s');
    assert.deepEqual([scene.files(), await scene.loops()], [[], []]);
  });
});
