import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SteppedClock } from '../../../kit/clock.fake.ts';
import { atOnce } from '../../../kit/clock.ts';
import { silentLogger } from '../../../kit/log.ts';
import { History, nodeKey, podKey, type Use } from './history.ts';
import { Sampler } from './sampler.ts';

const SECOND = 1000;
const HOUR = 3600 * SECOND;
const use = (cpu: number, memory = cpu * 100): Use => ({ cpu, memory });
const uses = (entries: Record<string, number>) =>
  new Map(Object.entries(entries).map(([key, cpu]) => [key, use(cpu)]));

describe('the history of usage', () => {
  it('has what was measured, with gaps where something was not there yet', () => {
    const history = new History();
    atOnce(history.add(1000, uses({ a: 1 })));
    atOnce(history.add(2000, uses({ a: 2, b: 5 })));
    assert.deepEqual(history.of('a', 2000), { times: [1000, 2000], cpu: [1, 2], memory: [100, 200] });
    assert.deepEqual(history.of('b', 2000), { times: [1000, 2000], cpu: [null, 5], memory: [null, 500] });
    assert.deepEqual(history.of('c', 2000), { times: [], cpu: [], memory: [] });
  });

  it('forgets what is gone, and what is older than an hour', () => {
    const history = new History();
    for (let i = 0; i <= 400; i++)
      atOnce(history.add(i * 20 * SECOND, uses({ a: i, ...(i < 200 && { b: 1 }) })));
    const now = 400 * 20 * SECOND;
    const { times, cpu } = history.of('a', now);
    assert.deepEqual([times.length, times[0], cpu.at(-1)], [180, now - 179 * 20 * SECOND, 400]);
    assert.equal(history.of('a', now + HOUR - 20 * SECOND).times.length, 2);
    assert.deepEqual(history.of('b', now).times, []);
    assert.equal(history.size, 1);
  });

  it('keeps so many, and says when there are more', () => {
    const history = new History();
    const many = (count: number) =>
      new Map(Array.from({ length: count }, (_, i) => [podKey('n', `p${i}`), use(1)]));
    atOnce(history.add(1, many(9_000)));
    assert.deepEqual([history.size, history.isFull], [7_000, true]);
    atOnce(history.add(2, many(10)));
    assert.deepEqual([history.size, history.isFull], [10, false]);
  });
});

describe('the sampler', () => {
  const start = (takes = 0) => {
    const clock = new SteppedClock();
    const measured: number[] = [];
    const measure = async () => {
      measured.push(clock.monotonic());
      if (takes > 0) await clock.sleep(takes);
      return uses({ [nodeKey('n1')]: measured.length });
    };
    return { clock, measured, sampler: new Sampler({ measure, clock, log: silentLogger }) };
  };

  it('measures nothing before somebody asks, then every twenty seconds', async () => {
    const { clock, measured, sampler } = start();
    await clock.step(60 * SECOND);
    assert.deepEqual(measured, []);
    sampler.use();
    await clock.step(61 * SECOND);
    assert.equal(measured.length, 4);
    assert.deepEqual(sampler.of(nodeKey('n1')).cpu, [1, 2, 3, 4]);
    sampler.stop();
  });

  it('ends an hour after the last use, and begins anew', async () => {
    const { clock, measured, sampler } = start();
    sampler.use();
    await clock.step(0.5 * HOUR);
    sampler.use();
    await clock.step(0.99 * HOUR);
    assert.equal(sampler.size, 1);
    await clock.step(0.1 * HOUR);
    assert.equal(sampler.size, 0);
    const count = measured.length;
    await clock.step(2 * HOUR);
    assert.equal(measured.length, count);
    sampler.use();
    await clock.step(SECOND);
    assert.equal(sampler.of(nodeKey('n1')).times.length, 1);
    sampler.stop();
  });

  it('takes at most a tenth of the time', async () => {
    const { clock, measured, sampler } = start(10 * SECOND);
    sampler.use();
    await clock.step(201 * SECOND);
    assert.deepEqual(measured, [0, 100 * SECOND, 200 * SECOND]);
    sampler.stop();
  });
});
