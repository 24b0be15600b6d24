import assert from 'node:assert/strict';
import { it } from 'node:test';
import { cacheOf, filterAnswers, scoresOf } from '../testing/cache.fake.ts';
import { aNode, aPod } from '../testing/objects.fake.ts';
import { nodeName } from './node-name.ts';
import { nodeUnschedulable } from './node-unschedulable.ts';
import { taintToleration } from './taint-toleration.ts';

const tainted = (name: string, effect: 'NoSchedule' | 'NoExecute' | 'PreferNoSchedule') =>
  aNode(name, {}, { taints: [{ key: 'k', value: 'v', effect }] });
const tolerating = (extra: object = {}) =>
  aPod({ tolerations: [{ key: 'k', operator: 'Exists' as const, ...extra }] });
const untolerated = 'UnschedulableAndUnresolvable: node(s) had untolerated taint(s)';

it('TaintToleration keeps a pod off NoSchedule and NoExecute taints that it does not tolerate', () => {
  const cache = cacheOf([
    tainted('a', 'NoSchedule'),
    tainted('b', 'NoExecute'),
    tainted('c', 'PreferNoSchedule'),
  ]);
  assert.deepEqual(filterAnswers(taintToleration, cache, aPod()), {
    a: untolerated,
    b: untolerated,
    c: 'Success',
  });
  assert.deepEqual(filterAnswers(taintToleration, cache, tolerating({ effect: 'NoExecute' })), {
    a: untolerated,
    b: 'Success',
    c: 'Success',
  });
});

it('TaintToleration scores nodes lower by their PreferNoSchedule taints', () => {
  const cache = cacheOf([aNode('a'), tainted('b', 'PreferNoSchedule')]);
  assert.deepEqual(scoresOf(taintToleration, cache, aPod()), { a: 100, b: 0 });
  assert.deepEqual(scoresOf(taintToleration, cache, tolerating()), { a: 100, b: 100 });
  assert.deepEqual(scoresOf(taintToleration, cache, tolerating({ effect: 'NoSchedule' })), { a: 100, b: 0 });
});

it('NodeUnschedulable keeps pods off a cordoned node unless they tolerate its taint', () => {
  const cache = cacheOf([aNode('a', {}, { unschedulable: true }), aNode('b')]);
  assert.deepEqual(filterAnswers(nodeUnschedulable, cache, aPod()), {
    a: 'UnschedulableAndUnresolvable: node(s) were unschedulable',
    b: 'Success',
  });
  const tolerations = [{ key: 'node.kubernetes.io/unschedulable', operator: 'Exists' as const }];
  assert.deepEqual(filterAnswers(nodeUnschedulable, cache, aPod({ tolerations })), {
    a: 'Success',
    b: 'Success',
  });
});

it('NodeName leaves a pod only the node that it names', () => {
  const cache = cacheOf([aNode('a'), aNode('b')]);
  assert.deepEqual(filterAnswers(nodeName, cache, aPod({ nodeName: 'b' })), {
    a: "UnschedulableAndUnresolvable: node(s) didn't match the requested node name",
    b: 'Success',
  });
  assert.deepEqual(filterAnswers(nodeName, cache, aPod()), { a: 'Success', b: 'Success' });
});
