import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

const SCENE = new URL('./disk-full.fake.ts', import.meta.url).pathname;
const NAMESPACE = ['--mount', '--propagation', 'private'];
const mayMount = spawnSync('unshare', [...NAMESPACE, 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0;
const SPACE = 'etcdserver: mvcc: database space exceeded';

test('a store on a full disk reads, deletes, restarts, and writes again when there is room', {
  skip: !mayMount && 'needs the right to mount',
  timeout: 120_000,
}, () => {
  const root = mkdtempSync(join(tmpdir(), 'store-full-'));
  try {
    const words = [...NAMESPACE, process.execPath, SCENE, join(root, 'disk')];
    const seen = JSON.parse(execFileSync('unshare', words, { encoding: 'utf8' }));
    assert.ok(seen.written > 50, `${seen.written} written`);
    const { written } = seen;
    assert.deepEqual(
      { ...seen, news: undefined },
      {
        written,
        refusal: SPACE,
        read: written,
        alarm: 'NOSPACE',
        kept: written,
        refusedAgain: SPACE,
        deleted: Math.floor(written / 2),
        afterDeleting: written - Math.floor(written / 2) + 1,
        refused: 'NOSPACE',
        whole: true,
        news: undefined,
      },
    );
    assert.deepEqual(seen.news, ['NOSPACE', 'NOSPACE', null, 'NOSPACE', null]);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});
