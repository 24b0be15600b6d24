import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DaemonSet } from '../../api/kinds/apps/v1/daemon-set.ts';
import type { Deployment } from '../../api/kinds/apps/v1/deployment.ts';
import type { StatefulSet } from '../../api/kinds/apps/v1/stateful-set.ts';
import type { Job } from '../../api/kinds/batch/v1/job.ts';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import {
  daemonSetReadiness,
  deploymentReadiness,
  jobReadiness,
  podReadiness,
  replicasReadiness,
  statefulSetReadiness,
} from './readiness.ts';

const condition = (type: string, status: string, more: object = {}) => ({
  conditions: [{ type, status, lastTransitionTime: '2026-01-01T00:00:00Z', ...more }],
});

test('a deployment is ready when it is rolled out, and has failed when it missed its deadline', () => {
  const deployment = (status: object): Deployment =>
    ({ metadata: { name: 'd', generation: 1 }, spec: { replicas: 2 }, status }) as Deployment;
  const ready = { observedGeneration: 1, replicas: 2, updatedReplicas: 2, availableReplicas: 2 };
  assert.equal(deploymentReadiness(deployment(ready)).done, true);
  assert.deepEqual(deploymentReadiness(deployment({ ...ready, availableReplicas: 1 })), {
    done: false,
    text: 'Waiting for deployment "d" rollout to finish: 1 of 2 updated replicas are available...',
  });
  assert.equal(deploymentReadiness(deployment({})).done, false);
  const late = { ...ready, ...condition('Progressing', 'False', { reason: 'ProgressDeadlineExceeded' }) };
  assert.equal(deploymentReadiness(deployment(late)).failed, true);
});

test('sets that are updated by hand are ready when their pods are', () => {
  const spec = { replicas: 2, updateStrategy: { type: 'OnDelete' }, selector: {}, template: {} };
  const set = (readyReplicas: number) => ({ metadata: {}, spec, status: { readyReplicas } }) as StatefulSet;
  assert.deepEqual([statefulSetReadiness(set(1)).done, statefulSetReadiness(set(2)).done], [false, true]);
  const daemons = (numberReady: number) =>
    daemonSetReadiness({ ...set(0), status: { numberReady, desiredNumberScheduled: 1 } } as DaemonSet);
  assert.deepEqual([daemons(0).done, daemons(1).done], [false, true]);
  assert.deepEqual(replicasReadiness({ status: { readyReplicas: 0 } }), {
    done: false,
    text: '0 of 1 ready',
  });
  assert.equal(replicasReadiness({ spec: { replicas: 0 } }).done, true);
});

test('a job is ready when it is complete, a pod when it is ready or has ended well', () => {
  const job = (status: object) => ({ metadata: {}, spec: { completions: 3 }, status }) as Job;
  assert.equal(jobReadiness(job(condition('Complete', 'True'))).done, true);
  assert.deepEqual(jobReadiness(job({ succeeded: 2 })), { done: false, text: '2 of 3 completions' });
  assert.deepEqual(jobReadiness(job(condition('Failed', 'True', { message: 'too often' }))), {
    done: false,
    failed: true,
    text: 'failed: too often',
  });
  const pod = (status: object) => ({ metadata: {}, status }) as Pod;
  assert.equal(podReadiness(pod({ phase: 'Running', ...condition('Ready', 'False') })).done, false);
  assert.equal(podReadiness(pod({ phase: 'Running', ...condition('Ready', 'True') })).done, true);
  assert.equal(podReadiness(pod({ phase: 'Succeeded' })).done, true);
  assert.equal(podReadiness(pod({ phase: 'Failed' })).failed, true);
});
