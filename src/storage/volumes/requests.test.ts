// What may be asked of the driver: sizes, uses, names.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CsiAccessMode, VolumeCapability } from '../../csi/messages/volume.ts';
import { checkName, idOf, nameOf } from '../names.ts';
import { checkCapabilities } from './capabilities.ts';
import { chooseBytes, GIB, MIB, offered, suits } from './sizes.ts';

const range = (requiredBytes: number, limitBytes = 0) => ({ requiredBytes, limitBytes });

describe('the size of a volume', () => {
  it('is what is required in whole mebibytes, and what the file system needs at least', () => {
    assert.equal(chooseBytes(range(MIB + 1), MIB), 2 * MIB);
    assert.equal(chooseBytes(range(1), 300 * MIB), 300 * MIB);
    assert.equal(chooseBytes(undefined, MIB), GIB);
    assert.equal(chooseBytes(range(0, 5 * MIB), MIB), 5 * MIB);
  });

  it('is never above the limit', () => {
    assert.throws(() => chooseBytes(range(1, 100 * MIB), 300 * MIB), { code: 'outOfRange' });
    assert.throws(() => chooseBytes(range(MIB + 1, MIB + 2), MIB), { code: 'outOfRange' });
    assert.throws(() => chooseBytes(range(5, 4), MIB), { code: 'invalidArgument' });
  });

  it('suits a later request within its range', () => {
    assert.deepEqual([suits(5, range(4)), suits(5, range(6)), suits(5, range(4, 4))], [true, false, false]);
    assert.equal(suits(5, undefined), true);
  });
});

describe('what the disk offers', () => {
  it('is what is available without a twentieth, at most 5 GiB, and without what is owed', () => {
    assert.equal(offered({ totalBytes: 20 * GIB, availableBytes: 4 * GIB }, 0), 3 * GIB);
    assert.equal(offered({ totalBytes: 1000 * GIB, availableBytes: 9 * GIB }, GIB), 3 * GIB);
    assert.equal(offered({ totalBytes: 20 * GIB, availableBytes: GIB / 2 }, 0), 0);
  });
});

describe('the use of a volume', () => {
  const mount = (fsType = '', mountFlags: string[] = [], mode: CsiAccessMode = 'SINGLE_NODE_WRITER') => ({
    block: undefined,
    mount: { fsType, mountFlags, volumeMountGroup: '' },
    accessMode: { mode },
  });
  const block: VolumeCapability = { ...mount(), block: {}, mount: undefined };

  it('is a file system or a device of one node', () => {
    assert.equal(checkCapabilities([mount('xfs'), mount('xfs')]), 'xfs');
    assert.deepEqual([checkCapabilities([mount()]), checkCapabilities([block])], ['', 'block']);
    const refused = [
      [],
      [mount('ext4'), block],
      [mount('btrfs')],
      [mount('block')],
      [mount('', [], 'UNKNOWN')],
    ];
    for (const all of [
      ...refused,
      [mount('', [], 'MULTI_NODE_MULTI_WRITER')],
      [{ ...block, block: undefined }],
    ])
      assert.throws(() => checkCapabilities(all), { code: 'invalidArgument' });
  });

  it('allows mount options that concern its pods only', () => {
    checkCapabilities([mount('', ['noatime', 'commit=30', 'data=journal'])]);
    for (const flag of ['bind', 'commit=x', 'noatime,loop', 'remount', '', 'usrjquota=x'])
      assert.throws(() => checkCapabilities([mount('', [flag])]), { code: 'invalidArgument' }, flag);
  });
});

describe('names and ids', () => {
  it('hold nothing that a path could be made of', () => {
    assert.equal(checkName('pvc-1'), 'pvc-1');
    for (const name of ['', '..', 'a/b', 'A', 'a\n', 'x'.repeat(129)])
      assert.throws(() => checkName(name), { code: 'invalidArgument' }, name);
  });

  it('name the node', () => {
    assert.equal(nameOf('n1', idOf('n1', 'pvc-1')), 'pvc-1');
    for (const id of ['pvc-1', 'n1/..', 'n1/', '/a', 'n1/a/b']) assert.equal(nameOf('n1', id), undefined, id);
    assert.throws(() => nameOf('n1', 'n2/pvc-1'), { code: 'failedPrecondition' });
    assert.throws(() => nameOf('n1', ''), { code: 'invalidArgument' });
  });
});
