import assert from 'node:assert/strict';
import { test } from 'node:test';
import { portsOfOthers } from './registry.ts';

test('of two clusters that start at the same moment, the one with the lower index takes the usual port', () => {
  const starting = (name: string, index: number) => ({ name, index, apiPort: 0 });
  const [a, b] = [starting('a', 0), starting('b', 1)];
  assert.deepEqual(portsOfOthers(a, [a, b]), []);
  assert.deepEqual(portsOfOthers(b, [a, b]), [6443]);
  assert.deepEqual(portsOfOthers(b, [{ ...a, apiPort: 7000 }, b]), [7000]);
});
