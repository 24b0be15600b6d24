import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SteppedClock, settle } from '../../../kit/clock.fake.ts';
import { nextTurn } from '../../../kit/clock.ts';
import { type Contender, Turns } from './turns.ts';

/** Serving takes `costMs` of the clock. */
class Level implements Contender {
  readonly weight: number;
  timeUsed = 0;
  waiting: number;
  served = 0;
  readonly #cost: () => void;

  constructor(weight: number, waiting: number, cost: () => void) {
    this.weight = weight;
    this.waiting = waiting;
    this.#cost = cost;
  }

  ready(): boolean {
    return this.waiting > 0;
  }

  serveOne(): number {
    this.waiting--;
    this.served++;
    this.#cost();
    return 0;
  }
}

function setup() {
  const clock = new SteppedClock();
  let elapsed = 0;
  const busy = { now: () => clock.now(), monotonic: () => elapsed, turn: () => clock.turn() };
  const turns = new Turns({ ...busy, after: clock.after, every: clock.every, sleep: clock.sleep });
  const work = (ms: number) => () => {
    elapsed += ms;
  };
  return { turns, work, now: () => elapsed };
}

test('requests are served as they arrive for a few milliseconds of a turn, and again in the next turn', async () => {
  const { turns, work, now } = setup();
  assert.equal(turns.hasTime(now()), true);
  work(3)();
  assert.equal(turns.hasTime(now()), true);
  work(20)();
  assert.equal(turns.hasTime(now()), false);
  await settle();
  assert.equal(turns.hasTime(now()), true);
});

test('the event loop gets a turn after every slice of waiting requests', async () => {
  const { turns, work } = setup();
  const level = new Level(1, 100, work(1));
  turns.wake(level);
  let turn = 0;
  const perTurn: number[] = [];
  while (level.waiting > 0 && turn++ < 100) {
    const before = level.served;
    await nextTurn();
    if (level.served > before) perTurn.push(level.served - before);
  }
  assert.equal(level.served, 100);
  assert.ok(Math.max(...perTurn) <= 20, perTurn.join(' '));
});

test('levels with waiting requests share the time by their weights', async () => {
  const { turns, work } = setup();
  const heavy = new Level(30, 1000, work(1));
  const light = new Level(10, 1000, work(1));
  turns.wake(heavy);
  turns.wake(light);
  while (heavy.served + light.served < 400) await settle();
  assert.ok(Math.abs(heavy.served / light.served - 3) < 0.2, `${heavy.served} ${light.served}`);
});

test('a level that begins to wait is served before one that has been busy', async () => {
  const { turns, work } = setup();
  const busy = new Level(100, 1000, work(5));
  turns.wake(busy);
  while (busy.served < 50) await settle();
  const lease = new Level(10, 1, work(1));
  turns.wake(lease);
  const before = busy.served;
  while (lease.waiting > 0) await nextTurn();
  assert.ok(busy.served - before <= 4, `${busy.served - before}`);
});
