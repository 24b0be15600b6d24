// Preemption from the pod that fits nowhere to its binding, with nobody else in the cluster: pods end when the test says so.
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { Pod } from '../api/kinds/core/v1/pod.ts';
import { PodDisruptionBudget } from '../api/kinds/policy/v1/pod-disruption-budget.ts';
import { PriorityClass } from '../api/kinds/scheduling/v1/priority-class.ts';
import { nameOf } from '../api/meta/v1/object.ts';
import type { Client } from '../client/client.ts';
import { aContainer, aPod, type PodSpec } from '../sim/objects/pod.ts';
import { defaultProfile } from './profile.ts';
import { RunningScheduler, type RunningSchedulerOptions } from './testing/running-scheduler.fake.ts';

const namespace = 'default';
let running: RunningScheduler;

async function start(options: RunningSchedulerOptions = {}): Promise<void> {
  running = new RunningScheduler(options);
  await running.start();
  await addClasses({ low: 1, middle: 10, high: 100 });
}

async function addClasses(values: Record<string, number>): Promise<void> {
  for (const [name, value] of Object.entries(values))
    await running.cluster.client.create(PriorityClass, {
      ...{ apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name }, value },
    });
}

const addPod = (name: string, cpu: string, priorityClassName: string, spec: Partial<PodSpec> = {}) =>
  running.addPod(name, cpu, { priorityClassName, ...spec });

/** A pod on a node that has room for nothing else; its end is a reason to try others again. */
async function addElsewhere(name: string): Promise<void> {
  await running.addNode('elsewhere', '100m');
  await addPod(name, '100m', 'low', { nodeName: 'elsewhere' });
}

/** As the kubelet does once the containers have ended. */
async function end(name: string): Promise<void> {
  await running.cluster.client.delete(Pod, name, namespace, { gracePeriodSeconds: 0 });
  await running.cluster.step(10_000);
}

const names = async () =>
  (await running.cluster.client.list(Pod, { namespace })).items.map((pod) => nameOf(pod)).sort();

const isEnding = async (name: string) => (await running.get(name)).metadata.deletionTimestamp !== undefined;

const nominated = async (name: string) => (await running.get(name)).status?.nominatedNodeName;

/** A client that first does something when a pod is patched or deleted. */
const before =
  (verb: 'patch' | 'delete', act: (name: string) => Promise<void>) =>
  (client: Client): Client =>
    new Proxy(client, {
      get(target, key) {
        const value: unknown = Reflect.get(target, key);
        if (typeof value !== 'function') return value;
        if (key !== verb) return value.bind(target);
        return async (...call: unknown[]) => {
          if (call[0] === Pod) await act(String(call[1]));
          return value.apply(target, call);
        };
      },
    });

