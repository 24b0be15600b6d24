import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Job, JobStatus } from '../../kinds/batch/v1/job.ts';
import { MOST_CAUSES } from '../../status/status-error.ts';
import { jobStatusErrors } from './job-status.ts';

const START = '2026-01-01T00:00:00Z';
const END = '2026-01-01T00:01:00Z';
const when = (...types: string[]): JobStatus => ({
  conditions: types.map((type) => ({ type, status: 'True' })),
});
const job = (status: JobStatus, spec: object = {}): Job => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'work' },
  spec: { completions: 5, template: { spec: { containers: [] } }, ...spec },
  status,
});
const errors = (status: JobStatus, old: JobStatus = {}, spec: object = {}) =>
  jobStatusErrors(job(status, spec), job(old, spec)).map(({ field, message }) => `${field}: ${message}`);
const complete = { ...when('SuccessCriteriaMet', 'Complete'), startTime: START, completionTime: END };
const failed = { ...when('FailureTarget', 'Failed'), startTime: START };

test('a job completes or fails by way of the interim condition, with times, once', () => {
  assert.deepEqual([errors(complete), errors(failed)], [[], []]);
  const refused: [JobStatus, RegExp][] = [
    [{ ...failed, ...when('Failed') }, /Failed=True condition without the FailureTarget=true/],
    [{ ...complete, ...when('Complete') }, /Complete=True condition without the SuccessCriteriaMet=true/],
    [
      { ...complete, ...when('SuccessCriteriaMet', 'Complete', 'Failed', 'FailureTarget') },
      /Complete=True and/,
    ],
    [{ ...when('SuccessCriteriaMet', 'Complete'), startTime: START }, /completionTime is required/],
    [{ ...when('FailureTarget', 'Failed') }, /startTime is required for finished job/],
    [{ startTime: START, completionTime: END }, /no Complete=True condition/],
    [{ ...complete, startTime: END, completionTime: START }, /must be equal to or after `startTime`/],
    [{ ...complete, active: 1 }, /active>0 is invalid for finished job/],
    [{ ...complete, terminating: 1 }, /terminating>0 is invalid for finished job/],
    [{ ...complete, uncountedTerminatedPods: { failed: ['u'] } }, /must be empty for finished job/],
    [when('SuccessCriteriaMet', 'FailureTarget'), /SuccessCriteriaMet=True and FailureTarget=true/],
  ];
  for (const [status, pattern] of refused) assert.match(errors(status).join(), pattern);
});

test('what has been said of the end is not taken back', () => {
  assert.match(
    errors({ startTime: START }, failed).join(),
    /cannot disable the terminal Failed=True condition/,
  );
  assert.match(errors({}, when('SuccessCriteriaMet')).join(), /cannot disable the SuccessCriteriaMet=True/);
  const later = { ...complete, completionTime: '2026-01-01T00:02:00Z' };
  assert.match(errors(later, complete).join(), /completionTime: .*field is immutable/);
});

test('counters do not fall, nor below zero; there are no more ready pods than active ones', () => {
  assert.match(errors({ failed: 1 }, { failed: 2 }).join(), /cannot decrease the failed counter/);
  assert.match(errors({ succeeded: 1 }, { succeeded: 2 }).join(), /cannot decrease the succeeded counter/);
  const scaled = { completionMode: 'Indexed', parallelism: 5 };
  assert.deepEqual(errors({ succeeded: 1 }, { succeeded: 2 }, scaled), []);
  assert.match(errors({ active: -1 }).join(), /status.active: .*greater than or equal to 0/);
  assert.match(errors({ active: 1, ready: 2 }).join(), /more ready pods than active/);
  const twice = { uncountedTerminatedPods: { succeeded: ['u', ''], failed: ['u'] } };
  assert.match(
    errors(twice).join(),
    /succeeded\[1\]: .*must not be empty.*failed\[0\]: Duplicate value: "u"/,
  );
});

test('the start time changes only while a job is suspended or resumed', () => {
  const [before, after] = [{ startTime: START }, { startTime: END }];
  assert.match(errors(after, before).join(), /field is immutable for unsuspended job once set/);
  assert.deepEqual([errors(after), errors({}, before, { suspend: true })], [[], []]);
  const resumed = { ...after, conditions: [{ type: 'Suspended', status: 'False' }] };
  assert.deepEqual(errors(resumed, { ...before, ...when('Suspended') }), []);
});

test('indexes are of the job, if it has any', () => {
  const indexed = { completionMode: 'Indexed', backoffLimitPerIndex: 1 };
  assert.deepEqual(errors({ completedIndexes: '0,2-4', failedIndexes: '1' }, {}, indexed), []);
  assert.match(
    errors({ completedIndexes: '5' }, {}, indexed).join(),
    /error parsing completedIndexes: too large/,
  );
  assert.match(
    errors({ failedIndexes: 'x' }, {}, indexed).join(),
    /error parsing failedIndexes: cannot convert/,
  );
  assert.match(errors({ completedIndexes: '1' }).join(), /when non-indexed completion mode/);
  assert.match(errors({ failedIndexes: '' }).join(), /when backoffLimitPerIndex is null/);
});

test('a status that broke a rule before can be written otherwise', () => {
  const broken = { completedIndexes: '9', active: 1, ready: 2, completionTime: END };
  assert.deepEqual(errors({ ...broken, succeeded: 1 }, broken), []);
});

test('of many uids without text, as many errors are made as a Status reports', () => {
  const uids = Array.from({ length: MOST_CAUSES + 1 }, () => '');
  assert.equal(errors({ uncountedTerminatedPods: { failed: uids } }).length, MOST_CAUSES);
});
