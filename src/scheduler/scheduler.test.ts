import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { Event } from '../api/kinds/core/v1/event.ts';
import { Node } from '../api/kinds/core/v1/node.ts';
import { Pod } from '../api/kinds/core/v1/pod.ts';
import type { Client } from '../client/client.ts';
import { createEventRecorder } from '../client/events/events.ts';
import { TestCluster } from '../cluster/testing/test-cluster.ts';
import { silentLogger } from '../kit/log.ts';
import { MetricsRegistry } from '../kit/metrics.ts';
import { Scheduler } from './scheduler.ts';

let cluster: TestCluster;
let scheduler: Scheduler;
let bindings: number;
let beforeBinding: () => Promise<void>;

/** The client, with something that happens just before a binding arrives. */
const meddled = (client: Client): Client =>
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
const get = (name: string) => cluster.client.get(Pod, name, namespace);
const nodeOf = async (name: string) => (await get(name)).spec?.nodeName;

async function addNode(name: string, cpu: string): Promise<void> {
  const allocatable = { cpu, memory: '4Gi', pods: '10' };
  const node = {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name },
    status: { allocatable, capacity: allocatable },
  };
  await cluster.client.create(Node, node);
  // A new node is tainted until it is ready; here nobody else would take that off.
  await cluster.client.patch(Node, name, undefined, 'merge', { spec: { taints: null } });
  await cluster.settle();
}

async function addPod(name: string, cpu: string, spec: Partial<NonNullable<Pod['spec']>> = {}): Promise<Pod> {
  const containers = [{ name: 'c', image: 'i', resources: { requests: { cpu } } }];
  const pod = await cluster.client.create(Pod, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace },
    spec: { containers, ...spec },
  });
  await cluster.settle();
  return pod;
}

const eventsOf = async (name: string) =>
  (await cluster.client.list(Event, { namespace, fieldSelector: `involvedObject.name=${name}` })).items;

describe('Scheduler', () => {
  beforeEach(async () => {
    cluster = new TestCluster();
    await cluster.start([]);
    const { informers, clock, random } = cluster;
    bindings = 0;
    beforeBinding = async () => {};
    const client = meddled(cluster.clientOf('system:kube-scheduler'));
    const log = silentLogger;
    const events = createEventRecorder({ client, clock, log, component: 'default-scheduler' });
    scheduler = new Scheduler({
      client,
      informers,
      events,
      clock,
      random,
      log,
      metrics: new MetricsRegistry(),
    });
    informers.start();
    void scheduler.run();
    await cluster.settle();
  });
  afterEach(async () => {
    await scheduler.stop();
    await cluster.stop();
  });

  it('binds a pod, sets its condition, and says so in an event', async () => {
    await addNode('a', '2');
    await addPod('p', '1');
    const { spec, status } = await get('p');
    assert.equal(spec?.nodeName, 'a');
    assert.deepEqual(
      status?.conditions?.map(({ type, status }) => [type, status]),
      [['PodScheduled', 'True']],
    );
    const [event] = await eventsOf('p');
    assert.equal(event?.reason, 'Scheduled');
    assert.equal(event?.message, 'Successfully assigned default/p to a');
    assert.equal(event?.source?.component, 'default-scheduler');
  });

  it('explains why a pod waits: in its condition, in an event, and node by node', async () => {
    await addNode('a', '1');
    const { uid } = (await addPod('big', '2')).metadata;
    const condition = (await get('big')).status?.conditions?.find(({ type }) => type === 'PodScheduled');
    const message =
      '0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.';
    assert.deepEqual(
      [condition?.status, condition?.reason, condition?.message],
      ['False', 'Unschedulable', message],
    );
    const [event] = await eventsOf('big');
    assert.deepEqual([event?.type, event?.reason, event?.message], ['Warning', 'FailedScheduling', message]);
    const [verdict] = scheduler.diagnosis(uid!)?.verdicts ?? [];
    assert.equal(verdict?.node, 'a');
    assert.equal(verdict.status.plugin, 'NodeResourcesFit');
    assert.equal(verdict.status.code, 'UnschedulableAndUnresolvable');
    assert.deepEqual(verdict.status.reasons, ['Insufficient cpu']);
  });

  it('places a waiting pod when a node comes, when another pod goes, and when it stops asking too much', async () => {
    await addNode('a', '1');
    await addPod('first', '1');
    await addPod('second', '1');
    assert.equal(await nodeOf('second'), undefined);
    await cluster.client.delete(Pod, 'first', namespace, { gracePeriodSeconds: 0 });
    await cluster.step(10_000);
    assert.equal(await nodeOf('second'), 'a');
    await addPod('third', '1');
    await addNode('b', '1');
    await cluster.step(10_000);
    assert.equal(await nodeOf('third'), 'b');
  });

  it('never promises one place twice, however quickly pods come', async () => {
    await addNode('a', '4');
    await Promise.all(Array.from({ length: 8 }, (_, i) => addPod(`p${i}`, '1')));
    await cluster.step(1_000);
    const placed = (await cluster.client.list(Pod, { namespace })).items.filter((pod) => pod.spec?.nodeName);
    assert.equal(placed.length, 4);
  });

  it('lets a pod rest that somebody else has bound at the same moment', async () => {
    await addNode('a', '1');
    beforeBinding = async () => {
      beforeBinding = async () => {};
      const metadata = { name: 'p', namespace };
      const target = { kind: 'Node', name: 'elsewhere' };
      await cluster.client.post(Pod, 'p', namespace, 'binding', {
        apiVersion: 'v1',
        kind: 'Binding',
        metadata,
        target,
      });
      await cluster.settle();
    };
    await addPod('p', '1');
    await cluster.clock.step(60_000);
    await cluster.settle();
    assert.equal(await nodeOf('p'), 'elsewhere');
    assert.equal(bindings, 1);
    await addPod('q', '1');
    assert.equal(await nodeOf('q'), 'a', 'the place on a is free');
  });

  it('leaves gated pods alone until the last gate is off, and pods of other schedulers for good', async () => {
    await addNode('a', '4');
    await addPod('gated', '1', { schedulingGates: [{ name: 'example.com/wait' }] });
    await addPod('foreign', '1', { schedulerName: 'other' });
    assert.equal(await nodeOf('gated'), undefined);
    await cluster.client.patch(Pod, 'gated', namespace, 'json', [
      { op: 'remove', path: '/spec/schedulingGates' },
    ]);
    await cluster.step(1_000);
    assert.equal(await nodeOf('gated'), 'a');
    assert.equal(await nodeOf('foreign'), undefined);
  });
});
