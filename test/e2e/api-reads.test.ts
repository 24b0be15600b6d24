// Errors, lists, watches and discovery over plain HTTP, without nodes.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { ApiClient, Wire } from '../support/api-client.ts';
import { APPS, type ApiScene, apiScene, configMap, is, maps, SPACE } from '../support/api-scene.ts';

let scene: ApiScene;
let api: ApiClient;
const made = async (path: string, object: object) => is(await api.post(path, object), 201);

describe('reading the API over HTTP', () => {
  before(async () => {
    scene = await apiScene('tph-e2e-reads');
    api = scene.api;
  });
  after(() => scene?.down());

  it('errors are Statuses with the right code, reason and details', async () => {
    const missing = is(await api.get(`${maps}/none`), 404, 'NotFound', /^configmaps "none" not found$/);
    assert.deepEqual(missing.details, { name: 'none', kind: 'configmaps' });
    const dep = is(await api.get(`${APPS}/deployments/none`), 404, 'NotFound');
    assert.equal(dep.message, 'deployments.apps "none" not found');
    assert.deepEqual(dep.details, { name: 'none', group: 'apps', kind: 'deployments' });
    const unknown = await api.get(`${SPACE}/nothings`);
    is(unknown, 404, 'NotFound', /^the server could not find the requested resource$/);
    const nowhere = await api.get('/apis/none.example/v1');
    is(nowhere, 404, 'NotFound');
    is(
      await api.call('POST', `${maps}/named`, {}),
      405,
      'MethodNotAllowed',
      /^the server does not allow this method on the requested resource$/,
    );
    is(
      await api.get(maps, { accept: 'text/html' }),
      406,
      'NotAcceptable',
      /^only the following media types are accepted: /,
    );
    const html = { 'content-type': 'text/html' };
    is(
      await api.call('POST', maps, 'x', html),
      415,
      'UnsupportedMediaType',
      /^the body of the request was in an unknown format - accepted media types include: /,
    );
    is(await api.call('PATCH', `${maps}/kube-root-ca.crt`, '{}', html), 415, 'UnsupportedMediaType');
    is(await api.post(maps, 'x'.repeat(3.5 * 1024 * 1024)), 413, 'RequestEntityTooLarge', /limit is 3145728/);
    is(await api.post(maps, { kind: 'Secret', apiVersion: 'v1' }), 400, 'BadRequest');
    const invalid = is(
      await api.post(maps, configMap('Not_OK')),
      422,
      'Invalid',
      /^ConfigMap "Not_OK" is invalid: metadata\.name: Invalid value: "Not_OK": /,
    );
    assert.deepEqual(invalid.details.causes[0].field, 'metadata.name');
    assert.deepEqual(invalid.details.causes[0].reason, 'FieldValueInvalid');
    is(
      await api.post(`/api/v1/namespaces/none/configmaps`, configMap('x')),
      404,
      'NotFound',
      /^namespaces "none" not found$/,
    );
    is(
      await api.post(maps, configMap('x', {}, { namespace: 'default' })),
      400,
      'BadRequest',
      /^the namespace of the provided object does not match the namespace sent on the request$/,
    );
    is(
      await api.post(maps, { ...configMap('x'), metadata: {} }),
      422,
      'Invalid',
      /name or generateName is required/,
    );
    const versioned = await api.post(maps, configMap('x', {}, { resourceVersion: '5' }));
    assert.deepEqual(
      [versioned.status, versioned.body.message],
      [500, 'resourceVersion should not be set on objects to be created'],
    );
    is(await api.put(`${maps}/none`, configMap('none')), 404, 'NotFound');
  });

  it('lists are paged, count what remains, and serve an exact or a newer version', async () => {
    for (const i of [1, 2, 3, 4, 5])
      await made(maps, configMap(`page-${i}`, {}, { labels: { page: 'yes' } }));
    const first = is(await api.get(`${maps}?limit=2`), 200);
    assert.equal(first.items.length, 2);
    assert.equal(first.metadata.remainingItemCount, 4);
    const seen = first.items.map((i: Wire) => i.metadata.name);
    await made(maps, configMap('page-0'));
    for (let token = first.metadata.continue; token; ) {
      const page = is(await api.get(`${maps}?limit=2&continue=${token}`), 200);
      assert.equal(page.metadata.resourceVersion, first.metadata.resourceVersion);
      seen.push(...page.items.map((i: Wire) => i.metadata.name));
      token = page.metadata.continue;
    }
    assert.deepEqual(seen, ['kube-root-ca.crt', 'page-1', 'page-2', 'page-3', 'page-4', 'page-5']);
    const selected = is(await api.get(`${maps}?limit=2&labelSelector=page%3Dyes`), 200);
    assert.equal(selected.items.length, 2);
    assert.ok(selected.metadata.continue);
    assert.equal(selected.metadata.remainingItemCount, undefined);

    const { resourceVersion } = first.metadata;
    const names = async (query: string) =>
      is(await api.get(`${maps}?${query}`), 200).items.map((i: Wire) => i.metadata.name);
    assert.ok(
      !(await names(`resourceVersion=${resourceVersion}&resourceVersionMatch=Exact`)).includes('page-0'),
    );
    assert.ok(
      (await names(`resourceVersion=${resourceVersion}&resourceVersionMatch=NotOlderThan`)).includes(
        'page-0',
      ),
    );
    assert.ok((await names('resourceVersion=0')).includes('page-0'));
    is(
      await api.get(`${maps}?resourceVersionMatch=Exact`),
      422,
      'Invalid',
      /resourceVersionMatch is forbidden unless resourceVersion is provided/,
    );
    is(
      await api.get(`${maps}?resourceVersion=0&resourceVersionMatch=Exact`),
      422,
      'Invalid',
      /resourceVersionMatch "exact" is forbidden for resourceVersion "0"/,
    );
    is(
      await api.get(`${maps}?resourceVersion=1&resourceVersionMatch=Odd`),
      422,
      'Invalid',
      /Unsupported value: "Odd": supported values: "Exact", "NotOlderThan"/,
    );
    is(
      await api.get(`${maps}?limit=2&continue=${selected.metadata.continue}&resourceVersion=7`),
      400,
      'BadRequest',
      /specifying resource version is not allowed when using continue/,
    );
    is(await api.get(`${maps}?continue=odd`), 400, 'BadRequest', /continue key is not valid/);
    is(await api.get(`${maps}?resourceVersion=odd`), 400, 'BadRequest', /Invalid value: "odd"/);
    const late = is(
      await api.get(`${maps}?resourceVersion=99999999`),
      504,
      'Timeout',
      /Too large resource version: 99999999, current: \d+/,
    );
    assert.deepEqual(late.details.causes[0], {
      reason: 'ResourceVersionTooLarge',
      message: 'Too large resource version',
    });
    is(
      await api.get(`${maps}?labelSelector=a%20b%20c`),
      400,
      'BadRequest',
      /unable to parse "labelSelector"|unable to parse requirement/,
    );
    is(
      await api.get(`${maps}?fieldSelector=spec.odd%3D1`),
      400,
      'BadRequest',
      /^"spec\.odd" is not a known field selector: only "metadata\.name", "metadata\.namespace"$/,
    );
    is(
      await api.get(`${SPACE}/pods?fieldSelector=spec.odd%3D1`),
      400,
      'BadRequest',
      /^field label not supported: spec\.odd$/,
    );
  });

  it('a watch resumes from a resource version, sends initial events and bookmarks, and ends at its timeout', async () => {
    const at = is(await api.get(maps), 200).metadata.resourceVersion;
    await made(maps, configMap('watched'));
    await api.patch(`${maps}/watched`, 'merge', { data: { a: '1' } });
    await api.del(`${maps}/watched`);
    const from = api.watch(`${maps}?watch=1&resourceVersion=${at}&timeoutSeconds=1`);
    await from.ended;
    assert.deepEqual(
      from.events.map(({ type, object }) => `${type} ${object.metadata.name}`),
      ['ADDED watched', 'MODIFIED watched', 'DELETED watched'],
    );
    const [, changed, deleted] = from.events;
    assert.equal(deleted?.object.data.a, '1');
    assert.ok(
      Number(deleted?.object.metadata.resourceVersion) > Number(changed?.object.metadata.resourceVersion),
    );

    const initial = api.watch(
      `${maps}?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&timeoutSeconds=5`,
    );
    const events = await initial.until((all) => all.some(({ type }) => type === 'BOOKMARK'));
    initial.close();
    const bookmark = events.at(-1)!;
    assert.equal(bookmark.type, 'BOOKMARK');
    assert.equal(bookmark.object.kind, 'ConfigMap');
    assert.equal(bookmark.object.metadata.annotations['k8s.io/initial-events-end'], 'true');
    assert.ok(events.slice(0, -1).every(({ type }) => type === 'ADDED'));
    is(
      await api.get(`${maps}?watch=1&sendInitialEvents=true`),
      422,
      'Invalid',
      /sendInitialEvents requires setting resourceVersionMatch to NotOlderThan/,
    );
    is(
      await api.get(`${maps}?watch=1&resourceVersionMatch=NotOlderThan&resourceVersion=1`),
      422,
      'Invalid',
      /resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided/,
    );

    const table = await api.get(`${maps}?watch=1&timeoutSeconds=1&fieldSelector=metadata.name%3Dpage-1`, {
      accept: 'application/json;as=Table;v=v1;g=meta.k8s.io',
    });
    const row = JSON.parse(table.text.split('\n')[0]!);
    assert.equal(row.object.kind, 'Table');
    assert.equal(row.object.rows[0].cells[0], 'page-1');
  });

  it('discovery and OpenAPI have a document for every group', async () => {
    const groups = is(await api.get('/apis'), 200);
    assert.equal(groups.kind, 'APIGroupList');
    const index = is(await api.get('/openapi/v3'), 200).paths;
    for (const group of groups.groups)
      for (const { groupVersion } of group.versions) {
        const resources = is(await api.get(`/apis/${groupVersion}`), 200);
        assert.deepEqual([resources.kind, resources.groupVersion], ['APIResourceList', groupVersion]);
        const url = index[`apis/${groupVersion}`]?.serverRelativeURL;
        assert.match(String(url), /^\/openapi\/v3\/apis\/.*\?hash=[0-9A-F]+$/);
        const document = is(await api.get(url), 200);
        assert.match(document.openapi, /^3\.0/);
        assert.ok(Object.keys(document.paths).length > 0);
      }
    const swagger = is(await api.get('/openapi/v2', { accept: 'application/json' }), 200);
    assert.equal(swagger.swagger, '2.0');
  });
});
