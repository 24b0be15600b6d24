// The room that a volume gives back while it is copied stays its own. With programs that do nothing; test/machine has the real ones.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { ExecError } from '../../kit/exec.ts';
import { parseMounts } from '../../kit/process/mount-entries.ts';
import type { Run } from '../machine/run.ts';
import { copyVolume } from './copy.ts';
import { Disk } from './disk.ts';
import { recover } from './recover.ts';

const BYTES = 256 << 20;
const RECORD = { bytes: BYTES, type: 'ext4', fileSystemBytes: BYTES, sharedBytes: 0 } as const;

/** A disk with the volume `v`, which is mounted and empty; `on` sees each program. */
async function mounted(t: TestContext, on: (command: string) => Promise<unknown>): Promise<Disk> {
  const directory = mkdtempSync(join(tmpdir(), 'disk-room-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const root = join(directory, 'kubelet');
  mkdirSync(root);
  const answers: readonly (readonly [RegExp, string])[] = [
    [/--associated.*v\.img/, '/dev/loop7\n'],
    [/stat --file-system/, `4096 ${BYTES / 4096} ${BYTES / 4096} ${BYTES / 4096} 9 9\n`],
  ];
  const run: Run = async (words, { answer } = {}) => {
    const command = words.join(' ');
    if (command.includes('--reflink=always'))
      throw new ExecError(words, { code: 1, stdout: '', stderr: 'not here' });
    await on(command);
    await answer?.(process.pid);
    return answers.find(([pattern]) => pattern.test(command))?.[1] ?? '';
  };
  const disk = new Disk({
    node: 'n1',
    directory: join(directory, 'disk'),
    root,
    run,
    clock: new SteppedClock(),
  });
  const mounts = parseMounts(`30 1 7:7 / ${root}/staged rw - ext4 /dev/loop7 rw`);
  Object.assign(disk.mounts, { all: async () => mounts });
  await disk.makeDirectories();
  writeFileSync(disk.volumes.images.path('v'), '');
  await disk.volumes.records.write('v', RECORD);
  return disk;
}

it('is offered to nobody else', async (t) => {
  const offered: number[] = [];
  const disk: Disk = await mounted(t, async (command) => {
    if (command.includes('fstrim')) offered.push(await disk.offered());
  });
  const draft = join(disk.volumes.images.directory, 'copy.img.new');
  writeFileSync(draft, '');
  const before = await disk.offered();
  await copyVolume(disk, 'v', RECORD, draft);
  // Others write to the disk of this machine as well.
  assert.ok(before - offered[0]! > BYTES / 2, `${before} ${offered}`);
  assert.ok(Math.abs((await disk.offered()) - before) < BYTES / 2);
});

it('is taken again by the next driver, when one was killed in the middle of it', async (t) => {
  const commands: string[] = [];
  const disk = await mounted(t, async (command) => commands.push(command));
  writeFileSync(join(disk.snapshots.images.directory, 's.img.new'), '');
  await recover(disk);
  const done = commands.filter((command) => /fsfreeze -u|fallocate/.test(command));
  assert.deepEqual(
    done.map((command) => command.replace(/^.*(fsfreeze|fallocate)/, '$1').replace(/ [^ ]*$/, '')),
    ['fsfreeze -u', `fallocate --length ${BYTES}`],
  );
});
