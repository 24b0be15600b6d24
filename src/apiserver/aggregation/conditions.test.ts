import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { APIService } from '../../api/kinds/apiregistration/v1/api-service.ts';
import { create } from '../../sim/api-calls.ts';
import { simCluster } from '../../sim/cluster.ts';
import { LOCAL, says, withFinding } from './conditions.ts';

const [EARLIER, LATER] = ['2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z'];
const finding = (status: string, reason: string) => ({ status, reason, message: `${reason}!` });
const service = (...conditions: object[]): APIService => ({
  apiVersion: 'apiregistration.k8s.io/v1',
  kind: 'APIService',
  metadata: { name: 'v1.g.io' },
  status: { conditions: conditions as NonNullable<APIService['status']>['conditions'] & object },
});
const other = { type: 'Other', status: 'True', lastTransitionTime: EARLIER };

test('the transition time changes with the status of the condition only', () => {
  const down = { type: 'Available', ...finding('False', 'A'), lastTransitionTime: EARLIER };
  const same = withFinding(service(down, other), finding('False', 'B'), LATER)?.conditions;
  assert.deepEqual(same, [{ ...down, ...finding('False', 'B') }, other]);
  const up = withFinding(service(down, other), finding('True', 'C'), LATER)?.conditions;
  assert.deepEqual(up, [{ type: 'Available', ...finding('True', 'C'), lastTransitionTime: LATER }, other]);
});

test('a missing condition is added', () => {
  const status = withFinding(service(other), LOCAL, LATER);
  assert.deepEqual(
    status?.conditions?.map(({ type }) => type),
    ['Other', 'Available'],
  );
  assert.equal(says({ ...service(), status }, LOCAL), true);
  assert.equal(says(service(), LOCAL), false);
});

test('a client sets no status when it creates, nothing but the status through /status, and no status otherwise', async (t) => {
  const cluster = await simCluster();
  t.after(() => cluster.stop());
  const path = '/apis/apiregistration.k8s.io/v1/apiservices';
  const spec = { group: 'g.io', version: 'v1', groupPriorityMinimum: 1, versionPriority: 1 };
  const remote = { ...spec, service: { namespace: 'x', name: 's' } };
  const object = { ...service(other), spec: remote, metadata: { name: 'v1.g.io', labels: { a: 'b' } } };
  const made = await create(cluster, path, object);
  assert.deepEqual(made.status, {});
  assert.equal(made.spec.service.port, 443);
  await cluster.settle();
  const { body: stored } = await cluster.call('GET', `${path}/v1.g.io`);
  const changed = {
    ...stored,
    metadata: { ...stored.metadata, labels: { c: 'd' } },
    spec: { ...stored.spec, versionPriority: 2 },
    status: { conditions: [...stored.status.conditions, other] },
  };
  const { body: byStatus } = await cluster.call('PUT', `${path}/v1.g.io/status`, changed);
  assert.deepEqual(byStatus.metadata.labels, { a: 'b' });
  assert.equal(byStatus.spec.versionPriority, 1);
  assert.deepEqual(
    byStatus.status.conditions.map(({ type }: { type: string }) => type),
    ['Available', 'Other'],
  );
  const { body } = await cluster.call('PUT', `${path}/v1.g.io`, { ...byStatus, status: {} });
  assert.equal(body.status.conditions.length, 2);
  const { resourceVersion: _, ...metadata } = body.metadata;
  const { status, body: refused } = await cluster.call('PUT', `${path}/v1.g.io`, { ...body, metadata });
  assert.equal(status, 422);
  assert.match(refused.message, /resourceVersion: Invalid value/);
});
