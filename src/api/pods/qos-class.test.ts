import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PodSpec } from '../kinds/core/v1/pod-spec.ts';
import { computeQosClass, qosClassOf } from './qos-class.ts';

type Resources = NonNullable<PodSpec['resources']>;
const spec = (containers: Resources[], podLevel?: Resources): PodSpec => ({
  containers: containers.map((resources, i) => ({ name: `c${i}`, image: 'x', resources })),
  ...(podLevel && { resources: podLevel }),
});
const full = { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '1000m', memory: '1024Mi' } };

test('a pod is Guaranteed when all containers, init containers too, request all that they are limited to', () => {
  assert.equal(computeQosClass(spec([full, full])), 'Guaranteed');
  assert.equal(computeQosClass(spec([{ limits: full.limits }])), 'Guaranteed');
  assert.equal(computeQosClass(spec([full, {}])), 'Burstable');
  assert.equal(
    computeQosClass({ ...spec([full]), initContainers: [{ name: 'i', image: 'x' }] }),
    'Burstable',
  );
});

test('a pod is BestEffort without requests and limits for cpu and memory; zero counts as none', () => {
  assert.equal(computeQosClass(spec([{}])), 'BestEffort');
  assert.equal(computeQosClass(spec([{ requests: { cpu: '0', memory: '0Mi' } }])), 'BestEffort');
  assert.equal(computeQosClass(spec([{ requests: { 'ephemeral-storage': '1Gi' } }])), 'BestEffort');
  assert.equal(computeQosClass(spec([{ requests: { cpu: '1m' } }])), 'Burstable');
});

test('pod-level resources replace those of the containers', () => {
  assert.equal(computeQosClass(spec([{}], full)), 'Guaranteed');
  assert.equal(computeQosClass(spec([full], { requests: { cpu: '2' } })), 'Burstable');
  assert.equal(computeQosClass(spec([full], {})), 'Guaranteed');
});

test('the class in the status is kept', () => {
  assert.equal(qosClassOf({ spec: spec([full]), status: { qosClass: 'Burstable' } }), 'Burstable');
  assert.equal(qosClassOf({ spec: spec([full]) }), 'Guaranteed');
});
