import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { nextTurn } from '../../kit/clock.ts';
import { readBody } from './body.ts';

test('a body of which a part is not admitted is refused with the reason, and the rest is discarded', async () => {
  const stream = new PassThrough();
  const admitted: number[] = [];
  const read = readBody(stream, undefined, (bytes) => {
    if (admitted.length === 2) throw new Error('no more');
    admitted.push(bytes);
  });
  const refused = assert.rejects(read, /^Error: no more$/);
  for (let i = 0; i < 5; i++) {
    stream.write(Buffer.alloc(1000));
    await nextTurn();
  }
  await refused;
  assert.deepEqual([admitted, stream.readableLength], [[1000, 1000], 0]);
});
