// The plugin's small decisions: scores, which events may help, whether devices are ready.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AllocatedDeviceStatus } from '../../../api/kinds/resource/v1/resource-claim.ts';
import { NodeInfo } from '../../cache/node-info.ts';
import { podInfo } from '../../cache/pod-info.ts';
import type { ClusterEvent } from '../../framework/cluster-events.ts';
import { aNode, aPod } from '../../testing/objects.fake.ts';
import { claim, DRIVER, request, taken } from './allocator/allocator.fake.ts';
import { hasTimedOut, readinessOf } from './binding-conditions.ts';
import type { Claim } from './claims.ts';
import { mayFitAfter } from './queueing.ts';
import { scoreOf } from './score.ts';

const allocated = (of: Claim, status: Claim['status'] = {}): Claim => ({
  ...of,
  status: { allocation: taken('a'), ...status },
});

it('the earlier the alternative, the higher the score; requests add up', () => {
  const alternatives = (name: string) => ({
    name,
    firstAvailable: ['one', 'two', 'three'].map((one) => ({ name: one, deviceClassName: 'any' })),
  });
  const of = claim([alternatives('r'), alternatives('s'), request('t')]);
  const score = (...requests: string[]) =>
    scoreOf(of, {
      devices: {
        results: requests.map((one) => ({ request: one, driver: DRIVER, pool: 'p', device: 'd' })),
      },
    });
  assert.deepEqual(
    [score('r/one'), score('r/two'), score('r/three'), score('t'), score('r/one', 's/three', 't')],
    [8, 7, 6, 0, 14],
  );
});

describe('a pod that was rejected', () => {
  const own = claim([request('r')], {}, 'own');
  const other = claim([request('r')], {}, 'other');
  const pod = podInfo(aPod({ resourceClaims: [{ name: 'c', resourceClaimName: 'own' }] }));
  const changed = (now: Claim, old?: Claim): ClusterEvent => ({
    ...{ type: 'ResourceClaimChanged', claim: now },
    ...(old && { old }),
  });
  const node = NodeInfo.of(aNode('n'));
  const rows: readonly (readonly [string, ClusterEvent, boolean])[] = [
    ['its claim is made', changed(own), true],
    ['its claim is allocated', changed(allocated(own), own), true],
    [
      'its claim has another label only',
      changed({ ...own, metadata: { ...own.metadata, labels: { a: 'b' } } }, own),
      false,
    ],
    ['another claim is made', changed(other), false],
    ['another claim is allocated', changed(allocated(other), other), false],
    ['another claim is deallocated', changed(other, allocated(other)), true],
    ['a class changes', { type: 'DeviceClassChanged' }, true],
    ['a slice changes', { type: 'ResourceSliceChanged' }, true],
    ['a node is added', { type: 'NodeAdded', node }, true],
    ['a node is gone', { type: 'NodeDeleted', node }, false],
    ['another pod is gone', { type: 'PodDeleted', pod: podInfo(aPod()) }, false],
  ];
  for (const [what, event, expected] of rows)
    it(`${expected ? 'is' : 'is not'} tried again when ${what}`, () => {
      assert.equal(
        mayFitAfter(pod, event, (name) => (name === 'own' ? own : undefined)),
        expected,
      );
    });

  it('is not tried while its claim is not there', () => {
    assert.equal(
      mayFitAfter(pod, changed(other, allocated(other)), () => undefined),
      false,
    );
  });
});

describe('devices with binding conditions', () => {
  const conditions = { bindingConditions: ['ready', 'warm'], bindingFailureConditions: ['broken'] };
  const results = [{ request: 'r', driver: DRIVER, pool: 'p', device: 'd', ...conditions }];
  const at = '2026-01-01T00:00:00Z';
  const waiting = (...types: string[]) => {
    const status = types.map((type) => {
      const base = { type, status: 'True' as const, reason: 'R', message: 'a "b"' };
      return { ...base, lastTransitionTime: at };
    });
    const device: AllocatedDeviceStatus = { driver: DRIVER, pool: 'p', device: 'd', conditions: status };
    return allocated(claim([request('r')]), {
      allocation: { devices: { results }, allocationTimestamp: at },
      ...(types.length > 0 && { devices: [device] }),
    });
  };

  it('are ready when all of them are true, and failed when one says so', () => {
    const states = [
      waiting(),
      waiting('ready'),
      waiting('ready', 'warm'),
      waiting('ready', 'warm', 'broken'),
    ];
    assert.deepEqual(
      states.map((one) => readinessOf(one).state),
      ['waiting', 'waiting', 'ready', 'failed'],
    );
    assert.deepEqual(readinessOf(waiting('broken')), {
      state: 'failed',
      message: 'device binding failed: claim=claim, reason=R, message="a \\"b\\""',
    });
  });

  it('have until then', () => {
    const start = Date.parse(at);
    const late = (now: number) => hasTimedOut(waiting(), start + now, 600_000);
    assert.deepEqual([late(600_000), late(600_001)], [false, true]);
    assert.equal(hasTimedOut(allocated(claim([])), start + 9e9, 1), false);
  });
});
