// What the scheduler's metrics say after pods have been scheduled, refused, kept out and kept waiting.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Status } from './framework/status.ts';
import { defaultProfile } from './profile.ts';
import { RunningScheduler } from './testing/running-scheduler.fake.ts';

const OK: Status = { code: 'Success', reasons: [] };

describe('scheduler metrics', () => {
  let running: RunningScheduler;
  beforeEach(async () => {
    running = new RunningScheduler({
      profile: (sources) => ({
        ...defaultProfile(sources),
        permit: [
          {
            name: 'Waits',
            permit: (_state, { key }) =>
              key.endsWith('/waits')
                ? { status: { code: 'Wait', reasons: [] }, timeoutMs: 3_000 }
                : { status: OK },
          },
        ],
      }),
    });
    await running.start();
    await running.addNode('a', '2');
  });
  afterEach(() => running.stop());

  /** The value of a series, by how its line begins. */
  function value(series: string): number | undefined {
    const line = running.metrics
      .render()
      .split('\n')
      .find((text) => text.startsWith(`scheduler_${series} `));
    return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(' ')));
  }

  it('attempts, and how long pods took that were scheduled', async () => {
    await running.addPod('p', '1');
    assert.equal(
      value('scheduling_attempt_duration_seconds_count{profile="default-scheduler",result="scheduled"}'),
      1,
    );
    assert.equal(value('pod_scheduling_attempts_bucket{le="1"}'), 1);
    assert.equal(value('pod_scheduling_sli_duration_seconds_count{attempts="1"}'), 1);
    for (const point of ['PreFilter', 'Filter', 'Reserve', 'Permit', 'PreBind', 'Bind', 'PostBind'])
      assert.equal(
        value(
          `framework_extension_point_duration_seconds_count{extension_point="${point}",status="Success",profile="default-scheduler"}`,
        ),
        1,
        point,
      );
  });

  it('pods that wait, by place and by plugin, until they have a node', async () => {
    await running.addPod('big', '3');
    await running.addPod('gated', '1', { schedulingGates: [{ name: 'g' }] });
    assert.deepEqual(
      ['active', 'backoff', 'unschedulable', 'gated'].map((queue) => value(`pending_pods{queue="${queue}"}`)),
      [0, 0, 1, 1],
    );
    const fit = 'unschedulable_pods{plugin="NodeResourcesFit",profile="default-scheduler"}';
    assert.equal(value(fit), 1);
    assert.equal(value('unschedulable_pods{plugin="SchedulingGates",profile="default-scheduler"}'), 1);
    assert.equal(
      value(
        'framework_extension_point_duration_seconds_count{extension_point="PostFilter",status="Unschedulable",profile="default-scheduler"}',
      ),
      1,
    );
    await running.addNode('b', '4');
    await running.cluster.step(10_000);
    assert.equal(value(fit), undefined);
    // A new node is tainted at first: that was the second attempt.
    assert.equal(value('pod_scheduling_sli_duration_seconds_count{attempts="3"}'), 1);
    assert.deepEqual(
      ['nodes', 'pods', 'assumed_pods'].map((type) => value(`cache_size{type="${type}"}`)),
      [2, 1, 0],
    );
  });

  it('why pods come into the queues', async () => {
    await running.addPod('big', '3');
    await running.addNode('b', '4');
    await running.cluster.step(10_000);
    assert.equal(value('queue_incoming_pods_total{queue="active",event="UnschedulablePodAdd"}'), 1);
    assert.equal(value('queue_incoming_pods_total{queue="unschedulable",event="ScheduleAttemptFailure"}'), 2);
    assert.equal(value('queue_incoming_pods_total{queue="backoff",event="NodeAdd"}'), 1);
  });

  it('how long pods wait for Permit', async () => {
    await running.addPod('waits', '1');
    assert.equal(value('cache_size{type="assumed_pods"}'), 1);
    await running.cluster.step(3_000);
    assert.equal(value('permit_wait_duration_seconds_sum{result="Unschedulable"}'), 3);
    assert.equal(value('permit_wait_duration_seconds_count{result="Unschedulable"}'), 1);
  });
});
