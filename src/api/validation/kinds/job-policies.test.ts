import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JobSpec } from '../../kinds/batch/v1/job-spec.ts';
import { jobPolicyErrors } from './job-policies.ts';

/** Paths and messages. Some of the specifications are not of the type. */
const errors = (spec: object) =>
  jobPolicyErrors({ template: { spec: { containers: [{ name: 'main' }] } }, ...spec } as JobSpec, 'spec').map(
    ({ field, message }) => `${field.slice('spec.'.length)}: ${message}`,
  );
const assertErrors = (spec: object, ...expected: RegExp[]) => {
  const found = errors(spec);
  assert.equal(found.length, expected.length, found.join('\n'));
  for (const [i, pattern] of expected.entries()) assert.match(found[i]!, pattern);
};
const failing = (...rules: object[]) => ({ podFailurePolicy: { rules } });
const onExitCodes = { operator: 'In', values: [1, 2] };
const indexed = { completionMode: 'Indexed', completions: 10 };
const succeeding = (...rules: object[]) => ({ ...indexed, successPolicy: { rules } });

test('rules of a podFailurePolicy have an action and one of two requirements', () => {
  assertErrors(failing({ action: 'Ignore', onExitCodes }));
  assertErrors(failing({ onExitCodes }), /rules\[0\]\.action: Required value: valid values/);
  assertErrors(failing({ action: 'Forget', onExitCodes }), /action: Unsupported value: "Forget"/);
  assertErrors(failing({ action: 'FailIndex', onExitCodes }), /requires the backoffLimitPerIndex to be set/);
  assertErrors(failing({ action: 'Count' }), /specifying one of OnExitCodes and OnPodConditions is required/);
  const onPodConditions = [{ type: 'DisruptionTarget', status: 'True' }];
  assertErrors(failing({ action: 'Count', onExitCodes, onPodConditions }), /specifying both/);
  const many = Array.from({ length: 21 }, () => ({ action: 'Count', onExitCodes }));
  assertErrors(failing(...many), /^podFailurePolicy\.rules: Too many: 21/);
});

test('exit codes are ordered, without repetition, and of a container that there is', () => {
  const codes = (more: object) => failing({ action: 'Count', onExitCodes: { ...onExitCodes, ...more } });
  assertErrors(codes({ containerName: 'main' }));
  assertErrors(codes({ containerName: 'other' }), /containerName: Invalid value: "other"/);
  assertErrors(codes({ values: [] }), /at least one value is required/);
  assertErrors(codes({ values: [0, 1] }), /values\[0\]: Invalid value: 0: must not be 0/);
  assertErrors(codes({ values: [2, 1] }), /must be ordered/);
  assertErrors(codes({ values: [1, 1] }), /values\[1\]: Duplicate value: 1/);
  assertErrors(codes({ operator: 'Near' }), /operator: Unsupported value: "Near"/);
  assertErrors(codes({ values: Array.from({ length: 256 }, (_, i) => i + 1) }), /values: Too many: 256/);
});

test('conditions have a type and a status', () => {
  const of = (...onPodConditions: object[]) => failing({ action: 'Count', onPodConditions });
  assertErrors(of({ type: 'DisruptionTarget', status: 'Maybe' }), /status: Unsupported value: "Maybe"/);
  assertErrors(of({ type: 'a b', status: 'True' }), /onPodConditions\[0\]\.type: Invalid value: "a b"/);
  assertErrors(of({ type: 'Ready', status: '' }), /status: Required value: valid values/);
});

test('rules of a successPolicy name indexes that there are, in order, and no more than those', () => {
  assertErrors(succeeding({ succeededIndexes: '0,2-4,9', succeededCount: 5 }));
  assertErrors({ successPolicy: { rules: [] } }, /successPolicy: .*requires indexed completion mode/);
  assertErrors(succeeding(), /at least one rules must be specified/);
  assertErrors(succeeding({}), /at least one of succeededCount or succeededIndexes/);
  assertErrors(succeeding({ succeededCount: 11 }), /less than or equal to 10 \(the number of specified/);
  const counted = { succeededIndexes: '1-3', succeededCount: 4 };
  assertErrors(succeeding(counted), /less than or equal to 3 \(the number of indexes in/);
  for (const [text, complaint] of [
    ['1-2-3', /at most two parts/],
    ['1,x', /cannot convert string to integer for index: "x"/],
    ['10', /too large index: "10"/],
    ['4-2', /non-increasing order, previous: 4, current: 2/],
    ['1-3,3', /non-increasing order, previous: 3, current: 3/],
  ] as const)
    assertErrors(succeeding({ succeededIndexes: text }), complaint);
});

test('indexed jobs are limited, so that their status is', () => {
  assertErrors({ ...indexed, parallelism: 100_001 }, /parallelism: .*100000 when completion mode is Indexed/);
  assertErrors({ ...indexed, maxFailedIndexes: 1 }, /backoffLimitPerIndex: Required value/);
  const perIndex = { ...indexed, backoffLimitPerIndex: 1 };
  assertErrors(
    { ...perIndex, maxFailedIndexes: 11 },
    /maxFailedIndexes: .*less than or equal to completions/,
  );
  const many = { ...perIndex, completions: 100_001 };
  assertErrors(many, /maxFailedIndexes: Required value: must be specified/);
  assertErrors(
    { ...many, maxFailedIndexes: 10_001, parallelism: 10_001 },
    /parallelism: .*10000 when completions are above/,
    /maxFailedIndexes: .*10000 when completions are above/,
  );
  const plain = { backoffLimitPerIndex: 1, maxFailedIndexes: 1 };
  assertErrors(plain, /maxFailedIndexes: .*requires indexed completion mode/);
});

test('pods with a podFailurePolicy are replaced only when they have failed', () => {
  const rule = { action: 'Ignore', onExitCodes };
  assertErrors({ podReplacementPolicy: 'TerminatingOrFailed' });
  assertErrors({ podReplacementPolicy: 'Never' }, /Unsupported value: "Never"/);
  const both = { ...failing(rule), podReplacementPolicy: 'TerminatingOrFailed' };
  assertErrors(both, /podReplacementPolicy: Unsupported value: "TerminatingOrFailed"/);
});

test('managedBy is a path with a domain', () => {
  assertErrors({ managedBy: 'example.com/queue' });
  assertErrors({ managedBy: 'queue' }, /must be a domain-prefixed path/);
  assertErrors({ managedBy: 'Example/queue' }, /lower case alphanumeric/);
  assertErrors({ managedBy: '' }, /managedBy: Required value/);
  assertErrors({ managedBy: `example.com/${'q'.repeat(60)}` }, /Too long/);
});
