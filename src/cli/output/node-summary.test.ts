import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeSummary } from './node-summary.ts';

const nodes = (count: number, status: string) =>
  Array.from({ length: count }, (_, i) => ({ name: `n${i}`, status }));

test('a few nodes stand by name, many are counted by status', () => {
  assert.equal(nodeSummary([]), '');
  assert.equal(nodeSummary(nodes(2, 'Ready')), 'n0 (Ready), n1 (Ready)');
  assert.equal(nodeSummary([...nodes(3, 'Ready'), ...nodes(2, 'NotReady')]), '2 NotReady, 3 Ready');
});
