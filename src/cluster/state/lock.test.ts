import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { exec } from '../../kit/exec.ts';
import { withLock } from './lock.ts';

const ROUNDS = 20;

test('a lock lets one process in at a time, and is free again when its work fails', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'tph-lock-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const [lock, counter] = [join(directory, 'lock'), join(directory, 'counter')];
  assert.throws(
    () =>
      withLock(lock, () => {
        throw new Error('failed');
      }),
    /failed/,
  );
  writeFileSync(counter, '0');
  const program = `
    import { readFileSync, writeFileSync } from 'node:fs';
    import { withLock } from ${JSON.stringify(new URL('./lock.ts', import.meta.url).href)};
    for (let i = 0; i < ${ROUNDS}; i++)
      withLock(${JSON.stringify(lock)}, () => {
        const count = Number(readFileSync(${JSON.stringify(counter)}, 'utf8'));
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
        writeFileSync(${JSON.stringify(counter)}, String(count + 1));
      });`;
  const run = () => exec([process.execPath, '--input-type=module', '-e', program]);
  await Promise.all([run(), run(), run()]);
  assert.equal(readFileSync(counter, 'utf8'), String(3 * ROUNDS));
});
