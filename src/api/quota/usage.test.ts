import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pod } from '../kinds/core/v1/pod.ts';
import type { PodSpec } from '../kinds/core/v1/pod-spec.ts';
import { formatQuantity } from '../quantity/quantity.ts';
import { isInScope } from './scopes.ts';
import { usageOf } from './usage.ts';

const pod = (spec: Partial<PodSpec>, phase?: 'Running' | 'Failed'): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p' },
  spec: { containers: [{ name: 'a', image: 'x', resources: { requests: { cpu: '1' } } }], ...spec },
  ...(phase && { status: { phase } }),
});
const usage = (one: Pod) =>
  Object.fromEntries([...usageOf(Pod.resource, one)].map(([name, amount]) => [name, formatQuantity(amount)]));

test('pod-level resources replace those of the containers', () => {
  const used = usage(pod({ resources: { requests: { cpu: '2' }, limits: { cpu: '3' } } }));
  assert.deepEqual(used, {
    'count/pods': '1',
    pods: '1',
    cpu: '2',
    'requests.cpu': '2',
    'limits.cpu': '3',
  });
});

test('huge pages count with and without prefix, extended resources only as requests', () => {
  const amounts = { 'hugepages-2Mi': '4Mi', 'example.com/gpu': '1' };
  const resources = { requests: amounts, limits: amounts };
  assert.deepEqual(usage(pod({ containers: [{ name: 'a', image: 'x', resources }] })), {
    'count/pods': '1',
    pods: '1',
    'hugepages-2Mi': '4Mi',
    'requests.hugepages-2Mi': '4Mi',
    'requests.example.com/gpu': '1',
  });
});

test('a terminal pod counts only as an object', () => {
  assert.deepEqual(usage(pod({}, 'Failed')), { 'count/pods': '1' });
});

test('the scope BestEffort is the pod’s quality-of-service class', () => {
  const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: {}, spec: { scopes: ['BestEffort'] } };
  const inScope = (one: Pod) => isInScope(quota as Parameters<typeof isInScope>[0], Pod.resource, one);
  const idle = { containers: [{ name: 'a', image: 'x' }] };
  assert.equal(inScope(pod(idle)), true);
  assert.equal(inScope(pod({ ...idle, resources: { requests: { memory: '1Gi' } } })), false);
  assert.equal(inScope(pod({})), false);
});
