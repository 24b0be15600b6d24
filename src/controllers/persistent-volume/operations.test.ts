import assert from 'node:assert/strict';
import { it } from 'node:test';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { MetricsRegistry } from '../../kit/metrics.ts';
import { Operations } from './operations.ts';

it('an operation is timed from its first attempt to its end, and failures on the way are counted', async () => {
  const [clock, registry] = [new SteppedClock(), new MetricsRegistry()];
  const operations = new Operations(clock, registry);
  operations.begin('d/c', 'provision', 'p');
  const failing = () => Promise.reject(new Error('no'));
  await assert.rejects(operations.attempt('d/c', failing), { message: 'no' });
  await clock.step(2_000);
  operations.begin('d/c', 'provision', 'p');
  await clock.step(1_000);
  assert.equal(await operations.attempt('d/c', async () => 'yes'), 'yes');
  operations.done('d/c');
  operations.done('d/c');
  await assert.rejects(operations.attempt('d/c', failing));
  operations.begin('v', 'delete', '');
  operations.forget('v');
  operations.done('v');
  const labels = '{plugin_name="p",operation_name="provision"}';
  const lines = registry.render().split('\n');
  for (const line of [
    `volume_operation_total_seconds_sum${labels} 3`,
    `volume_operation_total_seconds_count${labels} 1`,
    `volume_operation_errors_total${labels} 1`,
    `volume_operation_total_errors${labels} 1`,
  ])
    assert.ok(lines.includes(line), line);
  assert.ok(!registry.render().includes('operation_name="delete"'));
});
