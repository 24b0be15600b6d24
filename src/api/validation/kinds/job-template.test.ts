import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Job } from '../../kinds/batch/v1/job.ts';
import type { PodSpec } from '../../kinds/core/v1/pod-spec.ts';
import { jobTemplateErrors } from './job-template.ts';

const container = { name: 'main', image: 'busybox:1' };
const nodeAffinity = { preferredDuringSchedulingIgnoredDuringExecution: [] };
const podAntiAffinity = {
  requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'kubernetes.io/hostname' }],
};

const job = (spec: Partial<PodSpec>, status: Job['status'] = {}, suspend = true): Job => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'work' },
  spec: { suspend, template: { spec: { containers: [container], ...spec } } },
  status,
});
const complaints = (change: Partial<PodSpec>, old: Job) =>
  jobTemplateErrors(job(change), old).map(({ field }) => field);

test('of a suspended job, where pods run and what they use may change', () => {
  const requests = { cpu: '2' };
  const changes: Partial<PodSpec>[] = [
    { nodeSelector: { disk: 'ssd' } },
    { tolerations: [{ key: 'gpu', operator: 'Exists' }] },
    { schedulingGates: [{ name: 'example.com/wait' }] },
    { affinity: { nodeAffinity } },
    { containers: [{ ...container, resources: { requests } }] },
  ];
  for (const change of changes) assert.deepEqual(complaints(change, job({})), [], JSON.stringify(change));
  assert.deepEqual(complaints({}, job({ affinity: { nodeAffinity } })), []);
});

test('nothing else of it may', () => {
  const changes: Partial<PodSpec>[] = [
    { containers: [{ ...container, image: 'busybox:2' }] },
    { containers: [{ ...container, name: 'other' }] },
    { containers: [container, { ...container, name: 'more' }] },
    { affinity: { podAntiAffinity } },
    { hostNetwork: true },
  ];
  for (const change of changes)
    assert.deepEqual(complaints(change, job({})), ['spec.template.spec'], JSON.stringify(change));
});

test('a job is at rest when the suspension was seen and no pod is active', () => {
  const startTime = '2026-01-01T00:00:00Z';
  const seen = { conditions: [{ type: 'Suspended', status: 'True' }] };
  const change = { nodeSelector: { disk: 'ssd' } };
  const refused = ['spec.template'];
  assert.deepEqual(complaints(change, job({}, { startTime })), refused);
  assert.deepEqual(complaints(change, job({}, { startTime, ...seen })), []);
  assert.deepEqual(complaints(change, job({}, { ...seen, active: 1 })), refused);
  assert.deepEqual(complaints(change, job({}, {}, false)), refused);
});
