import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settle } from '../kit/clock.fake.ts';
import type { Body } from '../sim/api-calls.ts';
import { type SimCluster, simCluster } from '../sim/cluster.ts';

const maps = '/api/v1/namespaces/default/configmaps';
const map = (name: string, labels: Record<string, string> = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, labels },
});

async function withMaps(...names: string[]): Promise<SimCluster> {
  const server = await simCluster();
  for (const name of names) await server.call('POST', maps, map(name));
  return server;
}

const names = (list: { items: { metadata: { name: string } }[] }) => list.items.map((i) => i.metadata.name);

test('a repeated list shows the writes in between and has a newer resourceVersion', async () => {
  const { call } = await withMaps('a', 'b');
  const read = async () => {
    const { metadata, items } = (await call('GET', maps)).body;
    return [metadata.resourceVersion, items.map((i: Body) => i.metadata.name)];
  };
  const first = await read();
  assert.deepEqual(await read(), first);
  const made = (await call('POST', maps, map('c'))).body.metadata.resourceVersion;
  assert.deepEqual(await read(), [made, ['a', 'b', 'c']]);
  const deleted = (await call('DELETE', maps)).body;
  assert.ok(Number(deleted.metadata.resourceVersion) > Number(made));
  assert.deepEqual(await read(), [deleted.metadata.resourceVersion, []]);
});

test('all pages of a list show the state of the first page', async () => {
  const { call } = await withMaps('a', 'b', 'c', 'd', 'e');
  const first = (await call('GET', maps, undefined, { query: { limit: '2' } })).body;
  assert.deepEqual([names(first), first.metadata.remainingItemCount], [['a', 'b'], 3]);
  await call('DELETE', `${maps}/c`);
  await call('POST', maps, map('bb'));
  const query = { limit: '2', continue: first.metadata.continue };
  const second = (await call('GET', maps, undefined, { query })).body;
  assert.deepEqual(names(second), ['c', 'd']);
  assert.equal(second.metadata.resourceVersion, first.metadata.resourceVersion);
  const last = (await call('GET', maps, undefined, { query: { continue: second.metadata.continue } })).body;
  assert.deepEqual([names(last), last.metadata.continue], [['e'], undefined]);
});

test('an expired continue token is a 410 with a token for the newest state', async () => {
  const { call, store } = await withMaps('a', 'b', 'c');
  const { metadata } = (await call('GET', maps, undefined, { query: { limit: '1' } })).body;
  await call('POST', maps, map('bb'));
  await store.compact(store.revision);
  const query = { limit: '1', continue: metadata.continue };
  const gone = await call('GET', maps, undefined, { query });
  assert.deepEqual([gone.status, gone.body.reason], [410, 'Expired']);
  const on = { continue: gone.body.metadata.continue };
  assert.deepEqual(names((await call('GET', maps, undefined, { query: on })).body), ['b', 'bb', 'c']);
});

test('resourceVersionMatch selects an exact or a not older state', async () => {
  const { call } = await withMaps('a');
  const { resourceVersion } = (await call('GET', maps)).body.metadata;
  await call('POST', maps, map('b'));
  const at = (resourceVersionMatch: string) =>
    call('GET', maps, undefined, { query: { resourceVersion, resourceVersionMatch } });
  assert.deepEqual(names((await at('Exact')).body), ['a']);
  assert.deepEqual(names((await at('NotOlderThan')).body), ['a', 'b']);
  assert.equal((await at('Sometimes')).status, 422);
  const future = await call('GET', maps, undefined, { query: { resourceVersion: '999999' } });
  assert.deepEqual([future.status, future.body.details.causes[0].reason], [504, 'ResourceVersionTooLarge']);
});

test('label and field selectors filter lists, with pages too', async () => {
  const { call } = await simCluster();
  for (let i = 0; i < 6; i++) await call('POST', maps, map(`m${i}`, { odd: String(i % 2) }));
  const query = { labelSelector: 'odd=1', limit: '2' };
  const page = (await call('GET', maps, undefined, { query })).body;
  assert.deepEqual([names(page), page.metadata.remainingItemCount], [['m1', 'm3'], undefined]);
  const rest = { ...query, continue: page.metadata.continue };
  assert.deepEqual(names((await call('GET', maps, undefined, { query: rest })).body), ['m5']);
  const one = { fieldSelector: 'metadata.name=m2' };
  assert.deepEqual(names((await call('GET', maps, undefined, { query: one })).body), ['m2']);
  assert.deepEqual(
    names(
      (
        await call('GET', '/api/v1/configmaps', undefined, {
          query: { fieldSelector: 'metadata.name!=m2', labelSelector: 'odd=0' },
        })
      ).body,
    ),
    ['m0', 'm4'],
  );
});

test('a watch from a resourceVersion delivers every later change', async () => {
  const { call, watch } = await withMaps('a');
  const { resourceVersion } = (await call('GET', maps)).body.metadata;
  await call('POST', maps, map('b'));
  const seen = await watch(maps, { resourceVersion });
  assert.deepEqual([(await seen.next()).type, 'b'], ['ADDED', 'b']);
  await call('DELETE', `${maps}/a`);
  const gone = await seen.next();
  assert.deepEqual([gone.type, gone.object.metadata.name], ['DELETED', 'a']);
  assert.ok(Number(gone.object.metadata.resourceVersion) > Number(resourceVersion));
  seen.stop();
});

