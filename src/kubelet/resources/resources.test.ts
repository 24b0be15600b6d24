import assert from 'node:assert/strict';
import { test } from 'node:test';
import { milliValue } from '../../api/quantity/quantity.ts';
import { aBoundPod, aContainer } from '../../sim/objects/pod.ts';
import { weightOf } from './cgroup-weight.ts';
import { containerResources, podLimits, podRequests, quotaOf, sharesOf } from './container-resources.ts';
import { oomScoreAdj } from './oom-score.ts';

const GIB = 2 ** 30;
const context = { memoryCapacity: 16 * GIB, negativeOomScores: true };
const withResources = (limits?: Record<string, string>, requests?: Record<string, string>) =>
  aContainer('main', { resources: { ...(limits && { limits }), ...(requests && { requests }) } });
const podWith = (...containers: ReturnType<typeof aContainer>[]) => aBoundPod('p', { containers });

test('a container’s resources in the kernel’s units', () => {
  const spec = withResources({ cpu: '500m', memory: '64Mi' }, { cpu: '250m' });
  assert.deepEqual(containerResources(podWith(spec), spec, context), {
    cpuShares: 256,
    cpuPeriod: 100_000,
    cpuQuota: 50_000,
    memoryLimitInBytes: 64 * 2 ** 20,
    memorySwapLimitInBytes: 64 * 2 ** 20,
    oomScoreAdj: 997,
  });
  const free = aContainer('main');
  assert.deepEqual(containerResources(podWith(free), free, context), { cpuShares: 2, oomScoreAdj: 1000 });
});

test('the kernel kills by class, and never below zero where it does not allow that', () => {
  const all = { cpu: '1', memory: '1Gi' };
  const guaranteed = withResources(all, all);
  assert.equal(oomScoreAdj(podWith(guaranteed), guaranteed, 16 * GIB), -997);
  const score = containerResources(podWith(guaranteed), guaranteed, { ...context, negativeOomScores: false });
  assert.equal(score.oomScoreAdj, 0);
  const half = withResources(undefined, { memory: '8Gi' });
  assert.equal(oomScoreAdj(podWith(half), half, 16 * GIB), 500);
});

test('a pod’s cgroup is limited only when every container is; init containers count by their peak', () => {
  const all = { cpu: '1', memory: '1Gi' };
  const a = withResources(all, all);
  assert.deepEqual(podLimits(podWith(a, a)), { cpuShares: 2048, cpuQuota: 200_000, memory: 2 * GIB });
  assert.deepEqual(podLimits(podWith(a, aContainer('b'))), { cpuShares: 1024, cpuQuota: 0, memory: 0 });
  const whole = aBoundPod('p', {
    containers: [aContainer('main')],
    resources: { limits: all, requests: all },
  });
  assert.deepEqual(podLimits(whole), { cpuShares: 1024, cpuQuota: 100_000, memory: GIB });
  const pod = aBoundPod('p', {
    initContainers: [
      { ...withResources(undefined, { cpu: '1' }), name: 's', restartPolicy: 'Always' },
      { ...withResources(undefined, { cpu: '3' }), name: 'i' },
    ],
    containers: [withResources(undefined, { cpu: '2' })],
  });
  assert.equal(podRequests(pod).cpu, 4000);
});

test('shares become weights of cgroup v2', () => {
  assert.deepEqual([2, 1024, 262_144].map(weightOf), [1, 39, 10_000]);
});

test('a limit above what the kernel accepts becomes the largest that it accepts', () => {
  assert.equal(quotaOf(milliValue('1e999999999')), 2 ** 44 - 1);
  assert.equal(sharesOf(milliValue('1e999999999')), 262_144);
});
