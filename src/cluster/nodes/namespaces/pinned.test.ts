import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { makePinned, type Run } from './pinned.ts';

const REFUSED = 'unshare: exit code 1: unshare: mount /proc/7/ns/mnt on /run/x.mnt failed: Invalid argument';
const UNSHARE = ['unshare', '--mount=/run/x.mnt', 'true'];

/** Of the commands, those that `fails` names fail with its message; gives all that ran. */
function machine(fails: (command: string) => string | undefined) {
  const ran: string[] = [];
  const run: Run = async (command) => {
    const line = command.join(' ');
    ran.push(line);
    const message = fails(line);
    if (message) throw new Error(message);
    return '';
  };
  const make = () => makePinned(run, UNSHARE, ['/run/x.net', '/run/x.mnt'], { input: '', processors: 2 });
  return { ran, make };
}

describe('namespaces that are mounted on files', () => {
  it('are made where the process runs', async () => {
    const { ran, make } = machine(() => undefined);
    await make();
    assert.deepEqual(ran, [UNSHARE.join(' ')]);
  });

  it('are made on another processor when their number is too small on this one', async () => {
    const { ran, make } = machine((line) =>
      /unshare/.test(line) && !/-c 1/.test(line) ? REFUSED : undefined,
    );
    await make();
    assert.deepEqual(ran, [
      UNSHARE.join(' '),
      'umount -l /run/x.net',
      'umount -l /run/x.mnt',
      `taskset -c 0 ${UNSHARE.join(' ')}`,
      'umount -l /run/x.net',
      'umount -l /run/x.mnt',
      `taskset -c 1 ${UNSHARE.join(' ')}`,
    ]);
  });

  it('are given up when every processor refuses, and at once after any other error', async () => {
    const refused = machine((line) => (/unshare/.test(line) ? REFUSED : 'not mounted'));
    await assert.rejects(refused.make(), /Invalid argument/);
    assert.equal(refused.ran.filter((line) => /unshare/.test(line)).length, 3);
    const other = machine(() => 'unshare: Operation not permitted');
    await assert.rejects(other.make(), /not permitted/);
    assert.equal(other.ran.length, 1);
  });
});
