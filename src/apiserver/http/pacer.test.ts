import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { nextTurn } from '../../kit/clock.ts';
import { Pacer } from './pacer.ts';

const SLAB = 256 * 1024;

test('a user with few large replies does not wait for the many of another', async () => {
  const pacer = new Pacer(new SteppedClock());
  const sent: string[] = [];
  const reply = async (user: string) => {
    const pace = pacer.for(user);
    for (let slab = 0; slab < 4; slab++) {
      await pace(SLAB);
      sent.push(user);
    }
  };
  const hostile = Array.from({ length: 100 }, () => reply('hostile'));
  await nextTurn();
  await reply('victim');
  const before = sent.filter((user) => user === 'hostile').length;
  assert.ok(before < 30, `${before} slabs of the other user came first`);
  await Promise.all(hostile);
});
