import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { exec } from '../../../kit/exec.ts';
import { removeData } from './remove-data.ts';

test('a tree deeper than any path may be is removed, and what its links lead to is kept', async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'data-'));
  t.after(() => rm(dir, { recursive: true, force: true }));
  // 12,000 bytes of names, put into one another since no path leads there.
  const chain = `${'d'.repeat(200)}/`.repeat(15);
  const script = `cd "$0"; mkdir kept node; ln -s ../kept node/link
    for i in 1 2 3 4; do mkdir -p new/${chain}; mv node new/${chain}; mv new node; done`;
  await exec(['sh', '-ec', script, dir]);
  await removeData(join(dir, 'node'));
  await removeData(join(dir, 'node'));
  assert.deepEqual(await readdir(dir), ['kept']);
});
