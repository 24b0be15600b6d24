import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PersistentVolumeClaim } from '../kinds/core/v1/persistent-volume-claim.ts';
import { Pod } from '../kinds/core/v1/pod.ts';
import type { PodSpec } from '../kinds/core/v1/pod-spec.ts';
import { ResourceClaim } from '../kinds/resource/v1/resource-claim.ts';
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

test('the operator Exists selects by each scope', () => {
  const matches = (scopeName: string, object: object, kind: { resource: typeof Pod.resource } = Pod) => {
    const scopeSelector = { matchExpressions: [{ scopeName, operator: 'Exists' }] };
    const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: {}, spec: { scopeSelector } };
    return isInScope(quota as Parameters<typeof isInScope>[0], kind.resource, object);
  };
  const idle = { containers: [{ name: 'a', image: 'x' }] };
  const namespaced = { topologyKey: 'zone', namespaces: ['other'] };
  const across = { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [namespaced] } };
  for (const [scope, inside, outside] of [
    ['Terminating', pod({ activeDeadlineSeconds: 5 }), pod({})],
    ['NotTerminating', pod({}), pod({ activeDeadlineSeconds: 5 })],
    ['BestEffort', pod(idle), pod({})],
    ['NotBestEffort', pod({}), pod(idle)],
    ['PriorityClass', pod({ priorityClassName: 'high' }), pod({})],
    ['CrossNamespacePodAffinity', pod({ affinity: across }), pod({})],
  ] as const) {
    assert.equal(matches(scope, inside), true, scope);
    assert.equal(matches(scope, outside), false, scope);
  }
  const claim = (spec: object, status = {}) => ({ metadata: { name: 'c' }, spec, status });
  const scope = 'VolumeAttributesClass';
  assert.equal(matches(scope, claim({ volumeAttributesClassName: 'gold' }), PersistentVolumeClaim), true);
  assert.equal(
    matches(scope, claim({}, { currentVolumeAttributesClassName: 'gold' }), PersistentVolumeClaim),
    true,
  );
  assert.equal(matches(scope, claim({}), PersistentVolumeClaim), false);
  assert.equal(matches('Terminating', claim({}), PersistentVolumeClaim), false);
  assert.equal(matches(scope, pod({})), false);
});

test('a claim is in the scope of the class that it has and of the one that it is to have', () => {
  const inScope = (operator: string, values: string[], claim: object) => {
    const scopeSelector = { matchExpressions: [{ scopeName: 'VolumeAttributesClass', operator, values }] };
    const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: {}, spec: { scopeSelector } };
    return isInScope(quota as Parameters<typeof isInScope>[0], PersistentVolumeClaim.resource, claim);
  };
  const changing = {
    spec: { volumeAttributesClassName: 'gold' },
    status: {
      currentVolumeAttributesClassName: 'silver',
      modifyVolumeStatus: { targetVolumeAttributesClassName: 'bronze', status: 'InProgress' },
    },
  };
  for (const name of ['gold', 'silver', 'bronze']) assert.equal(inScope('In', [name], changing), true);
  assert.equal(inScope('In', ['lead'], changing), false);
  assert.equal(inScope('NotIn', ['gold'], {}), true);
  assert.equal(inScope('DoesNotExist', [], {}), true);
});

test('the scope BestEffort is the pod’s quality-of-service class', () => {
  const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: {}, spec: { scopes: ['BestEffort'] } };
  const inScope = (one: Pod) => isInScope(quota as Parameters<typeof isInScope>[0], Pod.resource, one);
  const idle = { containers: [{ name: 'a', image: 'x' }] };
  assert.equal(inScope(pod(idle)), true);
  assert.equal(inScope(pod({ ...idle, resources: { requests: { memory: '1Gi' } } })), false);
  assert.equal(inScope(pod({})), false);
});

test('a resource claim counts the devices of each class: all are 32, of alternatives the largest', () => {
  const request = (deviceClassName: string, count: number) => ({
    deviceClassName,
    allocationMode: 'ExactCount' as const,
    count,
  });
  const claim: ResourceClaim = {
    apiVersion: 'resource.k8s.io/v1',
    kind: 'ResourceClaim',
    metadata: { name: 'c' },
    spec: {
      devices: {
        requests: [
          { name: 'a', exactly: request('gold', 2) },
          { name: 'b', exactly: { deviceClassName: 'silver', allocationMode: 'All' } },
          {
            name: 'c',
            firstAvailable: [
              { name: 'x', ...request('gold', 1) },
              { name: 'y', ...request('gold', 4) },
              { name: 'z', ...request('iron', 3) },
            ],
          },
        ],
      },
    },
  };
  const used = [...usageOf(ResourceClaim.resource, claim)].map(([name, amount]) => [
    name,
    formatQuantity(amount),
  ]);
  assert.deepEqual(Object.fromEntries(used), {
    'count/resourceclaims.resource.k8s.io': '1',
    'gold.deviceclass.resource.k8s.io/devices': '6',
    'silver.deviceclass.resource.k8s.io/devices': '32',
    'iron.deviceclass.resource.k8s.io/devices': '3',
  });
});
