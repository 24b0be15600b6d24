// The API's words and rules over plain HTTP, without nodes: what clients of the original depend upon.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type ApiClient, apiClient, type Wire, type WireAnswer } from '../support/api-client.ts';
import { startTestCluster, type TestCluster } from '../support/cluster.ts';

let cluster: TestCluster | undefined;
let api: ApiClient;

const SPACE = '/api/v1/namespaces/words';
const APPS = '/apis/apps/v1/namespaces/words';
const maps = `${SPACE}/configmaps`;
const configMap = (name: string, data: object = {}, metadata: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...metadata },
  data,
});
const pod = (name: string, labels: object = {}, spec: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels },
  spec: { containers: [{ name: 'c', image: 'i' }], ...spec },
});
const deployment = (name: string, container: object = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    replicas: 0,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'c', image: 'i', ...container }] },
    },
  },
});

function is(answer: WireAnswer, status: number, reason?: string, message?: RegExp): Wire {
  assert.equal(answer.status, status, answer.text.slice(0, 600));
  if (reason === undefined) return answer.body;
  const { body } = answer;
  assert.deepEqual(
    [body.kind, body.apiVersion, body.status, body.reason, body.code],
    ['Status', 'v1', 'Failure', reason, status],
  );
  if (message) assert.match(body.message, message);
  return body;
}
const made = async (path: string, object: object) => is(await api.post(path, object), 201);
const warnings = ({ headers }: WireAnswer) => [headers.warning ?? []].flat().join('\n');

