import assert from 'node:assert/strict';
import { it } from 'node:test';
import { podInfo } from '../cache/pod-info.ts';
import { aPod } from '../testing/objects.fake.ts';
import { prioritySort } from './priority-sort.ts';
import { schedulingGates } from './scheduling-gates.ts';

it('SchedulingGates keeps a pod out of the queue while it has gates', () => {
  const gated = aPod({ schedulingGates: [{ name: 'a' }, { name: 'b' }] });
  const status = schedulingGates.preEnqueue(podInfo(gated));
  assert.equal(status.code, 'UnschedulableAndUnresolvable');
  assert.deepEqual(status.reasons, ['waiting for scheduling gates: [a b]']);
  assert.equal(schedulingGates.preEnqueue(podInfo(aPod({ schedulingGates: [] }))).code, 'Success');
});

it('PrioritySort puts higher priority first, then the pod that was last queued first', () => {
  const queued = (priority: number, queuedAt: number) => ({
    info: podInfo(aPod({ priority })),
    ...{ attempts: 1, since: 9 - queuedAt, queuedAt },
  });
  const pods = [queued(0, 1), queued(5, 3), queued(0, 0), queued(5, 2)];
  pods.sort((a, b) => (prioritySort.less(a, b) ? -1 : 1));
  assert.deepEqual(
    pods.map(({ info, queuedAt }) => [info.priority, queuedAt]),
    [
      [5, 2],
      [5, 3],
      [0, 0],
      [0, 1],
    ],
  );
});
