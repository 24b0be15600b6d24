import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { Node } from '../../api/kinds/core/v1/node.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { PriorityClass } from '../../api/kinds/scheduling/v1/priority-class.ts';
import type { Placement } from '../../api/pods/placement.ts';
import { isTooManyRequests, StatusError } from '../../api/status/status-error.ts';
import { RunningScheduler } from '../testing/running-scheduler.fake.ts';

describe('why a pod has no node', () => {
  let running: RunningScheduler;
  beforeEach(async () => {
    running = new RunningScheduler({});
    await running.start();
  });
  afterEach(() => running.stop());

  async function why(name: string): Promise<Placement> {
    const answer = running.scheduler.placements.of('default', name);
    await running.cluster.settle();
    return answer;
  }

  it('is told of a pod that fits nowhere, with its place in the queue and the last message', async () => {
    await running.addNode('n1', '1');
    const { metadata } = await running.addPod('big', '1500m');
    const placement = await why('big');
    assert.deepEqual(placement.pod, { namespace: 'default', name: 'big', uid: metadata.uid });
    assert.equal(placement.state, 'Unschedulable');
    assert.deepEqual(placement.queue, { attempts: 1, waitingSeconds: 0 });
    assert.deepEqual(placement.lastAttempt?.plugins, ['NodeResourcesFit']);
    assert.match(placement.lastAttempt?.message ?? '', /^0\/1 nodes are available: 1 Insufficient cpu\./);
    assert.deepEqual(placement.nodes?.verdicts[0]?.rejections[0]?.obstacles, [
      { type: 'Resource', resource: 'cpu', requested: '1500m', free: '1', total: '1', missing: '500m' },
    ]);
  });

  it('is that there are no nodes', async () => {
    await running.addPod('early', '1');
    const { state, nodes } = await why('early');
    assert.deepEqual([state, nodes?.total], ['Unschedulable', 0]);
  });

  it('changes with the cluster, without another attempt of the pod', async () => {
    await running.addNode('n1', '1');
    await running.addPod('big', '1500m');
    await running.cluster.client.patch(Node, 'n1', undefined, 'merge', { spec: { unschedulable: true } });
    await running.cluster.settle();
    const plugins = (await why('big')).nodes?.verdicts[0]?.rejections.map(({ plugin }) => plugin);
    assert.deepEqual(plugins, ['NodeUnschedulable', 'NodeResourcesFit']);
  });

  it('is the gates of a pod that has some; no node is asked', async () => {
    await running.addNode('n1', '1');
    await running.addPod('gated', '1', { schedulingGates: [{ name: 'a' }, { name: 'b' }] });
    const { state, reasons, nodes } = await why('gated');
    assert.deepEqual([state, reasons, nodes], ['Gated', ['waiting for scheduling gates: [a b]'], undefined]);
  });

  it('is that the pod is somebody else’s', async () => {
    await running.addPod('foreign', '1', { schedulerName: 'mine' });
    const { state, schedulerName, queue } = await why('foreign');
    assert.deepEqual([state, schedulerName, queue], ['OtherScheduler', 'mine', undefined]);
  });

  it('names the node of a pod that has one, and nothing for one that has finished or is not known', async () => {
    await running.addNode('n1', '1');
    await running.addPod('small', '100m');
    const { state, node } = await why('small');
    assert.deepEqual([state, node], ['Bound', 'n1']);
    const pod = await running.get('small');
    await running.cluster.client.update(
      Pod,
      { ...pod, status: { phase: 'Succeeded' } },
      { subresource: 'status' },
    );
    await running.cluster.settle();
    assert.equal((await why('small')).state, 'Finished');
    assert.equal((await why('none')).state, 'Unknown');
  });

  it('is the node where preemption makes room, while the victims end', async () => {
    await running.cluster.client.create(PriorityClass, {
      ...{
        apiVersion: 'scheduling.k8s.io/v1',
        kind: 'PriorityClass',
        metadata: { name: 'high' },
        value: 100,
      },
    });
    await running.addNode('n1', '1');
    await running.addPod('low', '1');
    await running.addPod('urgent', '1', { priorityClassName: 'high' });
    assert.equal((await why('urgent')).nominatedNode, 'n1');
  });

  it('is not worked out for more than ten at once', async () => {
    await running.addNode('n1', '1');
    await running.addPod('big', '2');
    const asked = Array.from({ length: 12 }, () => running.scheduler.placements.of('default', 'big'));
    const answers = await Promise.allSettled(asked);
    const refused = answers.filter(({ status }) => status === 'rejected');
    assert.equal(refused.length, 2);
    for (const { reason } of refused as PromiseRejectedResult[])
      assert.ok(reason instanceof StatusError && isTooManyRequests(reason));
    assert.equal((await why('big')).state, 'Unschedulable', 'later ones are answered');
  });

  it('ends early for one who has left', async () => {
    await running.addNode('n1', '1');
    await running.addPod('big', '2');
    const gone = AbortSignal.abort();
    const { nodes } = await running.scheduler.placements.of('default', 'big', gone);
    assert.equal(nodes, undefined);
  });
});