describe('the API over HTTP', () => {
  before(async () => {
    const kubeconfig = process.env.TIPHYS_TEST_KUBECONFIG;
    cluster = kubeconfig ? undefined : await startTestCluster({ name: 'tph-e2e-api', nodes: 0 });
    api = apiClient(kubeconfig ?? cluster!.env.KUBECONFIG!);
    await made('/api/v1/namespaces', { metadata: { name: 'words' } });
  });
  after(async () => {
    await api?.del(SPACE);
    api?.close();
    await cluster?.down();
  });

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

  it('lists walk in pages, count what remains, and know exact and newer versions', async () => {
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

  it('a watch goes on from a version, sends initial events, bookmarks, and ends in time', async () => {
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

  it('managed fields tell who wrote what, and through which subresource', async () => {
    const agent = { 'user-agent': 'curl/8.0 (x)' };
    await api.post(`${APPS}/deployments`, deployment('managed'), agent);
    await api.patch(`${APPS}/deployments/managed?fieldManager=painter`, 'strategic', {
      spec: { template: { spec: { containers: [{ name: 'c', image: 'j' }] } } },
    });
    await api.patch(`${APPS}/deployments/managed/scale?fieldManager=scaler`, 'merge', {
      spec: { replicas: 0, selector: null },
    });
    await api.patch(`${APPS}/deployments/managed/status?fieldManager=teller`, 'merge', {
      status: { conditions: [{ type: 'Odd', status: 'True' }] },
    });
    const { metadata } = is(await api.get(`${APPS}/deployments/managed`), 200);
    const of = (manager: string) => metadata.managedFields.find((e: Wire) => e.manager === manager);
    const container = (e: Wire) =>
      e.fieldsV1['f:spec']['f:template']['f:spec']['f:containers']['k:{"name":"c"}'];
    assert.equal(of('curl').operation, 'Update');
    assert.equal(container(of('curl'))['f:image'], undefined);
    assert.deepEqual(container(of('curl'))['.'], {});
    assert.deepEqual(of('painter').fieldsV1, {
      'f:spec': { 'f:template': { 'f:spec': { 'f:containers': { 'k:{"name":"c"}': { 'f:image': {} } } } } },
    });
    assert.equal(of('teller').subresource, 'status');
    const told = of('teller').fieldsV1['f:status']['f:conditions']['k:{"type":"Odd"}'];
    assert.deepEqual(told, { '.': {}, 'f:status': {}, 'f:type': {} });
    is(
      await api.patch(`${APPS}/deployments/managed?fieldManager=${'x'.repeat(129)}`, 'merge', {}),
      422,
      'Invalid',
      /may not be more than 128 bytes|Too long/,
    );
    const cleared = is(
      await api.patch(`${APPS}/deployments/managed`, 'merge', { metadata: { managedFields: [{}] } }),
      200,
    );
    assert.equal(cleared.metadata.managedFields, undefined);
  });

  it('server-side apply merges nested lists by their keys, shares, takes over and lets go', async () => {
    const path = `${APPS}/deployments/applied`;
    const shape = (container: object, spec: object = {}) => {
      const object = deployment('applied', container);
      Object.assign(object.spec.template.spec, spec);
      return object;
    };
    const apply = (manager: string, body: object, query = '') =>
      api.patch(`${path}?fieldManager=${manager}${query}`, 'apply', body);
    const first = await apply(
      'one',
      shape(
        {
          env: [
            { name: 'A', value: '1' },
            { name: 'B', value: '2' },
          ],
          ports: [{ containerPort: 80 }],
          volumeMounts: [{ name: 'v', mountPath: '/v' }],
        },
        { volumes: [{ name: 'v', emptyDir: {} }], tolerations: [{ key: 't', operator: 'Exists' }] },
      ),
    );
    is(first, 201);
    const part = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'applied' } };
    const containerPart = (container: object) => ({
      ...part,
      spec: { template: { spec: { containers: [{ name: 'c', ...container }] } } },
    });
    const second = is(
      await apply(
        'two',
        containerPart({ env: [{ name: 'C', value: '3' }], ports: [{ containerPort: 81, name: 'x' }] }),
      ),
      200,
    );
    const spec = (body: Wire) => body.spec.template.spec;
    const envNames = (body: Wire) =>
      spec(body)
        .containers[0].env.map((e: Wire) => e.name)
        .sort();
    assert.deepEqual(envNames(second), ['A', 'B', 'C']);
    assert.deepEqual(
      spec(second)
        .containers[0].ports.map((p: Wire) => p.containerPort)
        .sort(),
      [80, 81],
    );
    const conflict = is(
      await apply('two', containerPart({ env: [{ name: 'A', value: '9' }] })),
      409,
      'Conflict',
      /^Apply failed with 1 conflict: conflict with "one": \.spec\.template\.spec\.containers\[name="c"\]\.env\[name="A"\]\.value$/,
    );
    assert.deepEqual(conflict.details.causes, [
      {
        reason: 'FieldManagerConflict',
        message: 'conflict with "one"',
        field: '.spec.template.spec.containers[name="c"].env[name="A"].value',
      },
    ]);
    const forced = is(
      await apply('two', containerPart({ env: [{ name: 'A', value: '9' }] }), '&force=true'),
      200,
    );
    assert.equal(spec(forced).containers[0].env.find((e: Wire) => e.name === 'A').value, '9');
    assert.deepEqual(envNames(forced), ['A', 'B']);
    const shared = is(await apply('three', containerPart({ env: [{ name: 'B', value: '2' }] })), 200);
    assert.deepEqual(envNames(shared), ['A', 'B']);
    const letGo = is(await apply('one', shape({}, {})), 200);
    assert.deepEqual(envNames(letGo), ['A', 'B']);
    assert.equal(spec(letGo).volumes, undefined);
    assert.equal(spec(letGo).tolerations, undefined);
    const gone = is(await apply('three', part), 200);
    assert.deepEqual(envNames(gone), ['A']);
    const { uid } = is(await api.get(`${maps}/kube-root-ca.crt`), 200).metadata;
    const owners = await apply('owner', {
      ...part,
      metadata: {
        name: 'applied',
        finalizers: ['x.example/a'],
        ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'kube-root-ca.crt', uid }],
      },
    });
    assert.equal(is(owners, 200).metadata.ownerReferences.length, 1);
    const freed = is(await apply('owner', part), 200);
    assert.equal(freed.metadata.finalizers, undefined);
    assert.equal(freed.metadata.ownerReferences, undefined);
    is(
      await apply('one', { ...part, metadata: { name: 'applied', managedFields: [{ manager: 'x' }] } }),
      400,
      'BadRequest',
      /^metadata\.managedFields must be nil$/,
    );
    is(
      await api.patch(path, 'apply', part),
      422,
      'Invalid',
      /fieldManager: Required value: is required for apply patch/,
    );
    const dry = is(
      await apply('dry', containerPart({ env: [{ name: 'D', value: '4' }] }), '&dryRun=All'),
      200,
    );
    assert.deepEqual(envNames(dry), ['A', 'D']);
    assert.deepEqual(envNames(is(await api.get(path), 200)), ['A']);
    const map = configMap('applied', { a: '1' });
    const once = is(await api.patch(`${maps}/applied?fieldManager=one`, 'apply', map), 201);
    const twice = is(await api.patch(`${maps}/applied?fieldManager=one`, 'apply', map), 200);
    assert.equal(twice.metadata.resourceVersion, once.metadata.resourceVersion);
    is(await apply('one', { kind: 'Deployment', metadata: { name: 'applied' } }), 400, 'BadRequest');
  });

  it('unknown fields are refused, told or dropped', async () => {
    const odd = { ...configMap('odd'), unknown: 1 };
    is(
      await api.post(`${maps}?fieldValidation=Strict`, odd),
      400,
      'BadRequest',
      /strict decoding error: unknown field "unknown"/,
    );
    const warned = await api.post(`${maps}?fieldValidation=Warn&dryRun=All`, odd);
    is(warned, 201);
    assert.equal(warnings(warned), '299 - "unknown field \\"unknown\\""');
    const byDefault = await api.post(`${maps}?dryRun=All`, odd);
    assert.equal(warnings(byDefault), '299 - "unknown field \\"unknown\\""');
    const ignored = await api.post(`${maps}?fieldValidation=Ignore&dryRun=All`, odd);
    assert.equal(warnings(ignored), '');
    is(
      await api.post(`${maps}?fieldValidation=Odd`, odd),
      422,
      'Invalid',
      /fieldValidation: Unsupported value: "Odd": supported values: /,
    );
    const twice = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"odd"},"data":{"a":"1","a":"2"}}';
    is(
      await api.post(`${maps}?fieldValidation=Strict`, twice),
      400,
      'BadRequest',
      /strict decoding error: duplicate field "data\.a"/,
    );
  });

  it('old kinds and fields are warned of', async () => {
    assert.match(
      warnings(await api.get(`${SPACE}/endpoints`)),
      /299 - "v1 Endpoints is deprecated in v1\.33\+; use discovery\.k8s\.io\/v1 EndpointSlice"/,
    );
    const statuses = await api.get('/api/v1/componentstatuses');
    is(statuses, 200);
    assert.match(warnings(statuses), /v1 ComponentStatus is deprecated in v1\.19\+/);
    const old = await api.post(
      `${SPACE}/pods?dryRun=All`,
      pod('old', {}, { nodeSelector: { 'beta.kubernetes.io/os': 'linux' } }),
    );
    assert.match(
      warnings(old),
      /spec\.nodeSelector\[beta\.kubernetes\.io\/os\]: deprecated since v1\.14; use \\"kubernetes\.io\/os\\" instead/,
    );
  });

  it('scale, status and the spec are written apart', async () => {
    const sets = `${APPS}/replicasets`;
    const { spec } = deployment('scaled');
    await made(sets, {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: { name: 'scaled' },
      spec,
      status: { replicas: 9 },
    });
    const scale = is(await api.get(`${sets}/scaled/scale`), 200);
    assert.deepEqual(scale.spec, {});
    assert.equal(scale.status.replicas, 0);
    assert.equal(scale.status.selector, 'app=scaled');
    scale.spec.replicas = 2;
    const { resourceVersion, ...metadata } = scale.metadata;
    assert.equal(is(await api.put(`${sets}/scaled/scale`, { ...scale, metadata }), 200).spec.replicas, 2);
    assert.ok(resourceVersion);
    is(
      await api.put(`${sets}/scaled/scale`, scale),
      409,
      'Conflict',
      /^Operation cannot be fulfilled on replicasets\.apps "scaled": the object has been modified; please apply your changes to the latest version and try again$/,
    );
    is(
      await api.patch(`${sets}/scaled/scale`, 'merge', { spec: { replicas: -1 } }),
      422,
      'Invalid',
      /must be greater than or equal to 0/,
    );
  });

  it('deletions keep finalizers, preconditions and budgets', async () => {
    const { metadata } = await made(maps, configMap('kept', {}, { finalizers: ['x.example/f'] }));
    const waiting = is(await api.del(`${maps}/kept`), 200);
    assert.equal(waiting.kind, 'ConfigMap');
    assert.ok(waiting.metadata.deletionTimestamp);
    assert.equal(waiting.metadata.deletionGracePeriodSeconds, 0);
    is(
      await api.patch(`${maps}/kept`, 'merge', { metadata: { finalizers: ['x.example/f', 'x.example/g'] } }),
      422,
      'Invalid',
      /metadata\.finalizers: Forbidden: no new finalizers can be added if the object is being deleted/,
    );
    is(
      await api.del(`${maps}/kept`, { preconditions: { uid: 'other' } }),
      409,
      'Conflict',
      /Precondition failed: UID in precondition: other, UID in object meta: /,
    );
    is(await api.patch(`${maps}/kept`, 'merge', { metadata: { finalizers: null } }), 200);
    is(await api.get(`${maps}/kept`), 404, 'NotFound');
    await made(maps, configMap('plain'));
    const status = is(await api.del(`${maps}/plain`), 200);
    assert.equal(status.status, 'Success');
    assert.deepEqual(Object.keys(status.details).sort(), ['kind', 'name', 'uid']);
    assert.notEqual(status.details.uid, metadata.uid);

    await made('/apis/policy/v1/namespaces/words/poddisruptionbudgets', {
      metadata: { name: 'b' },
      spec: { minAvailable: 1, selector: { matchLabels: { guard: 'b' } } },
    });
    await made(`${SPACE}/pods`, pod('guarded', { guard: 'b' }));
    await api.patch(`${SPACE}/pods/guarded/status`, 'merge', {
      status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
    });
    const evict = (name: string) =>
      api.post(`${SPACE}/pods/${name}/eviction`, {
        apiVersion: 'policy/v1',
        kind: 'Eviction',
        metadata: { name },
      });
    const refused = await evict('guarded');
    is(
      refused,
      429,
      'TooManyRequests',
      /^Cannot evict pod as it would violate the pod's disruption budget\.$/,
    );
    assert.equal(refused.body.details.causes[0].reason, 'DisruptionBudget');
    await made(`${SPACE}/pods`, pod('free'));
    assert.equal(is(await evict('free'), 201).status, 'Success');
    is(await api.get(`${SPACE}/pods/free`), 404, 'NotFound');
  });

  it('names are generated, and namespaces end with what is in them', async () => {
    const named = await made(maps, { metadata: { generateName: 'gen-' } });
    assert.match(named.metadata.name, /^gen-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
    await made('/api/v1/namespaces', { metadata: { name: 'ending' } });
    await made(
      '/api/v1/namespaces/ending/configmaps',
      configMap('held', {}, { finalizers: ['x.example/f'] }),
    );
    const ending = is(await api.del('/api/v1/namespaces/ending'), 200);
    assert.equal(ending.status.phase, 'Terminating');
    is(
      await api.post('/api/v1/namespaces/ending/configmaps', configMap('late')),
      403,
      'Forbidden',
      /unable to create new content in namespace ending because it is being terminated/,
    );
    const conditions = api.watch('/api/v1/namespaces?watch=1&fieldSelector=metadata.name%3Dending');
    await conditions.until((all) =>
      all.some(({ object }) =>
        object.status.conditions?.some(
          (c: Wire) => c.type === 'NamespaceFinalizersRemaining' && c.status === 'True',
        ),
      ),
    );
    await api.patch('/api/v1/namespaces/ending/configmaps/held', 'merge', { metadata: { finalizers: null } });
    await conditions.until((all) => all.some(({ type }) => type === 'DELETED'));
    conditions.close();
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
