import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { Pod } from '../api/kinds/core/v1/pod.ts';
import type { PodInfo } from './cache/pod-info.ts';
import type { Profile } from './framework/plugin.ts';
import { type Status, SUCCESS, unschedulable } from './framework/status.ts';
import { defaultProfile } from './profile.ts';
import { RunningScheduler } from './testing/running-scheduler.fake.ts';

let running: RunningScheduler;

/** The default profile with more plugins. */
async function start(extra: Partial<Profile>): Promise<void> {
  running = new RunningScheduler({ profile: (sources) => ({ ...defaultProfile(sources), ...extra }) });
  await running.start();
}

const nameOf = ({ pod }: PodInfo) => pod.metadata.name ?? '';

/** A Reserve plugin that notes its calls, and answers the first pod with `status`. */
function reserving(name: string, calls: string[], status: Status = SUCCESS) {
  let answer = status;
  return {
    name,
    reserve(_state: unknown, pod: PodInfo, node: string) {
      calls.push(`${name} reserves ${node} for ${nameOf(pod)}`);
      const given = answer;
      answer = SUCCESS;
      return given;
    },
    unreserve: (_state: unknown, pod: PodInfo) => void calls.push(`${name} releases ${nameOf(pod)}`),
  };
}

const waits = (timeoutMs: number) => ({
  name: 'Gang',
  permit: () => ({ status: { code: 'Wait', reasons: [] } as const, timeoutMs }),
});

describe('extension points', () => {
  afterEach(() => running.stop());

  it('a rejected Reserve is undone in reverse order, and the pod waits for a change in the cluster', async () => {
    const calls: string[] = [];
    await start({ reserve: [reserving('A', calls), reserving('B', calls, unschedulable('no volume'))] });
    await running.addNode('a', '1');
    await running.addPod('p', '1');
    assert.deepEqual(calls, ['A reserves a for p', 'B reserves a for p', 'B releases p', 'A releases p']);
    const condition = await running.scheduled('p');
    assert.deepEqual(
      [condition?.reason, condition?.message],
      ['Unschedulable', '0/1 nodes are available: 1 no volume.'],
    );
    await running.cluster.step(60_000);
    assert.equal(await running.nodeOf('p'), undefined, 'nothing has changed');
    await running.addNode('b', '1');
    await running.cluster.step(10_000);
    assert.ok(await running.nodeOf('p'));
  });

  it('a pod that waits for Permit holds its place, and is rejected when its time is over', async () => {
    const calls: string[] = [];
    await start({ reserve: [reserving('A', calls)], permit: [waits(30_000)] });
    await running.addNode('a', '1');
    await running.addPod('waiting', '1');
    await running.addPod('other', '1');
    assert.equal(await running.nodeOf('waiting'), undefined);
    assert.match((await running.scheduled('other'))?.message ?? '', /Insufficient cpu/);
    await running.cluster.step(30_000);
    assert.equal(
      (await running.scheduled('waiting'))?.message,
      '0/1 nodes are available: 1 rejected due to timeout after waiting 30s at plugin Gang.',
    );
    assert.ok(calls.includes('A releases waiting'));
    assert.equal(calls.at(-1), 'A reserves a for other', 'the place that became free is given away');
  });

  it('a pod that is deleted while it waits for Permit gives its place back', async () => {
    const calls: string[] = [];
    await start({ reserve: [reserving('A', calls)], permit: [waits(600_000)] });
    await running.addNode('a', '1');
    await running.addPod('waiting', '1');
    await running.addPod('other', '1');
    await running.cluster.client.delete(Pod, 'waiting', 'default', { gracePeriodSeconds: 0 });
    await running.cluster.step(10_000);
    assert.deepEqual(calls.slice(1), ['A releases waiting', 'A reserves a for other']);
    const reasons = (await running.eventsOf('waiting')).map(({ reason }) => reason);
    assert.deepEqual(reasons, [], 'no event is recorded for a pod that is gone');
  });

  it('PreBind runs before Bind and PostBind after it; a failed PreBind is undone', async () => {
    const calls: string[] = [];
    let failures = 1;
    await start({
      reserve: [reserving('A', calls)],
      preBind: [
        {
          name: 'Mounts',
          async preBind() {
            if (failures-- > 0) throw new Error('no disk');
            calls.push('mounted');
            return SUCCESS;
          },
        },
      ],
      postBind: [{ name: 'Tells', postBind: (_state, pod) => void calls.push(`bound ${nameOf(pod)}`) }],
    });
    await running.addNode('a', '1');
    await running.addPod('p', '1');
    assert.deepEqual(calls, ['A reserves a for p', 'A releases p']);
    const condition = await running.scheduled('p');
    assert.deepEqual(
      [condition?.reason, condition?.message],
      ['SchedulerError', 'running PreBind plugin "Mounts": no disk'],
    );
    await running.cluster.step(1_000);
    assert.deepEqual(calls.slice(2), ['A reserves a for p', 'mounted', 'bound p']);
    assert.equal(await running.nodeOf('p'), 'a');
  });

  it('PostFilter adds its words to the message and nominates a node', async () => {
    let nominatedNode = 'a';
    await start({
      postFilter: [
        { name: 'Preempts', postFilter: () => ({ status: unschedulable('some words'), nominatedNode }) },
      ],
    });
    await running.addNode('a', '1');
    await running.addPod('small', '100m');
    await running.addPod('p', '1');
    assert.equal(
      (await running.scheduled('p'))?.message,
      '0/1 nodes are available: 1 Insufficient cpu. some words',
    );
    assert.equal((await running.get('p')).status?.nominatedNodeName, 'a');
    nominatedNode = '';
    await running.addPod('big', '900m', { nodeName: 'a' });
    await running.cluster.client.delete(Pod, 'small', 'default', { gracePeriodSeconds: 0 });
    await running.cluster.step(10_000);
    assert.equal((await running.get('p')).status?.nominatedNodeName, undefined);
  });

  it('a plugin that throws fails the attempt of its pod only', async () => {
    await start({
      filter: [
        {
          name: 'Broken',
          filter(_state, pod) {
            if (nameOf(pod) === 'p') throw new Error('boom');
            return SUCCESS;
          },
        },
      ],
    });
    await running.addNode('a', '1');
    await running.addPod('p', '1');
    await running.addPod('q', '1');
    assert.equal((await running.scheduled('p'))?.message, 'running "Broken" filter plugin: boom');
    assert.equal(await running.nodeOf('q'), 'a');
  });

  it('stop releases pods that wait for Permit, without an event', async () => {
    const calls: string[] = [];
    await start({ reserve: [reserving('A', calls)], permit: [waits(600_000)] });
    await running.addNode('a', '1');
    await running.addPod('p', '1');
    await running.scheduler.stop();
    assert.equal(calls.at(-1), 'A releases p');
    assert.deepEqual(await running.eventsOf('p'), []);
  });
});
