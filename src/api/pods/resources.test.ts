import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Container } from '../kinds/core/v1/container.ts';
import type { Pod } from '../kinds/core/v1/pod.ts';
import type { PodSpec } from '../kinds/core/v1/pod-spec.ts';
import type { PodStatus } from '../kinds/core/v1/pod-status.ts';
import { formatQuantity } from '../quantity/quantity.ts';
import { exactly, inUnits } from './amounts.ts';
import { podLimits, podRequests } from './resources.ts';

const container = (name: string, requests?: Record<string, string>, limits?: Record<string, string>) => ({
  name,
  image: 'x',
  resources: { ...(requests && { requests }), ...(limits && { limits }) },
});
const sidecar = (one: Container): Container => ({ ...one, restartPolicy: 'Always' });
const pod = (spec: Partial<PodSpec>, status?: PodStatus): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p' },
  spec: { containers: [container('main', { cpu: '1' })], ...spec },
  ...(status && { status }),
});
const cpu = (one: Pod, withStatus = false) => podRequests(one, inUnits, { withStatus }).get('cpu');

test('containers add up; an init container counts if it needs more than they do', () => {
  assert.equal(
    cpu(pod({ containers: [container('a', { cpu: '1' }), container('b', { cpu: '500m' })] })),
    1500,
  );
  assert.equal(cpu(pod({ initContainers: [container('i', { cpu: '3' })] })), 3000);
  assert.equal(cpu(pod({ initContainers: [container('i', { cpu: '500m' })] })), 1000);
});

test('a sidecar counts beside the containers, and beside the init containers that come after it', () => {
  const s = sidecar(container('s', { cpu: '2' }));
  const i = container('i', { cpu: '4' });
  assert.equal(cpu(pod({ initContainers: [s] })), 3000);
  assert.equal(cpu(pod({ initContainers: [s, i] })), 6000);
  assert.equal(cpu(pod({ initContainers: [i, s] })), 4000);
});

test('pod-level requests replace those of the containers, in exact amounts and in units', () => {
  const whole = pod({ resources: { requests: { cpu: '2' }, limits: { cpu: '3' } } });
  assert.equal(cpu(whole), 2000);
  assert.equal(formatQuantity(podRequests(whole, exactly).get('cpu')!), '2');
  assert.equal(formatQuantity(podLimits(whole, exactly).get('cpu')!), '3');
});

test('overhead is added to requests, and to limits that are set', () => {
  const overhead = { cpu: '100m', memory: '10Mi' };
  const limited = pod({ overhead, containers: [container('a', { cpu: '1' }, { cpu: '1' })] });
  assert.equal(cpu(limited), 1100);
  assert.deepEqual([...podLimits(limited, inUnits)], [['cpu', 1100]]);
});

test('a given amount counts for requests that a container does not specify', () => {
  const two = pod({
    containers: [container('a', { cpu: '1' }), container('b', { cpu: '0' }), container('c')],
  });
  const missing = new Map([['cpu', 100]]);
  assert.equal(podRequests(two, inUnits, { missing }).get('cpu'), 1100);
});

test('during a resize the maximum of requested, allocated and actual resources counts', () => {
  const statuses = (resources: string, allocated: string): PodStatus => ({
    containerStatuses: [
      {
        name: 'main',
        image: 'x',
        imageID: '',
        ready: true,
        restartCount: 0,
        resources: { requests: { cpu: resources } },
        allocatedResources: { cpu: allocated },
      },
    ],
  });
  assert.equal(cpu(pod({}, statuses('2', '3')), true), 3000);
  assert.equal(cpu(pod({}, statuses('500m', '500m')), true), 1000);
  assert.equal(cpu(pod({}, statuses('2', '3'))), 1000);
  const infeasible: PodStatus = {
    ...statuses('500m', '500m'),
    conditions: [{ type: 'PodResizePending', status: 'True', reason: 'Infeasible' }],
  };
  assert.equal(cpu(pod({}, infeasible), true), 500);
});

test('a pod that asks for more than any node has leaves sums exact when it is subtracted again', () => {
  const most = cpu(pod({ containers: [container('a', { cpu: '1e999999999' })] }))!;
  assert.equal(500 + most * 10 - most * 10, 500);
});
