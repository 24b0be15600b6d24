import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { exec } from '../../kit/exec.ts';
import { shownDirectories } from './shown-directories.ts';

test('the kubelet looks at the directory itself, and at other paths as they are', () => {
  const shown = shownDirectories([{ hostPath: '/home/me/src', nodePath: '/mnt/src', readOnly: false }], exec);
  assert.equal(shown.reached('/mnt/src'), '/home/me/src');
  assert.equal(shown.reached('/mnt/src/a/../b/'), '/home/me/src/b/');
  assert.equal(shown.reached('/mnt/src2'), '/mnt/src2');
  assert.equal(shown.reached('/mnt'), '/mnt');
});

test('what leads into a read-only directory is read-only, also through a link and where there is nothing yet', async (t) => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'tph-shown-')));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  mkdirSync(join(root, 'ro/sub'), { recursive: true });
  mkdirSync(join(root, 'rw'));
  symlinkSync(join(root, 'ro/sub'), join(root, 'rw/link'));
  const shown = shownDirectories(
    [
      { hostPath: '/x', nodePath: join(root, 'ro'), readOnly: true },
      { hostPath: '/y', nodePath: join(root, 'rw'), readOnly: false },
    ],
    exec,
  );
  for (const path of ['ro', 'ro/sub', 'ro/new/deep', 'rw/link', 'rw/../ro'])
    assert.equal(await shown.isReadOnly(join(root, path)), true, path);
  assert.equal(await shown.isReadOnly(`${root}/rw/../ro`), true);
  for (const path of ['rw', 'rw/new', 'ro2', ''])
    assert.equal(await shown.isReadOnly(join(root, path)), false, path);
});
