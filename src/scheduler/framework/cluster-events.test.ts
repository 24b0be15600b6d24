import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { podInfo } from '../cache/pod-info.ts';
import { aNode, aPod, requesting } from '../testing/objects.fake.ts';
import { nodeMatters, podMatters } from './cluster-events.ts';

type Node = ReturnType<typeof aNode>;

const withStatus = (node: Node, status: Partial<NonNullable<Node['status']>>): Node => ({
  ...node,
  status: { ...node.status!, ...status },
});
const heartbeat = [{ type: 'Ready', status: 'True', lastHeartbeatTime: '2026-01-01T00:00:00Z' }];

describe('a change of a node', () => {
  const node = aNode('n');
  const rows: readonly (readonly [what: string, node: Node, matters: boolean])[] = [
    ['a heartbeat', withStatus(node, { conditions: heartbeat }), false],
    ['images', withStatus(node, { images: [{ names: ['i'] }] }), false],
    ['allocatable', withStatus(node, { allocatable: { cpu: '9' } }), true],
    ['a label', aNode('n', { a: 'b' }), true],
    ['a taint', aNode('n', {}, { taints: [{ key: 'k', effect: 'NoSchedule' }] }), true],
    ['a cordon', aNode('n', {}, { unschedulable: true }), true],
  ];
  for (const [what, changed, matters] of rows)
    it(`${matters ? 'matters' : 'does not matter'}: ${what}`, () =>
      assert.equal(nodeMatters(changed, node), matters));
});

describe('a change of a pod on a node', () => {
  const pod = requesting({ cpu: '1' });
  const ending = { ...pod, metadata: { ...pod.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } };
  const rows: readonly (readonly [what: string, pod: typeof pod, matters: boolean])[] = [
    ['its status', { ...pod, status: { phase: 'Running' } }, false],
    ['that it ends', ending, false],
    ['that it asks for more', requesting({ cpu: '2' }), false],
    ['that it asks for less', requesting({ cpu: '500m' }), true],
    ['that it asks no longer', aPod({ containers: [] }), true],
    ['its labels', requesting({ cpu: '1' }, { a: 'b' }), true],
  ];
  for (const [what, changed, matters] of rows)
    it(`${matters ? 'matters' : 'does not matter'}: ${what}`, () =>
      assert.equal(podMatters(podInfo(changed), podInfo(pod)), matters));
});
