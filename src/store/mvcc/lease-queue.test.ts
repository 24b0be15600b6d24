import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../kit/random.ts';
import { LeaseQueue } from './lease-queue.ts';

test('a lease queue returns what has expired, the earliest first, and keeps the rest', () => {
  const random = seededRandom(5);
  const queue = new LeaseQueue();
  const waiting: number[] = [];
  for (let now = 0; now < 100; now++) {
    for (let i = 0; i < 20; i++) {
      const due = now + Math.floor(random.float() * 50);
      waiting.push(due);
      queue.add({ due, key: `/${i}`, revision: i });
    }
    waiting.sort((a, b) => a - b);
    const expected = waiting.splice(0, waiting.filter((due) => due <= now).length);
    assert.deepEqual(
      queue.take(now).map((lease) => lease.due),
      expected,
    );
    assert.equal(queue.next?.due, waiting[0]);
  }
});
