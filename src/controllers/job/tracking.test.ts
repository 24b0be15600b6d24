import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Job } from '../../api/kinds/batch/v1/job.ts';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { aPod } from '../../sim/objects/pod.ts';
import { aJob } from '../../sim/objects/workloads.ts';
import { TRACKING_FINALIZER } from './finalizer.ts';
import { endedAt } from './outcome.ts';
import { track } from './tracking.ts';

type Phase = NonNullable<NonNullable<Pod['status']>['phase']>;

const job = (spec: Parameters<typeof aJob>[1], status: Job['status'] = {}): Job => ({
  ...aJob('work', spec),
  status,
});
const pod = (uid: string, phase: Phase, metadata: Pod['metadata'] = {}): Pod => ({
  ...aPod(uid, {}, { uid, finalizers: [TRACKING_FINALIZER], ...metadata }),
  status: { phase },
});

test('a round counts at most 500 pods, so that the status stays small', () => {
  const pods = Array.from({ length: 700 }, (_, i) => pod(`p${i}`, 'Succeeded'));
  const tracked = track(job({ completions: 700 }), pods);
  assert.deepEqual(
    [tracked.uncounted.succeeded.length, tracked.release.length, tracked.whole],
    [500, 500, false],
  );
  assert.equal(track(job({ completions: 700 }), pods.slice(500)).whole, true);
});

test('pods of an index that the job does not have are released and not counted', () => {
  const indexed = job({ completions: 2, completionMode: 'Indexed' });
  const annotations = (index: string) => ({
    annotations: { 'batch.kubernetes.io/job-completion-index': index },
  });
  const pods = [pod('a', 'Failed', annotations('2')), pod('b', 'Succeeded', annotations('7'))];
  const tracked = track(indexed, [...pods, pod('c', 'Succeeded', annotations('1'))]);
  assert.deepEqual([tracked.failed, tracked.uncounted.failed, String(tracked.indexes)], [0, [], '1']);
  assert.equal(tracked.release.length, 3);
});

test('pods that are deleted because the job has ended count as failed only if it failed', () => {
  const policy = job({ completions: 2, podReplacementPolicy: 'Failed' });
  const leaving = pod('a', 'Running', { deletionTimestamp: '2026-01-01T00:00:30Z' });
  const failedFor = (over?: 'Complete' | 'Failed') => track(policy, [leaving], { over }).uncounted.failed;
  assert.deepEqual([failedFor(), failedFor('Complete'), failedFor('Failed')], [[], [], ['a']]);
  assert.deepEqual(track(policy, [leaving], { over: 'Complete' }).release, [leaving]);
});

test('a pod ended with its last container, or else when it was no longer ready, deleted, or created', () => {
  const at = (second: number) => `2026-01-01T00:00:${second}Z`;
  const ended = (second?: number) => ({
    ...{ name: 'main', image: 'i', imageID: '', ready: false, restartCount: 0 },
    state: second === undefined ? { running: {} } : { terminated: { exitCode: 1, finishedAt: at(second) } },
  });
  const metadata = {
    creationTimestamp: at(10),
    deletionTimestamp: at(50),
    deletionGracePeriodSeconds: 30,
  };
  const conditions = [{ type: 'Ready', status: 'False', lastTransitionTime: at(30) }];
  const times: [Pod['metadata'], Pod['status'], number][] = [
    [metadata, { conditions, containerStatuses: [ended(40), ended(41)] }, 41],
    [metadata, { conditions, containerStatuses: [ended(40), ended()] }, 30],
    [metadata, {}, 20],
    [{ creationTimestamp: at(10) }, {}, 10],
  ];
  for (const [meta, status, second] of times)
    assert.equal(endedAt({ ...aPod('a', {}, meta), status }), Date.parse(at(second)));
});
