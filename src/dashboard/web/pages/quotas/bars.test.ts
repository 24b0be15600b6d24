import assert from 'node:assert/strict';
import { it } from 'node:test';
import { barsOf, limitsOf, scopeText } from './bars.ts';

const meta = (name: string) => ({ apiVersion: 'v1', metadata: { name, namespace: 'n' } });

it('what is used up most comes first', () => {
  const quota = {
    ...{ ...meta('q'), kind: 'ResourceQuota', spec: { scopes: ['BestEffort' as const] } },
    status: {
      hard: { pods: '10', 'requests.cpu': '2', secrets: '0' },
      used: { pods: '1', 'requests.cpu': '1500m' },
    },
  };
  assert.deepEqual(
    barsOf(quota).map(({ resource, share }) => [resource, share]),
    [
      ['requests.cpu', 0.75],
      ['pods', 0.1],
      ['secrets', undefined],
    ],
  );
  assert.equal(scopeText(quota), 'BestEffort');
  const scopeSelector = {
    matchExpressions: [{ scopeName: 'PriorityClass' as const, operator: 'In' as const, values: ['high'] }],
  };
  assert.equal(scopeText({ ...quota, spec: { scopeSelector } }), 'PriorityClass In high');
});

it('a quota that has not been counted yet shows what it allows', () => {
  const quota = { ...meta('q'), kind: 'ResourceQuota', spec: { hard: { pods: '2' } } };
  assert.deepEqual(barsOf(quota), [{ resource: 'pods', used: '0', hard: '2', share: 0 }]);
});

it('limits are a line for each type and resource', () => {
  const range = {
    ...{ ...meta('l'), kind: 'LimitRange' },
    spec: { limits: [{ type: 'Container', max: { cpu: '2' }, default: { cpu: '500m', memory: '1Gi' } }] },
  };
  const none = { min: '', request: '', ratio: '' };
  assert.deepEqual(limitsOf(range), [
    { type: 'Container', resource: 'cpu', max: '2', limit: '500m', ...none },
    { type: 'Container', resource: 'memory', max: '', limit: '1Gi', ...none },
  ]);
});
