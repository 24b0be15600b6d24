import assert from 'node:assert/strict';
import { it } from 'node:test';
import { podInfo } from '../cache/pod-info.ts';
import { CycleState } from '../framework/cycle-state.ts';
import { cacheOf, filterAnswers, scoresOf } from '../testing/cache.fake.ts';
import { aNode, aPod } from '../testing/objects.fake.ts';
import { nodeAffinity, nodeAffinityWith } from './node-affinity.ts';

const cache = cacheOf([aNode('a', { disk: 'ssd' }), aNode('b', { disk: 'hdd' })]);
const refused = "UnschedulableAndUnresolvable: node(s) didn't match Pod's node affinity/selector";

const named = (...terms: string[][]) =>
  aPod({
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: terms.map((values) => ({
            matchFields: values.map((value) => ({
              key: 'metadata.name',
              operator: 'In' as const,
              values: [value],
            })),
          })),
        },
      },
    },
  });

const preFilter = (pod: ReturnType<typeof aPod>) => nodeAffinity.preFilter(new CycleState(), podInfo(pod));

it('filters by nodeSelector', () => {
  const pod = aPod({ nodeSelector: { disk: 'ssd' } });
  assert.deepEqual(filterAnswers(nodeAffinity, cache, pod), { a: 'Success', b: refused });
});

it('skips a pod that wants no particular node, in Filter and in Score', () => {
  assert.equal(filterAnswers(nodeAffinity, cache, aPod()), 'Skip');
  assert.equal(scoresOf(nodeAffinity, cache, aPod()), 'Skip');
});

it('names the only nodes that terms on metadata.name leave', () => {
  assert.deepEqual([...(preFilter(named(['a'], ['b'])).nodeNames ?? [])], ['a', 'b']);
});

it('names no nodes when one term does not: terms are or-ed', () => {
  assert.equal(preFilter(named(['a'], [])).nodeNames, undefined);
});

it('finds that no node can have two names', () => {
  assert.deepEqual(preFilter(named(['a', 'b'])).status.reasons, ['pod affinity terms conflict']);
});

it('scores the sum of the weights of the preferences that match', () => {
  const preference = (weight: number, value: string) => ({
    weight,
    preference: { matchExpressions: [{ key: 'disk', operator: 'In' as const, values: [value] }] },
  });
  const preferred = [preference(10, 'ssd'), preference(5, 'hdd'), preference(10, 'ssd')];
  const pod = aPod({
    affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: preferred } },
  });
  assert.deepEqual(scoresOf(nodeAffinity, cache, pod), { a: 100, b: 25 });
});

it('holds all pods of a profile to its added affinity', () => {
  const matchExpressions = [{ key: 'disk', operator: 'In' as const, values: ['ssd'] }];
  const required = nodeAffinityWith({
    requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions }] },
  });
  assert.deepEqual(filterAnswers(required, cache, aPod()), {
    a: 'Success',
    b: "UnschedulableAndUnresolvable: node(s) didn't match scheduler-enforced node affinity",
  });
  const preferred = nodeAffinityWith({
    preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, preference: { matchExpressions } }],
  });
  assert.deepEqual(scoresOf(preferred, cache, aPod()), { a: 100, b: 0 });
});
