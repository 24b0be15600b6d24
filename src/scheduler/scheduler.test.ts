import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { Node } from '../api/kinds/core/v1/node.ts';
import { Pod } from '../api/kinds/core/v1/pod.ts';
import type { Client } from '../client/client.ts';
import { RunningScheduler } from './testing/running-scheduler.fake.ts';

let running: RunningScheduler;
let bindings: number;
let beforeBinding: () => Promise<void>;

/** The client, with something that happens just before a binding arrives. */
const meddle = (client: Client): Client =>
  new Proxy(client, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key);
      if (key !== 'post') return typeof value === 'function' ? value.bind(target) : value;
      return async (...call: Parameters<Client['post']>) => {
        bindings++;
        await beforeBinding();
        return target.post(...call);
      };
    },
  });

const namespace = 'default';

describe('Scheduler', () => {
  beforeEach(async () => {
    bindings = 0;
    beforeBinding = async () => {};
    running = new RunningScheduler({ meddle });
    await running.start();
  });
  afterEach(() => running.stop());

  it('binds a pod, sets its condition, and records an event', async () => {
    await running.addNode('a', '2');
    await running.addPod('p', '1');
    const { spec, status } = await running.get('p');
    assert.equal(spec?.nodeName, 'a');
    assert.deepEqual(
      status?.conditions?.map(({ type, status }) => [type, status]),
      [['PodScheduled', 'True']],
    );
    const [event] = await running.eventsOf('p');
    assert.equal(event?.reason, 'Scheduled');
    assert.equal(event?.message, 'Successfully assigned default/p to a');
    assert.equal(event?.source?.component, 'default-scheduler');
  });

  it('explains why a pod waits: in its condition, in an event, and node by node', async () => {
    await running.addNode('a', '1');
    const { uid } = (await running.addPod('big', '2')).metadata;
    const condition = await running.scheduled('big');
    const message =
      '0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.';
    assert.deepEqual(
      [condition?.status, condition?.reason, condition?.message],
      ['False', 'Unschedulable', message],
    );
    const [event] = await running.eventsOf('big');
    assert.deepEqual([event?.type, event?.reason, event?.message], ['Warning', 'FailedScheduling', message]);
    const [verdict] = running.scheduler.diagnosis(uid!)?.verdicts ?? [];
    assert.equal(verdict?.node, 'a');
    assert.equal(verdict.status.plugin, 'NodeResourcesFit');
    assert.equal(verdict.status.code, 'UnschedulableAndUnresolvable');
    assert.deepEqual(verdict.status.reasons, ['Insufficient cpu']);
  });

  it('places a waiting pod when a node is added, when another pod is deleted, and when it asks for less', async () => {
    const { cluster } = running;
    await running.addNode('a', '1');
    await running.addPod('first', '1');
    await running.addPod('second', '1');
    assert.equal(await running.nodeOf('second'), undefined);
    await cluster.client.delete(Pod, 'first', namespace, { gracePeriodSeconds: 0 });
    await cluster.step(10_000);
    assert.equal(await running.nodeOf('second'), 'a');
    await running.addPod('third', '1');
    await running.addNode('b', '1');
    await cluster.step(10_000);
    assert.equal(await running.nodeOf('third'), 'b');
  });

  it('does not try a waiting pod again for what cannot help it: heartbeats, statuses, pods that come', async () => {
    const { client } = running.cluster;
    await running.addNode('a', '1');
    await running.addPod('first', '500m');
    await running.addPod('second', '1');
    const attempts = async () => (await running.eventsOf('second'))[0]?.count;
    assert.equal(await attempts(), 1);
    const ready = { type: 'Ready', status: 'True', lastHeartbeatTime: '2026-01-01T00:00:00Z' };
    await client.patch(
      Node,
      'a',
      undefined,
      'strategic',
      { status: { conditions: [ready] } },
      { subresource: 'status' },
    );
    await client.patch(
      Pod,
      'first',
      namespace,
      'merge',
      { status: { phase: 'Running' } },
      { subresource: 'status' },
    );
    await running.addPod('third', '500m');
    await running.cluster.step(20_000);
    assert.equal(await attempts(), 1);
    await client.patch(
      Node,
      'a',
      undefined,
      'merge',
      { status: { allocatable: { cpu: '2' } } },
      { subresource: 'status' },
    );
    await running.cluster.settle();
    assert.equal(await running.nodeOf('second'), 'a');
  });

  it('never gives one place to two pods, however quickly they are created', async () => {
    await running.addNode('a', '4');
    await Promise.all(Array.from({ length: 8 }, (_, i) => running.addPod(`p${i}`, '1')));
    await running.cluster.step(1_000);
    const pods = (await running.cluster.client.list(Pod, { namespace })).items;
    assert.equal(pods.filter((pod) => pod.spec?.nodeName).length, 4);
  });

  it('leaves a pod alone that another scheduler has bound at the same moment', async () => {
    const { cluster } = running;
    await running.addNode('a', '1');
    beforeBinding = async () => {
      beforeBinding = async () => {};
      await cluster.client.post(Pod, 'p', namespace, 'binding', {
        apiVersion: 'v1',
        kind: 'Binding',
        metadata: { name: 'p', namespace },
        target: { kind: 'Node', name: 'elsewhere' },
      });
      await cluster.settle();
    };
    await running.addPod('p', '1');
    await cluster.step(60_000);
    assert.equal(await running.nodeOf('p'), 'elsewhere');
    assert.equal(bindings, 1);
    await running.addPod('q', '1');
    assert.equal(await running.nodeOf('q'), 'a', 'the place on a is free');
  });

  it('leaves gated pods alone until the last gate is removed, and pods of other schedulers for good', async () => {
    const { cluster } = running;
    await running.addNode('a', '4');
    await running.addPod('gated', '1', { schedulingGates: [{ name: 'example.com/wait' }] });
    await running.addPod('foreign', '1', { schedulerName: 'other' });
    assert.equal(await running.nodeOf('gated'), undefined);
    await cluster.client.patch(Pod, 'gated', namespace, 'json', [
      { op: 'remove', path: '/spec/schedulingGates' },
    ]);
    await cluster.step(1_000);
    assert.equal(await running.nodeOf('gated'), 'a');
    assert.equal(await running.nodeOf('foreign'), undefined);
  });

  it('tries a pod whose binding failed again after its back-off, and says what happened', async () => {
    await running.addNode('a', '1');
    beforeBinding = async () => {
      beforeBinding = async () => {};
      throw new Error('connection refused');
    };
    await running.addPod('p', '1');
    const message = 'running Bind plugin "DefaultBinder": connection refused';
    const condition = await running.scheduled('p');
    assert.deepEqual([condition?.reason, condition?.message], ['SchedulerError', message]);
    assert.deepEqual(
      (await running.eventsOf('p')).map((event) => [event.reason, event.message]),
      [['FailedScheduling', message]],
    );
    assert.equal(await running.nodeOf('p'), undefined);
    await running.cluster.step(1_000);
    assert.equal(await running.nodeOf('p'), 'a');
  });

  it('gives other pods another try when a binding fails', async () => {
    await running.addNode('a', '1');
    let fail: (error: Error) => void = () => {};
    beforeBinding = () =>
      new Promise((_resolve, reject) => {
        fail = reject;
      });
    await running.addPod('first', '1');
    await running.addPod('second', '1', { priority: 0 });
    assert.match((await running.scheduled('second'))?.message ?? '', /Insufficient cpu/);
    beforeBinding = async () => {};
    const { client } = running.cluster;
    await client.delete(Pod, 'first', namespace, { gracePeriodSeconds: 0 });
    fail(new Error('connection refused'));
    await running.cluster.step(1_000);
    assert.equal(await running.nodeOf('second'), 'a');
  });

  it('stops only when no binding is in flight', async () => {
    await running.addNode('a', '1');
    let proceed: () => void = () => {};
    beforeBinding = () =>
      new Promise((resolve) => {
        proceed = resolve;
      });
    await running.addPod('p', '1');
    let stopped = false;
    const stop = running.scheduler.stop().then(() => {
      stopped = true;
    });
    await running.cluster.settle();
    assert.equal(stopped, false);
    proceed();
    await stop;
    assert.equal(await running.nodeOf('p'), 'a');
  });
});
