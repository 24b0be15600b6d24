import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SteppedClock, settle } from '../../kit/clock.fake.ts';
import { silentLogger } from '../../kit/log.ts';
import { MetricsRegistry } from '../../kit/metrics.ts';
import type { Enqueue, Result } from './controller.ts';
import { runController } from './loop.ts';
import { QueueMetrics } from './queue-metrics.ts';

test('the queue of a controller is measured under upstream’s name', async () => {
  const clock = new SteppedClock();
  const metrics = new MetricsRegistry();
  const queues = new QueueMetrics(clock, metrics);
  let wake: Enqueue = () => {};
  const attach = (enqueue: Enqueue) => {
    wake = enqueue;
    return () => {};
  };
  const rounds: PromiseWithResolvers<Result | undefined>[] = [];
  const controller = {
    name: 'endpointslice-controller',
    workers: 1,
    watches: [{ informer: { synced: async () => {} }, attach }],
    reconcile: () => {
      const round = Promise.withResolvers<Result | undefined>();
      rounds.push(round);
      return round.promise;
    },
  };
  const running = runController(controller, { clock, log: silentLogger, queues });
  await running.started;
  const measured = (name: string) =>
    Number(
      new RegExp(`^workqueue_${name}\\{name="endpoint_slice"\\} (.*)$`, 'm').exec(metrics.render())?.[1],
    );
  const values = () => ['adds_total', 'depth', 'retries_total'].map(measured);
  wake('a');
  wake('b');
  await settle();
  assert.deepEqual(values(), [2, 1, 0]);
  await clock.step(3_000);
  assert.deepEqual(['unfinished_work_seconds', 'longest_running_processor_seconds'].map(measured), [3, 3]);
  rounds[0]!.resolve({ requeueAfter: 60_000 });
  await settle();
  assert.deepEqual(values(), [2, 0, 1]);
  assert.deepEqual(['queue_duration_seconds_sum', 'work_duration_seconds_sum'].map(measured), [3, 3]);
  rounds[1]!.resolve(undefined);
  await running.stop();
  assert.equal(measured('longest_running_processor_seconds'), 0);
});
