// What the kernel and filefrag print, as we read it.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseMounts } from '../../kit/process/mount-entries.ts';
import { defaultType, hasCapability } from './default-type.ts';
import { HEAD_BYTES, isCleanExt4 } from './ext4-state.ts';
import { parseExtents } from './extents.ts';
import { numbersOf } from './loop-list.ts';
import { hasFailed, isOf, shows } from './mount-table.ts';

describe('the table of mounts', () => {
  const [volume, device, failed, readonly] = parseMounts(
    [
      '77 28 7:3 / /data/a\\040b rw,relatime shared:9 - ext4 /dev/loop3 rw,errors=remount-ro',
      '78 28 0:6 /loop4 /data/device rw,nosuid - devtmpfs devtmpfs rw,mode=755',
      '79 28 7:5 / /data/failed rw - ext4 /dev/loop5 ro',
      '80 28 7:6 / /data/readonly ro - ext4 /dev/loop6 ro',
      '',
    ].join('\n'),
  );

  it('has the mounts with blanks in their paths', () => {
    assert.equal(volume?.point, '/data/a b');
    assert.deepEqual(volume?.superOptions, ['rw', 'errors=remount-ro']);
  });

  it('says what shows a device: its file system, or its file', () => {
    assert.deepEqual([shows(volume!, '/dev/loop3'), shows(volume!, '/dev/loop33')], [true, false]);
    assert.deepEqual([shows(device!, '/dev/loop4'), shows(device!, '/dev/loop3')], [true, false]);
    assert.deepEqual([isOf(undefined, volume!), isOf(undefined, device!)], [true, true]);
  });

  it('tells a file system that an error has made read-only from one that was mounted so', () => {
    assert.deepEqual(
      [volume, failed, readonly].map((mount) => hasFailed(mount!)),
      [false, true, false],
    );
  });
});

describe('an ext4', () => {
  const superblock = (more: readonly (readonly [offset: number, value: number])[]) => {
    const head = Buffer.alloc(HEAD_BYTES);
    head.writeUInt16LE(0xef53, 1024 + 0x38);
    head.writeUInt16LE(1, 1024 + 0x3a);
    for (const [offset, value] of more) head.writeUInt32LE(value, 1024 + offset);
    return head;
  };
  const INCOMPATIBLE = 0x60;

  it('that was unmounted needs no check', () => assert.ok(isCleanExt4(superblock([[INCOMPATIBLE, 0x2c2]]))));

  for (const [what, head] of [
    ['with a journal to replay', superblock([[INCOMPATIBLE, 0x2c6]])],
    ['with files to remove', superblock([[0x64, 0x10000]])],
    ['with a list of files to remove', superblock([[0xe8, 12]])],
    ['that was not unmounted', superblock([[0x38, 0xef53]])],
    ['with errors', superblock([[0x38, 0x3ef53]])],
    ['that is none', Buffer.alloc(HEAD_BYTES)],
    ['that ends before it begins', superblock([]).subarray(0, HEAD_BYTES - 1)],
  ] as const)
    it(`${what} is checked`, () => assert.equal(isCleanExt4(head), false));
});

describe('the extents of a file', () => {
  const listed = `Filesystem type is: ef53
File size of ff is 8388608 (16384 blocks of 512 bytes)
 ext:     logical_offset:        physical_offset: length:   expected: flags:
   0:        0..     511:  403759104.. 403759615:    512:             unwritten
   1:      512..     895:  403759616.. 403759999:    384:
   2:      896..     999:  403860000.. 403860103:    104:  403760000: shared
   3:     2000..   16383:  403870000.. 403884383:  14384:  403860104: last
ff: 3 extents found
`;

  it('are its written parts, joined where they touch', () => {
    assert.deepEqual(parseExtents(listed, 4_000_000), [
      { start: 512 * 512, end: 1000 * 512 },
      { start: 2000 * 512, end: 4_000_000 },
    ]);
  });

  it('are none in a file that was never written', () => {
    assert.deepEqual(parseExtents('Filesystem type is: ef53\nff: 0 extents found\n', 1024), []);
  });
});

describe('the file system of a volume for which none is asked', () => {
  const status = (mask: string) => `Name:\tnode\nCapPrm:\t000001ffffffffff\nCapEff:\t${mask}\n`;

  it('is xfs where ext4 cannot grow in use, xfs can, and the volume is large enough', () => {
    const large = 1 << 30;
    assert.equal(defaultType({ ext4: true, xfs: true }, large), 'ext4');
    assert.equal(defaultType({ ext4: false, xfs: false }, large), 'ext4');
    assert.equal(defaultType({ ext4: false, xfs: true }, large), 'xfs');
    assert.equal(defaultType({ ext4: false, xfs: true }, 1 << 20), 'ext4');
  });

  it('depends on what the process may do', () => {
    assert.equal(hasCapability(status('000001ffffffffff'), 24n), true);
    assert.equal(hasCapability(status('000001fffeffffff'), 24n), false);
    assert.equal(hasCapability('', 24n), false);
  });
});

describe('the numbers of a device', () => {
  it('are those that the kernel shows', () => {
    assert.deepEqual([numbersOf(65_024), numbersOf(2_049), numbersOf(0x10_3abc)], ['254:0', '8:1', '58:444']);
  });
});
