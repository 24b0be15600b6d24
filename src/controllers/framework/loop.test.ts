import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { notFound } from '../../api/status/status-error.ts';
import { SteppedClock, settle } from '../../kit/clock.fake.ts';
import { createLogger, silentLogger } from '../../kit/log.ts';
import type { Controller, Enqueue, Watch } from './controller.ts';
import { runController } from './loop.ts';

/** A controller that is woken by `wake` and reconciles as the test says. */
function started(
  reconcile: Controller['reconcile'],
  start?: Controller['start'],
  log = silentLogger,
  restMs?: Controller['restMs'],
) {
  const clock = new SteppedClock();
  let wake: Enqueue = () => {};
  const watch: Watch = {
    informer: { synced: async () => {} },
    attach: (enqueue) => {
      wake = enqueue;
      return () => {};
    },
  };
  const controller: Controller = {
    ...{ name: 'test', watches: [watch], reconcile },
    ...(start && { start }),
    ...(restMs && { restMs }),
  };
  const running = runController(controller, { clock, log });
  return { clock, running, wake: (key: string) => wake(key) };
}

describe('the loop of a controller', () => {
  it('does not warn when the object of the key was deleted while it was handled', async () => {
    const lines: string[] = [];
    const log = createLogger({ level: 'info', now: () => 0, write: (line) => lines.push(line) });
    const missing = (name: string) => notFound({ group: 'apps', resource: 'deployments' }, name);
    const errors = [missing('gone'), missing('other')];
    const { running, wake, clock } = started(
      async () => {
        const error = errors.shift();
        if (error) throw error;
      },
      undefined,
      log,
    );
    await running.started;
    wake('ns/gone');
    await settle();
    assert.deepEqual(lines, []);
    await clock.step(10_000);
    assert.equal(lines.length, 1, 'what else is missing is a failure');
    await running.stop();
  });

  it('stops only when the running reconcile has ended, and starts no other', async () => {
    const seen: string[] = [];
    const blocked = Promise.withResolvers<undefined>();
    const { running, wake } = started((key) => {
      seen.push(key);
      return blocked.promise;
    });
    await running.started;
    wake('a');
    await settle();
    let stopped = false;
    const stopping = running.stop().then(() => {
      stopped = true;
    });
    wake('a');
    wake('b');
    await settle();
    assert.equal(stopped, false);
    blocked.resolve(undefined);
    await stopping;
    assert.deepEqual(seen, ['a']);
  });

  it('stops only when a start that is running has ended, and reconciles nothing then', async () => {
    const seen: string[] = [];
    const blocked = Promise.withResolvers<void>();
    const { running, wake } = started(
      async (key) => void seen.push(key),
      () => blocked.promise,
    );
    wake('a');
    await settle();
    let stopped = false;
    const stopping = running.stop().then(() => {
      stopped = true;
    });
    await settle();
    assert.equal(stopped, false);
    blocked.resolve();
    await stopping;
    await running.started;
    assert.deepEqual(seen, []);
  });

  it('never reconciles one key twice at once, but again when it changed meanwhile', async () => {
    const rounds: PromiseWithResolvers<undefined>[] = [];
    const { running, wake } = started(() => {
      const round = Promise.withResolvers<undefined>();
      rounds.push(round);
      return round.promise;
    });
    await running.started;
    wake('a');
    await settle();
    wake('a');
    await settle();
    assert.equal(rounds.length, 1);
    rounds[0]!.resolve(undefined);
    await settle();
    assert.equal(rounds.length, 2);
    rounds[1]!.resolve(undefined);
    await running.stop();
  });

  it('gathers the changes of a key that rests, from the beginning of one round to the next', async () => {
    const seen: number[] = [];
    const { clock, running, wake } = started(
      async () => {
        seen.push(clock.monotonic());
        await clock.sleep(30);
        if (seen.length === 2) throw new Error('also after a failure');
      },
      undefined,
      silentLogger,
      () => 100,
    );
    await running.started;
    for (let changes = 0; changes < 250; changes++) {
      wake('a');
      await clock.step(1);
    }
    assert.deepEqual(seen, [0, 100, 200]);
    await running.stop();
  });

  it('retries a start that failed before it reconciles anything', async () => {
    let attempts = 0;
    const seen: string[] = [];
    const { clock, running, wake } = started(
      async (key) => void seen.push(key),
      async () => {
        attempts++;
        if (attempts === 1) throw new Error('the API server is away');
      },
    );
    wake('a');
    await settle();
    assert.deepEqual(seen, []);
    await clock.step(1_000);
    await running.started;
    await settle();
    assert.deepEqual([attempts, seen], [2, ['a']]);
    await running.stop();
  });
});