describe('preemption', () => {
  afterEach(() => running.stop());

  it('deletes a pod of lower priority gracefully, says why, and takes its place once it is gone', async () => {
    await start();
    await running.addNode('a', '1');
    await addPod('low', '1', 'low');
    const { uid } = (await addPod('high', '1', 'high')).metadata;
    const low = await running.get('low');
    assert.equal(low.metadata.deletionGracePeriodSeconds, 30);
    const condition = low.status?.conditions?.find(({ type }) => type === 'DisruptionTarget');
    assert.deepEqual(
      [condition?.status, condition?.reason, condition?.message],
      ['True', 'PreemptionByScheduler', 'default-scheduler: preempting to accommodate a higher priority pod'],
    );
    const event = (await running.eventsOf('low')).find(({ reason }) => reason === 'Preempted');
    assert.deepEqual(
      [event?.type, event?.message, event?.action, event?.related?.name],
      ['Normal', `Preempted by pod ${uid} on node a`, 'Preempting', 'high'],
    );
    assert.equal(await nominated('high'), 'a');
    assert.equal((await running.scheduled('high'))?.message, '0/1 nodes are available: 1 Insufficient cpu.');
    await running.cluster.step(10_000);
    assert.equal(await running.nodeOf('high'), undefined, 'the containers of the other still run');
    await end('low');
    assert.equal(await running.nodeOf('high'), 'a');
    assert.equal(await nominated('high'), undefined, 'the node is no longer nominated but given');
    assert.match(running.metrics.render(), /^scheduler_preemption_victims_count 1$/m);
    assert.match(running.metrics.render(), /^scheduler_preemption_attempts_total 1$/m);
    assert.match(
      running.metrics.render(),
      /^scheduler_preemption_goroutines_execution_total\{result="success"\} 1$/m,
    );
  });

  it('does not look for more victims while the first ones end', async () => {
    await start();
    await running.addNode('a', '2');
    await addPod('one', '1', 'low');
    await addPod('two', '1', 'low');
    await addElsewhere('tiny');
    await addPod('high', '1', 'high');
    await end('tiny');
    assert.equal(Number(await isEnding('one')) + Number(await isEnding('two')), 1);
    assert.match(
      (await running.scheduled('high'))?.message ?? '',
      / no new claims to deallocate, preemption: not eligible due to a terminating pod on the nominated node\.$/,
    );
  });

  it('holds the room for the nominated pod against pods of equal or lower priority, but not of higher', async () => {
    await start();
    await running.addNode('a', '1');
    await addPod('low', '1', 'low');
    await addPod('middle', '1', 'middle');
    await addPod('late', '1', 'middle');
    await end('low');
    assert.equal(await running.nodeOf('middle'), 'a');
    assert.equal(await running.nodeOf('late'), undefined);
    await addPod('high', '1', 'high');
    await end('middle');
    assert.equal(await running.nodeOf('high'), 'a');
  });

  it('ends the nomination of a pod of lower priority on the same node', async () => {
    await start();
    await running.addNode('a', '3');
    for (const name of ['one', 'two', 'three']) await addPod(name, '1', 'low');
    await addPod('middle', '1', 'middle');
    assert.equal(await nominated('middle'), 'a');
    await addPod('high', '3', 'high');
    assert.equal(await nominated('high'), 'a');
    assert.equal(await nominated('middle'), undefined);
  });

  it('holds the room before the API shows the nomination', async () => {
    let proceed: () => void = () => {};
    await start({
      meddle: before('patch', async (name) => {
        if (name !== 'high') return;
        await new Promise<void>((resolve) => {
          proceed = resolve;
        });
      }),
    });
    await running.addNode('a', '1');
    await addPod('low', '1', 'low');
    await addPod('high', '1', 'high');
    await running.cluster.client.delete(Pod, 'low', namespace, { gracePeriodSeconds: 0 });
    await addPod('middle', '1', 'middle');
    assert.equal(await running.nodeOf('middle'), undefined);
    proceed();
    await running.cluster.step(1_000);
    assert.equal(await running.nodeOf('high'), 'a');
  });

  it('a pod whose policy is Never waits, ahead of pods of lower priority', async () => {
    await start();
    await running.cluster.client.create(PriorityClass, {
      ...{ apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name: 'patient' } },
      ...{ value: 1000, preemptionPolicy: 'Never' },
    });
    await running.addNode('a', '1');
    await addPod('low', '1', 'low');
    await addPod('patient', '1', 'patient');
    assert.equal(await isEnding('low'), false);
    assert.equal(
      (await running.scheduled('patient'))?.message,
      '0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: not eligible due to preemptionPolicy=Never.',
    );
  });

  it('prefers the node whose pods no disruption budget protects', async () => {
    await start();
    await running.addNode('a', '1');
    await running.addNode('b', '1');
    const { client } = running.cluster;
    const spec = (node: string): Partial<PodSpec> => ({
      nodeName: node,
      priorityClassName: 'low',
      containers: [aContainer('main', { resources: { requests: { cpu: '1' } } })],
    });
    await client.create(Pod, aPod('kept', spec('a'), { labels: { app: 'kept' } }));
    await client.create(Pod, aPod('other', { ...spec('b'), priorityClassName: 'middle' }));
    const budget = await client.create(PodDisruptionBudget, {
      ...{ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'kept', namespace } },
      spec: { minAvailable: 1, selector: { matchLabels: { app: 'kept' } } },
    });
    assert.equal(budget.status?.disruptionsAllowed, 0);
    await running.cluster.settle();
    await addPod('high', '1', 'high');
    assert.equal(await isEnding('other'), true, 'although its priority is higher');
    assert.equal(await isEnding('kept'), false);
  });

  it('is not tried again before all deletions were sent', async () => {
    let proceed: () => void = () => {};
    let deletions = 0;
    await start({
      meddle: before('delete', async () => {
        deletions++;
        await new Promise<void>((resolve) => {
          proceed = resolve;
        });
      }),
    });
    await running.addNode('a', '1');
    await addPod('low', '1', 'low');
    await addElsewhere('tiny');
    await addPod('high', '1', 'high');
    assert.equal(deletions, 1);
    const attempts = (await running.eventsOf('high'))[0]?.count;
    await end('tiny');
    assert.equal(deletions, 1);
    assert.equal((await running.eventsOf('high'))[0]?.count, attempts, 'it was not tried');
    proceed();
    await running.cluster.step(20_000);
    assert.match((await running.scheduled('high'))?.message ?? '', /terminating pod on the nominated node/);
  });

  it('tries again after its back-off when a deletion fails', async () => {
    let failures = 1;
    await start({
      meddle: before('delete', async () => {
        if (failures-- > 0) throw new Error('connection refused');
      }),
    });
    await running.addNode('a', '1');
    await addPod('low', '1', 'low');
    await addPod('high', '1', 'high');
    assert.equal(await isEnding('low'), false);
    await running.cluster.step(1_000);
    assert.equal(await isEnding('low'), true);
  });

  it('a pod that waits for Permit gives its place back and is not deleted', async () => {
    await start({
      profile: (sources) => ({
        ...defaultProfile(sources),
        permit: [
          {
            name: 'Gang',
            permit: (_state, { pod }) =>
              nameOf(pod) === 'low'
                ? { status: { code: 'Wait', reasons: [] }, timeoutMs: 600_000 }
                : { status: { code: 'Success', reasons: [] } },
          },
        ],
      }),
    });
    await running.addNode('a', '1');
    const low = await addPod('low', '1', 'low');
    const { uid } = (await addPod('high', '1', 'high')).metadata;
    await running.cluster.step(1_000);
    assert.equal(await running.nodeOf('high'), 'a');
    assert.equal((await running.get('low')).metadata.uid, low.metadata.uid);
    const event = (await running.eventsOf('low')).find(({ reason }) => reason === 'Preempted');
    assert.equal(event?.message, `Preempted by pod ${uid} on node a (in kube-scheduler memory).`);
  });

  it('a pod in PreBind is not bound when it is preempted', async () => {
    let proceed: () => void = () => {};
    await start({
      profile: (sources) => ({
        ...defaultProfile(sources),
        preBind: [
          {
            name: 'Mounts',
            async preBind(_state, { pod }) {
              if (nameOf(pod) === 'low')
                await new Promise<void>((resolve) => {
                  proceed = resolve;
                });
              return { code: 'Success', reasons: [] };
            },
          },
        ],
      }),
    });
    await running.addNode('a', '1');
    await addPod('low', '1', 'low');
    await addPod('high', '1', 'high');
    proceed();
    await running.cluster.settle();
    assert.equal((await running.scheduled('low'))?.message, 'preempted by DefaultPreemption');
    await running.cluster.step(1_000);
    assert.equal(await running.nodeOf('high'), 'a');
    assert.deepEqual(await names(), ['high', 'low']);
  });

  it('a nominated pod keeps its room over a restart of the scheduler', async () => {
    await start();
    await running.addNode('a', '1');
    await addPod('low', '1', 'low');
    await addPod('high', '1', 'high');
    await running.restartScheduler();
    await addPod('middle', '1', 'middle');
    assert.equal(await nominated('middle'), undefined, 'the node is nominated for another');
    await end('low');
    assert.equal(await running.nodeOf('high'), 'a');
    assert.equal(await running.nodeOf('middle'), undefined);
  });

  it('holds the room for a nominated pod from the start, whoever else is tried first', async () => {
    await start();
    await running.addNode('a', '1');
    await addPod('low', '1', 'low');
    await addPod('second', '1', 'high');
    await addPod('first', '1', 'high');
    await running.restartScheduler(() => end('low'));
    assert.deepEqual([await running.nodeOf('first'), await running.nodeOf('second')], [undefined, 'a']);
  });

  it('frees the room for others when the nominated pod is deleted', async () => {
    await start();
    await running.addNode('a', '1');
    await addPod('low', '1', 'low');
    await addPod('high', '1', 'high');
    await addPod('late', '1', 'middle');
    await running.cluster.client.delete(Pod, 'high', namespace, { gracePeriodSeconds: 0 });
    await end('low');
    assert.equal(await running.nodeOf('late'), 'a');
  });
});
