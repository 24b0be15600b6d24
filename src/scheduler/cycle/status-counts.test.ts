import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { NodeVerdict } from '../framework/plugin.ts';
import { unschedulable } from '../framework/status.ts';
import { rotated, statusCounts, withVerdicts } from './status-counts.ts';

const [cpu, memory] = [unschedulable('Insufficient cpu'), unschedulable('Insufficient memory')];
const verdicts: readonly NodeVerdict[] = ['a', 'b', 'c', 'd'].map((node) => ({ node, status: cpu }));
const nodes = (list: readonly NodeVerdict[]) => list.map(({ node, status }) => `${node}: ${status.reasons}`);

describe('counts of statuses', () => {
  it('follow a change of some verdicts, and leave the list before it alone', () => {
    const full = { node: 'b', status: memory };
    const after = withVerdicts(verdicts, new Map([[1, full]]));
    assert.equal(after[1], full);
    assert.deepEqual([...statusCounts(after)], [...statusCounts([...after])]);
    assert.deepEqual(statusCounts(after).get(cpu), 3);
    assert.deepEqual([...statusCounts(verdicts)], [[cpu, 4]]);
    const none = withVerdicts(after, new Map([[1, verdicts[1]!]]));
    assert.deepEqual([...statusCounts(none)], [[cpu, 4]]);
  });

  it('are the same wherever the list begins', () => {
    assert.deepEqual(
      nodes(rotated(verdicts, 3)),
      nodes(['d', 'a', 'b', 'c'].map((node) => ({ node, status: cpu }))),
    );
    assert.deepEqual([...statusCounts(rotated(verdicts, 3))], [[cpu, 4]]);
    assert.equal(rotated(verdicts, 0), verdicts);
  });
});
