import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Pod } from '../../../api/kinds/core/v1/pod.ts';
import { aContainer, aPod, type PodSpec } from '../../../sim/objects/pod.ts';
import { requestsOf } from './requests.ts';

const asking = (name: string, cpu: string) => aContainer(name, { resources: { requests: { cpu } } });
const request = (spec: Partial<PodSpec>, container = ''): number | undefined =>
  requestsOf([aPod('p', spec) as Pod], container, 'cpu').get('p');

test('a pod requests what its containers and sidecars do, or what it requests itself', () => {
  const containers = [asking('a', '100m'), asking('b', '1')];
  const sidecar = { ...asking('s', '50m'), restartPolicy: 'Always' };
  assert.equal(request({ containers, initContainers: [asking('i', '8'), sidecar] }), 1150);
  assert.equal(request({ containers }, 'b'), 1000);
  const resources = { requests: { cpu: '2' } };
  assert.equal(request({ containers, resources }), 2000);
  assert.equal(request({ containers, resources }, 'a'), 100);
});

test('what is missing is named', () => {
  const containers = [asking('a', '1'), aContainer('b')];
  assert.throws(() => request({ containers }), /^Error: missing request for cpu in container b of Pod p$/);
  assert.throws(() => request({ containers }, 'c'), /^Error: container c not found in Pod p$/);
  assert.equal(request({ containers }, 'a'), 1000);
});
