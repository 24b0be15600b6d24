import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { systemRandom } from '../../../kit/random.ts';
import { O_DIRECTORY, O_PATH } from '../../../kubelet/files/descend.ts';
import { removeInside, writeInside } from './write.ts';

const base = mkdtempSync(join(tmpdir(), 'dev-sync-'));
after(() => rmSync(base, { recursive: true }));
const inside = join(base, 'root');
mkdirSync(join(inside, 'app'), { recursive: true });
mkdirSync(join(base, 'outside'));

const at = async (use: (root: Awaited<ReturnType<typeof open>>) => Promise<void>) => {
  const root = await open(inside, O_PATH | O_DIRECTORY);
  try {
    await use(root);
  } finally {
    await root.close();
  }
};
const write = (path: string, text: string) =>
  at((root) => writeInside(root, path, { bytes: Buffer.from(text), mode: 0o755 }, systemRandom));

describe('files of a container', () => {
  it('are written whole, with missing directories, and removed', async () => {
    await write('/app/a/b.js', 'one');
    await write('/app/a/b.js', 'two');
    const file = join(inside, 'app/a/b.js');
    assert.deepEqual([readFileSync(file, 'utf8'), statSync(file).mode & 0o777], ['two', 0o755]);
    await at((root) => removeInside(root, '/app/a/b.js'));
    await at((root) => removeInside(root, '/app/none/b.js'));
    assert.ok(!existsSync(file));
  });

  it('are never written through a link, nor above the root', async () => {
    symlinkSync(join(base, 'outside'), join(inside, 'link'));
    symlinkSync(join(base, 'outside/file'), join(inside, 'app/file'));
    await assert.rejects(write('/link/x', 'x'), /link is a link/);
    await assert.rejects(write('/app/file', 'x'), /is no file/);
    await assert.rejects(write('/app/../../outside/x', 'x'), /without \.\./);
    writeFileSync(join(base, 'outside/kept'), '');
    chmodSync(join(base, 'outside/kept'), 0o600);
    await assert.rejects(
      at((root) => removeInside(root, '/link/kept')),
      /link is a link/,
    );
    assert.deepEqual(existsSync(join(base, 'outside/x')), false);
    assert.ok(existsSync(join(base, 'outside/kept')));
  });
});
