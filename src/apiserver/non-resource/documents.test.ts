import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { APIGroupDiscoveryList } from '../../api/discovery/messages.ts';
import { decodeMessage } from '../../api/protobuf/decode.ts';
import { openEnvelope } from '../../api/protobuf/envelope.ts';
import { type SimCluster, simCluster } from '../../sim/cluster.ts';

let server: SimCluster;

before(async () => {
  server = await simCluster();
});

const get = (path: string, headers: Record<string, string> = {}, query: Record<string, string> = {}) =>
  server.call('GET', path, undefined, { headers, query });

const aggregated = (version: string, type = 'application/json') =>
  `${type};g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`;

test('aggregated discovery has the type that was asked for, and a hash; who knows it gets a 304', async () => {
  for (const path of ['/api', '/apis']) {
    const answer = await get(path, { accept: `${aggregated('v2')},application/json` });
    assert.equal(answer.headers['content-type'], aggregated('v2'));
    assert.equal(answer.body.apiVersion, 'apidiscovery.k8s.io/v2');
    const { etag = '', vary, 'cache-control': caching } = answer.headers;
    assert.match(etag, /^"[0-9A-F]{128}"$/);
    assert.deepEqual([vary, caching], ['Accept', 'public']);
    const again = await get(path, { accept: aggregated('v2'), 'if-none-match': etag });
    assert.deepEqual([again.status, again.body, again.headers.etag], [304, '', etag]);
    const changed = await get(path, { accept: aggregated('v2'), 'if-none-match': '"0"' });
    assert.equal(changed.status, 200);
  }
});

test('aggregated discovery v2beta1 is not served any more', async () => {
  assert.equal((await get('/apis', { accept: aggregated('v2beta1') })).status, 406);
  const plain = await get('/apis', { accept: `${aggregated('v2beta1')},application/json` });
  assert.equal(plain.body.kind, 'APIGroupList');
});

test('aggregated discovery in protobuf is the same document', async () => {
  const type = 'application/vnd.kubernetes.protobuf';
  const { body } = await get('/apis', { accept: aggregated('v2') });
  const request = {
    method: 'GET',
    path: '/apis',
    headers: { accept: `${aggregated('v2', type)},application/json` },
  };
  const answer = await server.api.inProcess.request(request, { name: 'a', groups: ['system:masters'] });
  assert.equal(answer.headers['content-type'], aggregated('v2', type));
  const { apiVersion, kind, raw } = openEnvelope(answer.body);
  assert.deepEqual([apiVersion, kind], ['apidiscovery.k8s.io/v2', 'APIGroupDiscoveryList']);
  const decoded = decodeMessage(APIGroupDiscoveryList, raw) as typeof body;
  const items = decoded.items.map(({ metadata, versions }: (typeof body)['items'][number]) => ({
    metadata: { name: metadata.name },
    versions,
  }));
  assert.deepEqual(items, body.items);
});

test('OpenAPI v3: the index and each document have a hash; with it in the URL, clients may keep a document for ever', async () => {
  const index = await get('/openapi/v3');
  const known = await get('/openapi/v3', { 'if-none-match': index.headers.etag! });
  assert.equal(known.status, 304);
  const url = new URL(index.body.paths['apis/apps/v1'].serverRelativeURL, 'https://x');
  const hash = url.searchParams.get('hash')!;
  const document = await get(url.pathname, {}, { hash });
  assert.equal(document.headers['cache-control'], 'public, immutable');
  assert.ok(Date.parse(document.headers.expires!) > 0);
  assert.equal(document.headers.etag, `"${hash}"`);
  const unchanged = await get(url.pathname, { 'if-none-match': `W/"0", "${hash}"` }, { hash });
  assert.equal(unchanged.status, 304);
  const old = await get(url.pathname, {}, { hash: '0' });
  assert.deepEqual([old.status, old.headers.location], [301, `${url.pathname}?hash=${hash}`]);
  assert.equal((await get(url.pathname, { accept: 'text/html' })).status, 406);
  assert.equal((await get(url.pathname)).headers['cache-control'], 'no-cache, private');
});
