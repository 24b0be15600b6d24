import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { EventCorrelator } from './event-correlator.ts';

const object = { kind: 'Pod', namespace: 'ns', name: 'p', uid: 'u' };
const event = (message: string) => ({ object, type: 'Warning', reason: 'Failed', message });

describe('the event correlator', () => {
  it('treats events with the same message as equal', () => {
    const correlator = new EventCorrelator(new SteppedClock());
    assert.equal(correlator.observe(event('a'))?.key, correlator.observe(event('a'))?.key);
    assert.notEqual(correlator.observe(event('a'))?.key, correlator.observe(event('b'))?.key);
  });

  it('combines the tenth similar event within ten minutes', async () => {
    const clock = new SteppedClock();
    const correlator = new EventCorrelator(clock);
    const messages = Array.from({ length: 11 }, (_, i) => correlator.observe(event(`m${i}`))?.message);
    assert.equal(messages[8], 'm8');
    assert.equal(messages[9], '(combined from similar events): m9');
    await clock.step(11 * 60_000);
    assert.equal(correlator.observe(event('later'))?.message, 'later');
  });

  it('lets 25 events of an object through at once, then one in five minutes', async () => {
    const clock = new SteppedClock();
    const correlator = new EventCorrelator(clock);
    const passed = Array.from({ length: 30 }, () => correlator.observe(event('a'))).filter(Boolean);
    assert.equal(passed.length, 25);
    await clock.step(5 * 60_000);
    assert.ok(correlator.observe(event('a')));
    assert.equal(correlator.observe(event('a')), undefined);
  });

  it('keeps no more messages of an object than it needs, whatever it has to say', async () => {
    assert.ok(globalThis.gc, 'needs --expose-gc');
    const clock = new SteppedClock();
    const correlator = new EventCorrelator(clock);
    const used = () => {
      globalThis.gc!();
      return process.memoryUsage().heapUsed;
    };
    const before = used();
    for (let i = 0; i < 2_000; i++) {
      // Another text in memory each time, as one that came from outside.
      correlator.observe(event(Buffer.alloc(10_000, `${i} `).toString('latin1')));
      await clock.step(5 * 60_000);
    }
    assert.ok(used() - before < 5_000_000);
    assert.ok(correlator.observe(event('still')));
  });
});
