import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Pod } from '../kinds/core/v1/pod.ts';
import type { PodStatus } from '../kinds/core/v1/pod-status.ts';
import { isPodActive, isPodTerminal, isPodTerminating } from './phase.ts';
import { isPodAvailable, isPodReady, msUntilAvailable } from './readiness.ts';

const T = Date.parse('2026-01-01T00:00:00Z');
const pod = (status: PodStatus, deletionTimestamp?: string): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', ...(deletionTimestamp && { deletionTimestamp }) },
  status,
});
const ready = (status: 'True' | 'False' | 'Unknown') =>
  pod({ conditions: [{ type: 'Ready', status, lastTransitionTime: '2026-01-01T00:00:00Z' }] });

test('a pod is ready only while its condition Ready is True', () => {
  assert.deepEqual([ready('True'), ready('False'), ready('Unknown'), pod({})].map(isPodReady), [
    true,
    false,
    false,
    false,
  ]);
});

test('a ready pod becomes available minReadySeconds after it became ready', () => {
  assert.equal(msUntilAvailable(ready('True'), 10, T + 4000), 6000);
  assert.equal(isPodAvailable(ready('True'), 10, T + 9999), false);
  assert.equal(isPodAvailable(ready('True'), 10, T + 10_000), true);
  assert.equal(isPodAvailable(ready('True'), 0, T - 5000), true);
  assert.equal(msUntilAvailable(ready('False'), 0, T), undefined);
});

test('a terminal pod is neither active nor terminating, even while it is deleted', () => {
  const told = (one: Pod) => [isPodTerminal(one), isPodTerminating(one), isPodActive(one)];
  assert.deepEqual(told(pod({ phase: 'Running' })), [false, false, true]);
  assert.deepEqual(told(pod({ phase: 'Running' }, '2026-01-01T00:00:00Z')), [false, true, false]);
  assert.deepEqual(told(pod({ phase: 'Failed' }, '2026-01-01T00:00:00Z')), [true, false, false]);
  assert.deepEqual(told(pod({ phase: 'Succeeded' })), [true, false, false]);
});
