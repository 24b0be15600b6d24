import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { silentLogger } from '../../kit/log.ts';
import { loadPreparedImages } from './prepared.ts';

test('an archive that cannot be loaded is told of, tried again, and keeps nothing from starting', async (t) => {
  const rootDir = mkdtempSync(join(tmpdir(), 'prepared-'));
  t.after(() => rmSync(rootDir, { recursive: true, force: true }));
  writeFileSync(join(rootDir, 'a.tar'), 'no archive');
  writeFileSync(join(rootDir, 'notes.txt'), 'not looked at');
  let asked = 0;
  const warnings: string[] = [];
  const log = { ...silentLogger, warn: (message: string) => void warnings.push(message) };
  const load = () =>
    loadPreparedImages({
      ...{ directory: rootDir, rootDir, log },
      socket: () => {
        asked++;
        return '/nonexistent';
      },
    });
  await load();
  await load();
  assert.deepEqual([asked, warnings], [2, ['images not loaded', 'images not loaded']]);
  // A note of exactly this file: nothing is left to do.
  utimesSync(join(rootDir, 'a.tar'), 1, 1);
  writeFileSync(join(rootDir, 'prepared-images.json'), JSON.stringify({ 'a.tar': '10 1000' }));
  await load();
  assert.equal(asked, 2);
});
