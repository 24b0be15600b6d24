import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Status, unresolvable, unschedulable } from '../framework/status.ts';
import { type Diagnosis, explain, rejectingPlugins } from './diagnosis.ts';

const diagnosis = (
  nodes: number,
  statuses: readonly Status[],
  extra: Partial<Diagnosis> = {},
): Diagnosis => ({
  nodes,
  verdicts: statuses.map((status, i) => ({ node: `n${i}`, status })),
  ...extra,
});

const full = unschedulable('Insufficient cpu');
const leftOut = unresolvable("node(s) didn't satisfy plugin(s) [NodeAffinity]");

describe('the message of a pod that fits nowhere', () => {
  it('counts each reason over the nodes', () => {
    assert.equal(
      explain(diagnosis(3, [full, unresolvable('node(s) were unschedulable'), full])),
      '0/3 nodes are available: 1 node(s) were unschedulable, 2 Insufficient cpu.',
    );
  });

  it('counts nodes that PreFilter left out', () => {
    const found = diagnosis(3, [full], { absent: leftOut });
    assert.equal(
      explain(found),
      "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) didn't satisfy plugin(s) [NodeAffinity].",
    );
  });

  it('gives the reason of PreFilter once, not per node', () => {
    const absent = unresolvable('pod affinity terms conflict');
    const found = diagnosis(3, [], { absent, preFilterMessage: 'pod affinity terms conflict' });
    assert.equal(explain(found), '0/3 nodes are available: pod affinity terms conflict.');
  });

  it('ends with the words of PostFilter', () => {
    assert.equal(
      explain(diagnosis(1, [full], { postFilterMessage: 'some words' })),
      '0/1 nodes are available: 1 Insufficient cpu. some words',
    );
  });

  it('is another one where there are no nodes', () => {
    assert.equal(explain(diagnosis(0, [])), 'no nodes available to schedule pods');
  });
});

it('the plugins that have to change their mind are those of the nodes, of PreFilter, and those that left nodes out', () => {
  const by = (plugin: string, status: Status): Status => ({ ...status, plugin });
  const found = diagnosis(4, [by('A', full), by('B', full), by('A', leftOut)], {
    absent: by('C', leftOut),
    leftOutBy: ['D'],
  });
  assert.deepEqual([...rejectingPlugins(found)].sort(), ['A', 'B', 'C', 'D']);
});
