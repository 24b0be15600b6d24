import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { ClockCheck, whatMostSay } from './clock-check.ts';

const HOUR = 3_600_000;

test('most of all servers decide whose clock is off', () => {
  assert.equal(whatMostSay([]), undefined);
  assert.equal(whatMostSay([HOUR]), undefined, 'one against one');
  assert.equal(whatMostSay([HOUR, 5_000]), undefined, 'the other one is off');
  assert.equal(whatMostSay([HOUR, HOUR + 9_000]), HOUR);
  assert.equal(whatMostSay([-HOUR, HOUR]), undefined, 'nobody agrees');
  assert.equal(whatMostSay([HOUR, HOUR, 0, 0]), undefined);
  assert.equal(whatMostSay([HOUR, HOUR, HOUR, 0]), HOUR);
});

test('servers that have not renewed say nothing, as what they said is old', () => {
  const clock = new SteppedClock();
  const check = new ClockCheck(clock);
  const old = ['a', 'b'].map((server) => ({ server, time: clock.now() - HOUR }));
  check.look(old);
  check.look(old);
  assert.equal(check.problem, undefined);
  check.look(old.map(({ server, time }) => ({ server, time: time + 10_000 })));
  assert.match(check.problem ?? '', /about 3590 s ahead of those of most servers/);
});

test('what was heard long ago does not count: nobody answers a server that is cut off', async () => {
  const clock = new SteppedClock();
  const check = new ClockCheck(clock);
  const at = (ms: number) => ['a', 'b'].map((server) => ({ server, time: clock.now() + HOUR + ms }));
  check.look(at(0));
  const last = at(10_000);
  check.look(last);
  assert.match(check.problem ?? '', /behind those of most servers/);
  await clock.step(36_000);
  check.look(last);
  assert.equal(check.problem, undefined);
});
