import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BusyClock } from '../../kit/clock.fake.ts';
import type { Steps } from '../../kit/clock.ts';
import { Renderings } from './renderings.ts';

/** Three steps, which are recorded, and a fault at the end of them if there is no result. */
function* steps(name: string, record: string[], result?: string): Steps<string> {
  for (let i = 1; i <= 3; i++) {
    yield;
    record.push(`${name}${i}`);
  }
  if (result === undefined) throw new Error(`${name} failed`);
  return result;
}

test('renderings that rest follow each other, also if one fails', async () => {
  const renderings = new Renderings(new BusyClock());
  const record: string[] = [];
  const results = await Promise.allSettled([
    renderings.run(() => steps('a', record, 'A')),
    renderings.run(() => steps('b', record)),
    renderings.run(() => steps('c', record, 'C')),
  ]);
  assert.deepEqual(record, ['a1', 'a2', 'a3', 'b1', 'b2', 'b3', 'c1', 'c2', 'c3']);
  assert.deepEqual(
    results.map((settled) => (settled.status === 'fulfilled' ? settled.value : settled.reason.message)),
    ['A', 'b failed', 'C'],
  );
});

test('what has been made is answered at once, also while something is rendered', async () => {
  const renderings = new Renderings(new BusyClock());
  const rendering = renderings.run(() => steps('a', [], 'A'));
  assert.ok(rendering instanceof Promise);
  // biome-ignore lint/correctness/useYield: nothing is left to do
  const known = renderings.run(function* () {
    return 'B';
  });
  assert.equal(known, 'B');
  assert.equal(await rendering, 'A');
});

test('what waits begins anew: it finds what was made meanwhile', async () => {
  const renderings = new Renderings(new BusyClock());
  const record: string[] = [];
  let made: string | undefined;
  const reading = () =>
    renderings.run(function* () {
      made ??= yield* steps('a', record, 'A');
      return made;
    });
  assert.deepEqual(await Promise.all([reading(), reading(), reading()]), ['A', 'A', 'A']);
  assert.deepEqual(record, ['a1', 'a2', 'a3']);
});
