import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { removeMountPoints, writeNote } from './note.ts';

it('removes mount points that were made, and nothing that a link leads to', async (t) => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'note-')));
  t.after(() => rmSync(root, { recursive: true }));
  for (const name of ['data', 'made', 'elsewhere']) mkdirSync(join(root, name));
  writeFileSync(join(root, 'made/file'), '');
  writeFileSync(join(root, 'elsewhere/file'), '');
  symlinkSync('elsewhere', join(root, 'swapped'));
  const mountPoints = ['made', 'made/file', 'swapped/file'].map((name) => join(root, name));
  writeNote(join(root, 'data'), { nodes: {}, mounts: {}, mountPoints });
  await removeMountPoints(join(root, 'data'));
  assert.ok(!existsSync(join(root, 'made')));
  assert.ok(existsSync(join(root, 'elsewhere/file')));
});
