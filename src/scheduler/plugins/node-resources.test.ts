import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cacheOf, filterAnswers, scoresOf } from '../testing/cache.fake.ts';
import { aContainer, aNode, aPod, requesting } from '../testing/objects.fake.ts';
import { balancedAllocation } from './balanced-allocation.ts';
import { nodeResourcesFit } from './node-resources-fit/node-resources-fit.ts';

const fit = nodeResourcesFit();

describe('NodeResourcesFit', () => {
  it('tells a request that pods in the way exceed from one that exceeds the node', () => {
    const cache = cacheOf([aNode('a')], { a: [requesting({ cpu: '1500m' })] });
    const answer = (cpu: string) => filterAnswers(fit, cache, requesting({ cpu }));
    assert.deepEqual(answer('500m'), { a: 'Success' });
    assert.deepEqual(answer('501m'), { a: 'Unschedulable: Insufficient cpu' });
    assert.deepEqual(answer('2001m'), { a: 'UnschedulableAndUnresolvable: Insufficient cpu' });
  });

  it('names everything that is missing, extended resources and the number of pods included', () => {
    const cache = cacheOf([aNode('a', {}, {}, { pods: '0' })]);
    const pod = requesting({ cpu: '3', memory: '5Gi', 'example.com/gpu': '1' });
    assert.deepEqual(filterAnswers(fit, cache, pod), {
      a: 'UnschedulableAndUnresolvable: Too many pods, Insufficient cpu, Insufficient memory, Insufficient example.com/gpu',
    });
  });

  it('counts pod overhead, and the largest init container instead of the sum', () => {
    const cache = cacheOf([aNode('a')]);
    const initContainers = [aContainer({ cpu: '2' }), aContainer({ cpu: '1' })];
    assert.deepEqual(filterAnswers(fit, cache, aPod({ initContainers })), { a: 'Success' });
    assert.deepEqual(filterAnswers(fit, cache, aPod({ initContainers, overhead: { cpu: '1m' } })), {
      a: 'UnschedulableAndUnresolvable: Insufficient cpu',
    });
  });

  it('scores the mean free share of cpu and memory, with a stand-in for pods that request nothing', () => {
    const cache = cacheOf([aNode('a'), aNode('b')], { b: [requesting({ cpu: '1', memory: '2Gi' })] });
    assert.deepEqual(scoresOf(fit, cache, requesting({ cpu: '1', memory: '2Gi' })), {
      a: 50,
      b: 0,
    });
    // 100m of 2 CPUs and 200 MiB of 4 GiB leave 95 % and 95 %.
    assert.deepEqual(scoresOf(fit, cache, aPod({ containers: [aContainer({})] })), {
      a: 95,
      b: 45,
    });
  });
});

describe('NodeResourcesBalancedAllocation', () => {
  it('prefers the node on which cpu and memory would be used alike', () => {
    const cache = cacheOf([aNode('a'), aNode('b', {}, {}, { memory: '8Gi' })]);
    const pod = requesting({ cpu: '1', memory: '2Gi' });
    assert.deepEqual(scoresOf(balancedAllocation, cache, pod), { a: 100, b: 87 });
  });

  it('skips a pod that requests nothing', () => {
    assert.equal(
      scoresOf(balancedAllocation, cacheOf([aNode('a')]), aPod({ containers: [aContainer({})] })),
      'Skip',
    );
  });
});
