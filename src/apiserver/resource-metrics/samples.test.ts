import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { SteppedClock, settle } from '../../kit/clock.fake.ts';
import { silentLogger } from '../../kit/log.ts';
import { Samples } from './samples.ts';

describe('samples', () => {
  let clock: SteppedClock;
  let asked: string[];
  let answer: (node: string, signal: AbortSignal) => Promise<void>;
  let samples: Samples;
  beforeEach(() => {
    clock = new SteppedClock();
    asked = [];
    answer = async () => {};
    samples = new Samples({
      read: async (node, signal) => {
        asked.push(node);
        await answer(node, signal);
        return { node: { at: clock.now(), cpu: 0, memory: 0, startedAt: undefined }, pods: new Map() };
      },
      clock,
      log: silentLogger,
    });
  });

  /** How long the request waited. */
  async function refresh(...nodes: string[]): Promise<number> {
    const began = clock.now();
    let took: number | undefined;
    void samples.refresh(nodes).then(() => {
      took = clock.now() - began;
    });
    await settle();
    while (took === undefined) await clock.step(100);
    return took;
  }
  const window = (node: string): number | undefined => {
    const pair = samples.pair(node);
    return pair && pair.last.node!.at - pair.previous.node!.at;
  };

  it('reads a node twice for the first request, a second apart', async () => {
    assert.equal(await refresh('a'), 1000);
    assert.deepEqual(asked, ['a', 'a']);
    assert.equal(window('a'), 1000);
  });

  it('answers from what is known for ten seconds, then reads once more', async () => {
    await refresh('a');
    await clock.step(9000);
    assert.equal(await refresh('a'), 0);
    assert.equal(asked.length, 2);
    await clock.step(6000);
    assert.equal(await refresh('a'), 0);
    assert.equal(asked.length, 3);
    assert.equal(window('a'), 15_000);
  });

  it('reads twice again after a pause, so that a window is never long', async () => {
    await refresh('a');
    await clock.step(91_000);
    assert.equal(samples.pair('a'), undefined);
    assert.equal(await refresh('a'), 1000);
    assert.equal(window('a'), 1000);
  });

  it('reads a node once for several requests at the same time', async () => {
    const both = Promise.all([samples.refresh(['a']), samples.refresh(['a', 'b'])]);
    await clock.step(1000);
    await both;
    assert.deepEqual(asked.sort(), ['a', 'a', 'b', 'b']);
  });

  it('waits four seconds for a slow node, and not for one that did not answer the last time', async () => {
    answer = (node, signal) =>
      node === 'a'
        ? Promise.resolve()
        : new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('late'))));
    assert.equal(await refresh('a', 'b'), 4000);
    assert.ok(samples.pair('a'));
    await clock.step(10_000);
    assert.equal(await refresh('a', 'b'), 0);
    assert.equal(asked.filter((node) => node === 'b').length, 2);
    answer = async () => {};
    await clock.step(20_000);
    await refresh('b');
    await clock.step(2000);
    assert.ok(samples.pair('b'));
  });

  it('reads at most sixteen nodes at the same time', async () => {
    let running = 0;
    let most = 0;
    answer = async () => {
      most = Math.max(most, ++running);
      await clock.sleep(10);
      running--;
    };
    await refresh(...Array.from({ length: 50 }, (_, i) => `n${i}`));
    assert.equal(most, 16);
    assert.equal(asked.length, 100);
  });

  it('reads nothing while nobody asks, and forgets nodes after five minutes', async () => {
    await refresh('a');
    await clock.step(200_000);
    assert.equal(asked.length, 2);
    await refresh('b');
    await clock.step(101_000);
    assert.equal(samples.size, 1);
    await clock.step(600_000);
    assert.equal(samples.size, 0);
    assert.equal(asked.length, 4);
  });

  it('ends waiting when it is stopped', async () => {
    const waiting = samples.refresh(['a']);
    await settle();
    samples.stop();
    await waiting;
    assert.equal(samples.pair('a'), undefined);
  });
});
