import assert from 'node:assert/strict';
import { test } from 'node:test';
import { podAddresses } from './pod-addresses.ts';

test('a pod has one address of each family, that of its node’s first address first', () => {
  const ips = ['10.1.0.2', 'fd00::2', '10.1.0.3'];
  assert.deepEqual(podAddresses(ips, ['10.0.0.1', 'fd00::1']), ['10.1.0.2', 'fd00::2']);
  assert.deepEqual(podAddresses(ips, ['fd00::1', '10.0.0.1']), ['fd00::2', '10.1.0.2']);
  assert.deepEqual(podAddresses(['fd00::2'], []), ['fd00::2']);
  assert.deepEqual(podAddresses([], ['10.0.0.1']), []);
});
