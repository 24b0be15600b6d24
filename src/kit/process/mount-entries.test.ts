// The text of a table of mounts, as proc_pid_mountinfo(5) describes it.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { parseMounts } from './mount-entries.ts';
import { threadTime } from './thread-time.ts';

const LINE =
  '36 35 98:0 /a /mnt/a\\040b rw,noatime shared:1 master:2 - ext4 /dev/disk\\0401 rw,errors=remount-ro';

it('a mount is read with all its fields, and with blanks in its paths', () => {
  const [mount, ...more] = parseMounts(`${LINE}\n\nsomething else\n`);
  assert.equal(more.length, 0);
  const { point, root, type, source, options, tags, superOptions } = mount!;
  assert.deepEqual([point, root, type, source], ['/mnt/a b', '/a', 'ext4', '/dev/disk 1']);
  assert.deepEqual(
    [options, tags, superOptions],
    [
      ['rw', 'noatime'],
      ['shared:1', 'master:2'],
      ['rw', 'errors=remount-ro'],
    ],
  );
});

it('a mount without tags is read, and one without a source', () => {
  const [mount] = parseMounts('1 2 0:3 net:[4] /run/x rw - nsfs');
  assert.deepEqual([mount?.tags, mount?.type, mount?.source], [[], 'nsfs', '']);
});

it('forty thousand mounts do not hold the event loop for long', () => {
  const table = `${LINE}\n`.repeat(40_000);
  const times = [1, 2, 3, 4, 5].map(() => {
    const from = threadTime();
    assert.equal(parseMounts(table).filter(({ point }) => point === '/elsewhere').length, 0);
    return threadTime() - from;
  });
  assert.ok(Math.min(...times) < 50, `took ${times} ms`);
});
