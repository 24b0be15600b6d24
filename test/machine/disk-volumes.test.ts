// Volumes on a node's disk, on real loop devices: made, used, grown, and gone without a trace; each call repeated.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { hasCapability } from '../../src/storage/machine/default-type.ts';
import { asDevice, DiskScene, MIB, MountNamespace, mounted } from '../support/storage/disk-scene.ts';

const skip = process.getuid?.() !== 0 && 'needs root';

/** CAP_SYS_RESOURCE. */
const maySetLimits = () => hasCapability(readFileSync('/proc/self/status', 'utf8'), 24n);

describe('volumes on the disk of a node', { skip }, () => {
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

  const write = (path: string, mib: number) =>
    scene.shell('dd', 'if=/dev/zero', `of=${path}`, 'bs=1M', `count=${mib}`, 'conv=fsync', 'status=none');
  const traces = async () => [...(await scene.loops()), ...scene.files()];

  for (const type of ['ext4', 'xfs'])
    it(`are empty ${type} file systems that end at their size, and go without a trace`, async () => {
      const mib = type === 'xfs' ? 300 : 24;
      const one = await scene.create(type, mib, mounted(type));
      assert.deepEqual(await scene.create(type, mib, mounted(type)), one);
      for (let i = 0; i < 2; i++) await scene.stage(type, mounted(type));
      for (let i = 0; i < 2; i++) await scene.publish(type);
      assert.equal(await scene.shell('ls', '-A', scene.target(type)), '');
      assert.equal((await scene.loops()).length, 1);
      await assert.rejects(write(`${scene.target(type)}/large`, mib + 10), /No space left on device/);
      await assert.rejects(scene.delete(type), { code: 'failedPrecondition' });
      await assert.rejects(scene.unstage(type), { code: 'failedPrecondition' });
      await scene.drop(type);
      assert.deepEqual(await traces(), []);
      assert.deepEqual(readdirSync(join(node.kubelet, type)), ['staging']);
    });

  it('are refused when the name means another volume, or the disk has no room', async () => {
    await scene.create('same', 4);
    await assert.rejects(scene.create('same', 8), { code: 'alreadyExists' });
    await assert.rejects(scene.create('same', 4, asDevice), { code: 'alreadyExists' });
    await assert.rejects(scene.create('huge', 1 << 30), { code: 'resourceExhausted' });
    await assert.rejects(scene.stage('absent'), { code: 'notFound' });
    await assert.rejects(scene.publish('same'), { code: 'failedPrecondition' });
    await scene.delete('same');
    assert.deepEqual(await traces(), []);
  });

  it('fill up alone: others write on', async () => {
    const [full, other] = [await scene.use('full', 16), await scene.use('other', 16)];
    await assert.rejects(write(`${full}/large`, 20), /No space left on device/);
    await write(`${other}/file`, 8);
    const { usage, volumeCondition } = await scene.stats('full');
    assert.equal(volumeCondition?.abnormal, false);
    const bytes = usage.find(({ unit }) => unit === 'BYTES')!;
    assert.ok(bytes.available < MIB && bytes.used > 12 * MIB, JSON.stringify(bytes));
    for (const name of ['full', 'other']) await scene.drop(name);
  });

  for (const type of ['ext4', 'xfs'])
    it(`grow while they are written, or where the machine forbids that, with the next pod (${type})`, async () => {
      const mib = type === 'xfs' ? 300 : 16;
      const capability = mounted(type);
      const path = await scene.use('growing', mib, capability);
      const writing = write(`${path}/early`, 8);
      if (type === 'xfs' || maySetLimits()) {
        assert.equal(await scene.expand('growing', mib + 64, capability), (mib + 64) * MIB);
      } else {
        await assert.rejects(scene.expand('growing', mib + 64, capability), { code: 'failedPrecondition' });
        // As a new kubelet does.
        await scene.stage('growing', capability);
        await writing;
        await scene.unpublish('growing');
        await scene.unstage('growing');
        await scene.stage('growing', capability);
        await scene.publish('growing', { capability });
      }
      await writing;
      await write(`${path}/late`, 60);
      assert.equal(await scene.expand('growing', mib, capability), (mib + 64) * MIB);
      assert.equal(await scene.shell('ls', '-A', path), 'early\nlate\n');
      await scene.drop('growing');
    });

  it('are devices for pods that want devices', async () => {
    const path = await scene.use('device', 8, asDevice);
    for (let i = 0; i < 2; i++) await scene.publish('device', { capability: asDevice });
    await scene.shell(
      'dd',
      'if=/dev/zero',
      `of=${path}`,
      'bs=1M',
      'count=8',
      'conv=notrunc,fsync',
      'status=none',
    );
    await scene.expand('device', 12, asDevice);
    assert.equal((await scene.shell('blockdev', '--getsize64', path)).trim(), String(12 * MIB));
    assert.equal((await scene.stats('device')).usage[0]?.total, 12 * MIB);
    await scene.drop('device');
    assert.deepEqual(await traces(), []);
  });

  it('are read-only where the pod asks for it', async () => {
    await scene.use('shared', 8);
    for (let i = 0; i < 2; i++) await scene.publish('shared', { pod: 'reader', readonly: true });
    const path = scene.target('shared', 'reader');
    await assert.rejects(scene.shell('touch', `${path}/file`), /Read-only/);
    await scene.shell('touch', `${scene.target('shared')}/file`);
    const alone = mounted('', { mode: 'SINGLE_NODE_SINGLE_WRITER' });
    await assert.rejects(scene.publish('shared', { pod: 'other', capability: alone }), {
      code: 'failedPrecondition',
    });
    await scene.unpublish('shared', 'reader');
    await scene.drop('shared');
  });

  it('say so when an error has made them read-only', async () => {
    const path = await scene.use('faulty', 8);
    await scene.shell('mount', '-o', 'remount,abort', scene.staging('faulty'));
    await scene.shell('sh', '-c', `touch ${path}/file || true; sync -f ${path} || true`);
    assert.equal((await scene.stats('faulty')).volumeCondition?.abnormal, true);
    await scene.drop('faulty');
    assert.deepEqual(await traces(), []);
  });
});
