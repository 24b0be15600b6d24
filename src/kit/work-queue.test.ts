import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SteppedClock } from './clock.fake.ts';
import { WorkQueue } from './work-queue.ts';

/** A queue whose keys are written down as they are taken, and are done at once. */
function followed(restMs: number) {
  const clock = new SteppedClock();
  const queue = new WorkQueue<string>(clock);
  const taken: string[] = [];
  const work = async () => {
    for (let key = await queue.take(); key !== undefined; key = await queue.take()) {
      taken.push(key);
      queue.done(key, key === 'large' ? restMs : 0);
    }
  };
  void work();
  return { clock, queue, taken };
}

describe('a key that rests', () => {
  it('is not taken again before its rest is over, and then once', async () => {
    const { clock, queue, taken } = followed(100);
    queue.add('large');
    await clock.step(1);
    for (let ms = 0; ms < 90; ms += 10) {
      queue.add('large');
      await clock.step(10);
    }
    assert.deepEqual(taken, ['large']);
    assert.equal(queue.idle, false);
    await clock.step(20);
    assert.deepEqual(taken, ['large', 'large']);
    await clock.step(200);
    assert.deepEqual(taken, ['large', 'large']);
    assert.equal(queue.idle, true);
  });

  it('is taken at once when its rest has passed before it is added', async () => {
    const { clock, queue, taken } = followed(100);
    queue.add('large');
    await clock.step(101);
    queue.add('large');
    await clock.step(0);
    assert.deepEqual(taken, ['large', 'large']);
  });

  it('does not hold up others, and is idle while nothing asks for it', async () => {
    const { clock, queue, taken } = followed(100);
    queue.add('large');
    await clock.step(1);
    assert.equal(queue.idle, true);
    queue.add('small');
    await clock.step(0);
    queue.add('small');
    await clock.step(0);
    assert.deepEqual(taken, ['large', 'small', 'small']);
  });

  it('is not taken once the queue is closed', async () => {
    const { clock, queue, taken } = followed(100);
    queue.add('large');
    await clock.step(1);
    queue.add('large');
    queue.close();
    await clock.step(200);
    assert.deepEqual(taken, ['large']);
  });
});
