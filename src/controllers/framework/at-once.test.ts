import assert from 'node:assert/strict';
import { it } from 'node:test';
import { eachAtOnce } from './at-once.ts';

it('of many calls so many run at once; a failed one stops no other, and is reported when all have ended', async () => {
  const items = Array.from({ length: 50 }, (_, i) => i);
  let running = 0;
  let most = 0;
  const ended: number[] = [];
  const all = eachAtOnce(items, 4, async (item) => {
    running++;
    most = Math.max(most, running);
    await Promise.resolve();
    running--;
    ended.push(item);
    if (item === 3) throw new Error('of item 3');
  });
  await assert.rejects(all, { message: 'of item 3' });
  assert.deepEqual(
    ended.toSorted((a, b) => a - b),
    items,
  );
  assert.equal(most, 4);
});
