import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create } from '../../sim/api-calls.ts';
import { simCluster } from '../../sim/cluster.ts';

const claims = '/api/v1/namespaces/default/persistentvolumeclaims';
const volumes = '/api/v1/persistentvolumes';
const slices = '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices';
const accounts = '/api/v1/namespaces/default/serviceaccounts';
const MERGE = { headers: { 'content-type': 'application/merge-patch+json' } };

const claim = (name: string, spec: object) => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec },
});

test('the two fields for the source of a claim follow from each other, and unknown sources are dropped', async () => {
  const server = await simCluster();
  const source = { apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name: 's' };
  const older = await create(server, claims, claim('older', { dataSource: source }));
  assert.deepEqual(older.spec.dataSourceRef, source);
  const newer = await create(server, claims, claim('newer', { dataSourceRef: { ...source, kind: 'Any' } }));
  assert.deepEqual(newer.spec.dataSource, { ...source, kind: 'Any' });
  const unknown = await create(server, claims, claim('unknown', { dataSource: { ...source, kind: 'Any' } }));
  assert.deepEqual([unknown.spec.dataSource, unknown.spec.dataSourceRef], [undefined, undefined]);
  const elsewhere = { ...source, namespace: 'other' };
  const across = await create(server, claims, claim('across', { dataSourceRef: elsewhere }));
  assert.equal(across.spec.dataSourceRef, undefined);
});

test('the status of a volume has the time at which its phase changed', async () => {
  const server = await simCluster();
  const { status } = await create(server, volumes, {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: 'v' },
    spec: { accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' }, hostPath: { path: '/v' } },
  });
  assert.equal(status.phase, 'Pending');
  assert.match(status.lastPhaseTransitionTime, /^\d{4}-/);
  const given = '2020-01-01T00:00:00Z';
  const patch = (change: object) => server.call('PATCH', `${volumes}/v/status`, { status: change }, MERGE);
  const set = await patch({ lastPhaseTransitionTime: given });
  assert.equal(set.body.status.lastPhaseTransitionTime, given);
  const changed = await patch({ phase: 'Failed' });
  assert.notEqual(changed.body.status.lastPhaseTransitionTime, given);
});

test('the topology of an endpoint cannot be written, and a service account refers to secrets by name only', async () => {
  const server = await simCluster();
  const slice = await create(server, slices, {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 's' },
    addressType: 'IPv4',
    endpoints: [{ addresses: ['10.0.0.1'], deprecatedTopology: { a: 'b' } }],
  });
  assert.equal(slice.endpoints[0].deprecatedTopology, undefined);
  const account = await create(server, accounts, {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'a' },
    secrets: [{ name: 's', namespace: 'other', kind: 'Secret' }],
  });
  assert.deepEqual(account.secrets, [{ name: 's' }]);
});

test('the mandatory objects of flow control are fixed, but for the shares of the exempt level', async () => {
  const server = await simCluster();
  const group = '/apis/flowcontrol.apiserver.k8s.io/v1';
  const patch = (path: string, spec: object) => server.call('PATCH', `${group}/${path}`, { spec }, MERGE);
  const shares = await patch('prioritylevelconfigurations/exempt', {
    exempt: { nominalConcurrencyShares: 5 },
  });
  assert.equal(shares.body.spec.exempt.nominalConcurrencyShares, 5);
  const level = await patch('prioritylevelconfigurations/catch-all', { limited: { lendablePercent: 1 } });
  assert.equal(level.status, 422);
  assert.match(level.body.message, /spec of 'catch-all' must equal the fixed value$/);
  const schema = await patch('flowschemas/catch-all', { matchingPrecedence: 9_000 });
  assert.equal(schema.status, 422);
  assert.match(schema.body.message, /spec of 'catch-all' must equal the fixed value$/);
});
