// Pod groups with a gang policy in a running scheduler: all pods or none, with nobody else in the cluster.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { FeatureGates } from '../../api/features/feature-gates.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { PriorityClass } from '../../api/kinds/scheduling/v1/priority-class.ts';
import { PodGroup } from '../../api/kinds/scheduling/v1alpha2/pod-group.ts';
import { conditionOf } from '../../api/meta/v1/conditions.ts';
import { servedApis } from '../../cluster/runtime-config.ts';
import type { PodSpec } from '../../sim/objects/pod.ts';
import { RunningScheduler } from '../testing/running-scheduler.fake.ts';

const namespace = 'default';

describe('gangs', () => {
  let running: RunningScheduler;
  beforeEach(async () => {
    const features = new FeatureGates('GenericWorkload=true,GangScheduling=true');
    const apis = await servedApis('scheduling.k8s.io/v1alpha2=true', features);
    running = new RunningScheduler({ features, ...(apis && { apis }) });
    await running.start();
  });
  afterEach(() => running.stop());

  async function addGroup(name: string, minCount: number): Promise<void> {
    await running.cluster.client.create(PodGroup, {
      ...{ apiVersion: 'scheduling.k8s.io/v1alpha2', kind: 'PodGroup', metadata: { name, namespace } },
      spec: { schedulingPolicy: { gang: { minCount } } },
    });
    await running.cluster.settle();
  }

  const add = (group: string, name: string, cpu = '1', spec: Partial<PodSpec> = {}) =>
    running.addPod(name, cpu, { schedulingGroup: { podGroupName: group }, ...spec });

  const nodes = (...names: string[]) => Promise.all(names.map((name) => running.nodeOf(name)));

  async function condition(group: string) {
    const { status, reason, message } =
      conditionOf(await running.cluster.client.get(PodGroup, group, namespace), 'PodGroupScheduled') ?? {};
    return [status, reason, message];
  }

  it('no pod is tried before minCount of them are there', async () => {
    await running.addNode('a', '4');
    await addGroup('g', 3);
    await add('g', 'p1');
    await add('g', 'p2');
    assert.deepEqual(await nodes('p1', 'p2'), [undefined, undefined]);
    assert.deepEqual(await running.eventsOf('p1'), []);
    await add('g', 'p3');
    assert.deepEqual(await nodes('p1', 'p2', 'p3'), ['a', 'a', 'a']);
    assert.deepEqual(await condition('g'), ['True', 'Scheduled', '']);
  });

  it('pods wait for their group to exist', async () => {
    await running.addNode('a', '4');
    await add('g', 'p1');
    await add('g', 'p2');
    assert.deepEqual(await nodes('p1', 'p2'), [undefined, undefined]);
    await addGroup('g', 2);
    assert.deepEqual(await nodes('p1', 'p2'), ['a', 'a']);
  });

  it('none is bound where not all fit, and nothing is held', async () => {
    await running.addNode('a', '2');
    await addGroup('g', 3);
    for (const name of ['p1', 'p2', 'p3']) await add('g', name);
    assert.deepEqual(await nodes('p1', 'p2', 'p3'), [undefined, undefined, undefined]);
    assert.deepEqual(await condition('g'), ['False', 'Unschedulable', 'pod group is unschedulable']);
    assert.equal(
      (await running.scheduled('p1'))?.message,
      'pod group is unschedulable, one or more plugins asked to wait and no plugin rejected pod "p1"',
    );
    assert.match(
      (await running.scheduled('p3'))?.message ?? '',
      /^0\/1 nodes are available: 1 Insufficient cpu/,
    );
    await running.addPod('single', '2');
    assert.equal(await running.nodeOf('single'), 'a');
    await running.addNode('b', '3');
    await running.cluster.step(10_000);
    assert.deepEqual(await nodes('p1', 'p2', 'p3'), ['b', 'b', 'b']);
  });

  it('more pods than minCount are bound as far as they fit', async () => {
    await running.addNode('a', '2');
    await addGroup('g', 2);
    // The first two make the gang; the third comes when there is no room.
    for (const name of ['p1', 'p2', 'p3']) await add('g', name);
    assert.deepEqual(await nodes('p1', 'p2', 'p3'), ['a', 'a', undefined]);
    assert.deepEqual(await condition('g'), ['True', 'Scheduled', '']);
    await running.addNode('b', '1');
    await running.cluster.step(10_000);
    assert.equal(await running.nodeOf('p3'), 'b');
  });

  it('of two gangs that do not fit together one gets all', async () => {
    for (const name of ['a', 'b']) await running.addNode(name, '2');
    for (const group of ['g', 'h']) {
      await addGroup(group, 3);
      for (const i of [1, 2]) await add(group, `${group}${i}`);
    }
    // Both become ready in one moment.
    await Promise.all([add('g', 'g3'), add('h', 'h3')]);
    await running.cluster.step(60_000);
    const bound = (await nodes('g1', 'g2', 'g3', 'h1', 'h2', 'h3')).map((node) => node !== undefined);
    const [g, h] = [bound.slice(0, 3), bound.slice(3)];
    assert.deepEqual([g, h].sort(), [Array(3).fill(false), Array(3).fill(true)]);
  });

  it('a pod that is gone while its group is tried leaves no trace', async () => {
    await addGroup('g', 2);
    await running.addNode('a', '1');
    await add('g', 'p1');
    await add('g', 'p2');
    await running.cluster.client.delete(Pod, 'p2', namespace, { gracePeriodSeconds: 0 });
    await running.cluster.step(60_000);
    assert.equal(await running.nodeOf('p1'), undefined);
    await running.addPod('single', '1');
    assert.equal(await running.nodeOf('single'), 'a');
  });

  it('pods of another scheduler are there, but are not tried with the others', async () => {
    await running.addNode('a', '4');
    await addGroup('g', 2);
    await add('g', 'p1');
    await add('g', 'other', '1', { schedulerName: 'someone-else' });
    // The gang is not complete while the other one has no node.
    assert.equal(await running.nodeOf('p1'), undefined);
    await add('g', 'p2');
    assert.deepEqual(await nodes('p1', 'p2'), ['a', 'a']);
  });

  it('room is made for a gang by preemption, and it is bound then', async () => {
    await running.cluster.client.create(PriorityClass, {
      ...{
        apiVersion: 'scheduling.k8s.io/v1',
        kind: 'PriorityClass',
        metadata: { name: 'high' },
        value: 100,
      },
    });
    await running.addNode('a', '2');
    await running.addPod('low', '1');
    await addGroup('g', 2);
    for (const name of ['p1', 'p2']) await add('g', name, '1', { priorityClassName: 'high' });
    assert.deepEqual(await condition('g'), [
      ...['False', 'Unschedulable'],
      'pod group is unschedulable, pod group is waiting for preemption to complete',
    ]);
    assert.deepEqual(await nodes('p1', 'p2'), [undefined, undefined]);
    await running.cluster.client.delete(Pod, 'low', namespace, { gracePeriodSeconds: 0 });
    await running.cluster.step(20_000);
    assert.deepEqual(await nodes('p1', 'p2'), ['a', 'a']);
  });

  it('a group with a basic policy keeps nobody waiting', async () => {
    await running.addNode('a', '1');
    await running.cluster.client.create(PodGroup, {
      ...{ apiVersion: 'scheduling.k8s.io/v1alpha2', kind: 'PodGroup', metadata: { name: 'g', namespace } },
      spec: { schedulingPolicy: { basic: {} } },
    });
    await add('g', 'p1');
    await add('g', 'p2');
    assert.deepEqual(await nodes('p1', 'p2'), ['a', undefined]);
  });
});
