import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create } from '../sim/api-calls.ts';
import { simCluster } from '../sim/cluster.ts';
import { aConfigMap } from '../sim/objects/config-map.ts';

const maps = '/api/v1/namespaces/default/configmaps';
const MERGE = { headers: { 'content-type': 'application/merge-patch+json' } };

test('generateName gives each object a different name', async () => {
  const server = await simCluster();
  const generated = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'g-' } };
  const [one, two] = [await create(server, maps, generated), await create(server, maps, generated)];
  assert.match(one.metadata.name, /^g-[a-z0-9]{5}$/);
  assert.notEqual(one.metadata.name, two.metadata.name);
});

test('admission comes before the store, which refuses a resourceVersion', async () => {
  const server = await simCluster();
  const versioned = aConfigMap('v', { resourceVersion: '7' });
  const { status, body } = await server.call('POST', maps, versioned);
  assert.deepEqual(
    [status, body.message],
    [500, 'resourceVersion should not be set on objects to be created'],
  );
  const elsewhere = aConfigMap('v', { resourceVersion: '7', namespace: 'none' });
  const missing = await server.call('POST', maps.replace('default', 'none'), elsewhere);
  assert.deepEqual([missing.status, missing.body.message], [404, 'namespaces "none" not found']);
});

test('a dry run returns the result of the write and stores nothing', async () => {
  const { call, store } = await simCluster();
  const { revision } = store;
  const query = { dryRun: 'All' };
  const answer = await call('POST', maps, aConfigMap('dry'), { query });
  assert.deepEqual([answer.status, answer.body.metadata.name], [201, 'dry']);
  assert.equal((await call('GET', `${maps}/dry`)).status, 404);
  await call('DELETE', '/api/v1/namespaces/kube-public', undefined, { query });
  assert.equal(store.revision, revision);
  assert.equal((await call('POST', maps, aConfigMap('dry'), { query: { dryRun: 'Some' } })).status, 422);
});

test('concurrent patches without a resourceVersion all take effect', async () => {
  const server = await simCluster();
  await create(server, maps, aConfigMap('m'));
  const keys = Array.from({ length: 20 }, (_, i) => `k${i}`);
  await Promise.all(keys.map((key) => server.call('PATCH', `${maps}/m`, { data: { [key]: 'x' } }, MERGE)));
  assert.deepEqual(Object.keys((await server.call('GET', `${maps}/m`)).body.data).sort(), keys.sort());
});

test('a deleted object remains until its finalizers are removed, and none can be added', async () => {
  const server = await simCluster();
  await create(server, maps, aConfigMap('f', { finalizers: ['example.com/hold'] }));
  const deleted = await server.call('DELETE', `${maps}/f`);
  assert.ok(deleted.body.metadata.deletionTimestamp);
  const again = await server.call('DELETE', `${maps}/f`);
  assert.deepEqual([again.status, again.body.metadata.uid], [200, deleted.body.metadata.uid]);
  const more = { metadata: { finalizers: ['example.com/hold', 'example.com/more'] } };
  assert.equal((await server.call('PATCH', `${maps}/f`, more, MERGE)).status, 422);
  await server.call('PATCH', `${maps}/f`, { metadata: { finalizers: null } }, MERGE);
  assert.equal((await server.call('GET', `${maps}/f`)).status, 404);
});

test('a propagation policy becomes a finalizer for the garbage collector', async () => {
  const server = await simCluster();
  for (const [name, propagationPolicy, finalizer, status] of [
    ['fore', 'Foreground', 'foregroundDeletion', 202],
    ['orph', 'Orphan', 'orphan', 200],
  ] as const) {
    await create(server, maps, aConfigMap(name));
    const answer = await server.call('DELETE', `${maps}/${name}`, { propagationPolicy });
    assert.deepEqual([answer.status, answer.body.metadata.finalizers], [status, [finalizer]]);
  }
  await create(server, maps, aConfigMap('back'));
  const gone = await server.call('DELETE', `${maps}/back`, { propagationPolicy: 'Background' });
  assert.deepEqual(
    [gone.body.kind, gone.body.status, gone.body.details.kind],
    ['Status', 'Success', 'configmaps'],
  );
  assert.equal((await server.call('DELETE', `${maps}/fore`, { propagationPolicy: 'Never' })).status, 422);
});

test('deletecollection deletes what its selectors match', async () => {
  const server = await simCluster();
  for (const [name, app] of [
    ['a', 'x'],
    ['b', 'x'],
    ['c', 'y'],
  ] as const)
    await create(server, maps, aConfigMap(name, { labels: { app } }));
  const answer = await server.call('DELETE', maps, undefined, { query: { labelSelector: 'app=x' } });
  assert.deepEqual([answer.body.kind, answer.body.items.length], ['ConfigMapList', 2]);
  assert.equal((await server.call('GET', `${maps}/c`)).status, 200);
  assert.equal((await server.call('GET', `${maps}/a`)).status, 404);
});

test('server-side apply owns fields, reports and forces conflicts, and removes fields', async () => {
  const server = await simCluster();
  const apply = (fieldManager: string, data: object, force = 'false') =>
    server.call(
      'PATCH',
      `${maps}/s`,
      { apiVersion: 'v1', kind: 'ConfigMap', data },
      { headers: { 'content-type': 'application/apply-patch+yaml' }, query: { fieldManager, force } },
    );
  const first = await apply('one', { a: '1', b: '1' });
  assert.equal(first.status, 201, JSON.stringify(first.body));
  const conflict = await apply('two', { a: '2' });
  assert.deepEqual([conflict.status, conflict.body.details.causes[0].field], [409, '.data.a']);
  assert.equal((await apply('two', { a: '2' }, 'true')).status, 200);
  const after = await apply('one', { b: '1' });
  assert.deepEqual(after.body.data, { a: '2', b: '1' });
  assert.deepEqual((await apply('one', {})).body.data, { a: '2' });
  const nameless = await server.call(
    'PATCH',
    `${maps}/s`,
    {},
    { headers: { 'content-type': 'application/apply-patch+yaml' } },
  );
  assert.equal(nameless.status, 422);
});
