import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NodeSelectorRequirement, NodeSelectorTerm } from '../kinds/core/v1/node-affinity.ts';
import { matchesRequiredAffinity, matchesTerm, selectableNode } from './affinity.ts';

const node = selectableNode({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'n1', labels: { zone: 'a', cores: '8', release: '1x' } },
});

const label = (key: string, operator: NodeSelectorRequirement['operator'], ...values: string[]) =>
  matchesTerm({ matchExpressions: [{ key, operator, values }] }, node);
const field = (operator: NodeSelectorRequirement['operator'], ...values: string[]) =>
  matchesTerm({ matchFields: [{ key: 'metadata.name', operator, values }] }, node);

test('each operator compares a label as Kubernetes does', () => {
  assert.equal(label('zone', 'In', 'a', 'b'), true);
  assert.equal(label('zone', 'NotIn', 'a'), false);
  assert.equal(label('missing', 'NotIn', 'a'), true);
  assert.equal(label('zone', 'Exists'), true);
  assert.equal(label('zone', 'DoesNotExist'), false);
  assert.equal(label('cores', 'Gt', '4'), true);
  assert.equal(label('cores', 'Lt', '8'), false);
});

test('Gt and Lt match only labels that are integers', () => {
  assert.equal(label('missing', 'Lt', '9'), false);
  assert.equal(label('release', 'Gt', '0'), false);
});

test('matchFields compares the name, with In and NotIn only', () => {
  assert.equal(field('In', 'n1'), true);
  assert.equal(field('In', 'n2'), false);
  assert.equal(field('NotIn', 'n2'), true);
  assert.equal(field('Exists'), false);
});

test('a pod needs its nodeSelector and one of the required terms; an empty term matches nothing', () => {
  const podFor = (nodeSelectorTerms: NodeSelectorTerm[], nodeSelector = {}) => ({
    nodeSelector,
    affinity: {
      nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } },
    },
  });
  const zoneA: NodeSelectorTerm = { matchExpressions: [{ key: 'zone', operator: 'In', values: ['a'] }] };
  assert.equal(matchesRequiredAffinity(undefined, node), true);
  assert.equal(matchesRequiredAffinity(podFor([{}, zoneA]), node), true);
  assert.equal(matchesRequiredAffinity(podFor([{}]), node), false);
  assert.equal(matchesRequiredAffinity(podFor([zoneA], { zone: 'b' }), node), false);
});
