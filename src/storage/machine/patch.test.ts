// A copy that was made while its source was written becomes equal to it in the parts that are named, and only there.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { patch } from './patch.ts';

const MIB = 1 << 20;

describe('a copy that is put right', () => {
  const directory = mkdtempSync(join(tmpdir(), 'patch-'));
  after(() => rmSync(directory, { recursive: true }));
  const [source, copy] = [join(directory, 'source'), join(directory, 'copy')];
  const written = Buffer.alloc(4 * MIB + 512, 'a');
  for (const at of [0, MIB - 1, MIB, 3 * MIB + 7, 4 * MIB + 511]) written[at] = 1;

  it('is equal to its source, to the last byte', async () => {
    writeFileSync(source, written);
    writeFileSync(copy, Buffer.alloc(written.length, 'a'));
    await patch(source, copy, [{ start: 0, end: written.length }]);
    assert.ok(readFileSync(copy).equals(written));
  });

  it('keeps what it has where its source was never written', async () => {
    writeFileSync(source, written);
    writeFileSync(copy, Buffer.alloc(written.length, 'b'));
    await patch(source, copy, [
      { start: 512, end: 1024 },
      { start: 2 * MIB, end: 2 * MIB + 100 },
    ]);
    const wanted = Buffer.alloc(written.length, 'b');
    wanted.fill('a', 512, 1024).fill('a', 2 * MIB, 2 * MIB + 100);
    assert.ok(readFileSync(copy).equals(wanted));
  });

  it('is given up when it takes too long', async () => {
    const late = new Error('late');
    const whole = [{ start: 0, end: written.length }];
    await assert.rejects(patch(source, copy, whole, AbortSignal.abort(late)), late);
  });
});
