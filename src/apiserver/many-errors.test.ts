// As many errors as an object within the budget of a body may have.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { simCluster } from '../sim/cluster.ts';

const core = '/api/v1/namespaces/default';
const times = <T>(count: number, value: T): T[] => new Array<T>(count).fill(value);

test('hundreds of thousands of field errors are a 422 that reports the first of them', async () => {
  const { call } = await simCluster();
  const answer = await call('POST', `${core}/services`, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'a' },
    spec: { selector: { a: 'b' }, ports: times(60_000, {}) },
  });
  assert.equal(answer.status, 422, answer.body.message?.slice(0, 200));
  assert.equal(answer.body.reason, 'Invalid');
  assert.ok(answer.body.details.causes.length > 100);
});