test('a watch from a compacted resourceVersion ends with 410', async () => {
  const { call, watch, store } = await withMaps('a');
  await call('POST', maps, map('b'));
  await store.compact(store.revision);
  const seen = await watch(maps, { resourceVersion: '2' });
  const error = await seen.next();
  assert.deepEqual([error.type, error.object.code, error.object.reason], ['ERROR', 410, 'Expired']);
  assert.match(error.object.message, /^too old resource version: 2 \(\d+\)$/);
  assert.equal((await seen.next()).type, 'END');
});

test('a streaming list ends its initial events with an annotated bookmark', async () => {
  const { call, watch } = await withMaps('a', 'b');
  const seen = await watch(maps, {
    sendInitialEvents: 'true',
    resourceVersionMatch: 'NotOlderThan',
    allowWatchBookmarks: 'true',
  });
  assert.deepEqual([(await seen.next()).type, (await seen.next()).type], ['ADDED', 'ADDED']);
  const end = await seen.next();
  assert.equal(end.type, 'BOOKMARK');
  assert.equal(end.object.metadata.annotations['k8s.io/initial-events-end'], 'true');
  await call('POST', maps, map('c'));
  assert.equal((await seen.next()).object.metadata.name, 'c');
  seen.stop();
  const refused = watch(maps, { sendInitialEvents: 'true' });
  await assert.rejects(refused, /sendInitialEvents requires setting resourceVersionMatch to NotOlderThan/);
});

test('an object that begins or stops to match a selector is ADDED or DELETED', async () => {
  const { call, watch } = await simCluster();
  const seen = await watch(maps, { labelSelector: 'on=yes' });
  await call('POST', maps, map('a'));
  await call('PUT', `${maps}/a`, map('a', { on: 'yes' }));
  assert.deepEqual([(await seen.next()).type], ['ADDED']);
  await call('PUT', `${maps}/a`, { ...map('a', { on: 'yes' }), data: { x: '1' } });
  assert.equal((await seen.next()).type, 'MODIFIED');
  const left = (await call('PUT', `${maps}/a`, map('a', { on: 'no' }))).body;
  const gone = await seen.next();
  assert.deepEqual(
    [gone.type, gone.object.metadata.labels.on, gone.object.metadata.resourceVersion],
    ['DELETED', 'yes', left.metadata.resourceVersion],
  );
  seen.stop();
});

test('an idle watch gets bookmarks, and ends after its timeout', async () => {
  const { watch, clock, call } = await withMaps('a');
  const seen = await watch(maps, { allowWatchBookmarks: 'true', timeoutSeconds: '90' });
  await seen.next();
  await call('POST', '/api/v1/namespaces/default/secrets', {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 's' },
  });
  const next = seen.next();
  await clock.step(60_000);
  assert.equal((await next).type, 'BOOKMARK');
  const last = seen.next();
  await clock.step(30_000);
  assert.equal((await last).type, 'END');
});

test('revisions are compacted after five to ten minutes', async () => {
  const { clock, store, call } = await withMaps('a');
  const before = store.revision;
  await clock.step(5 * 60_000);
  await call('PUT', `${maps}/a`, map('a', { x: 'y' }));
  await clock.step(5 * 60_000);
  await settle();
  assert.ok(store.compacted >= before);
});

test('an update that changes nothing is not stored', async () => {
  const { call } = await withMaps('a');
  const made = (await call('GET', `${maps}/a`)).body;
  const again = (await call('PUT', `${maps}/a`, map('a'))).body;
  assert.equal(again.metadata.resourceVersion, made.metadata.resourceVersion);
});

test('tables and partial metadata are returned on request', async () => {
  const { call } = await withMaps('a');
  const table = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' };
  const answer = await call('GET', maps, undefined, { headers: table });
  assert.equal(answer.body.kind, 'Table');
  assert.deepEqual(answer.body.rows[0].cells.slice(0, 2), ['a', 0]);
  assert.equal(answer.body.rows[0].object.kind, 'PartialObjectMetadata');
  const partial = { accept: 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io' };
  assert.equal(
    (await call('GET', maps, undefined, { headers: partial })).body.kind,
    'PartialObjectMetadataList',
  );
});

test('deprecated kinds are served with a warning', async () => {
  const { call } = await simCluster();
  const listed = await call('GET', '/api/v1/componentstatuses');
  assert.deepEqual(
    listed.body.items.map(({ metadata, conditions }: Body) => [metadata.name, conditions[0].status]),
    [
      ['controller-manager', 'True'],
      ['etcd-0', 'True'],
      ['scheduler', 'True'],
    ],
  );
  assert.equal(listed.headers.warning, '299 - "v1 ComponentStatus is deprecated in v1.19+"');
  assert.equal((await call('GET', '/api/v1/componentstatuses/scheduler')).body.kind, 'ComponentStatus');
  assert.equal((await call('GET', '/api/v1/componentstatuses/none')).status, 404);
  assert.equal((await call('POST', '/api/v1/componentstatuses', {})).status, 405);
  const endpoints = await call('GET', '/api/v1/endpoints');
  assert.match(endpoints.headers.warning ?? '', /Endpoints is deprecated in v1\.33\+; use discovery/);
});
