// Writes of every kind over plain HTTP, without nodes: field managers, apply, strictness, deletions.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { ApiClient, Wire } from '../support/api-client.ts';
import {
  APPS,
  type ApiScene,
  apiScene,
  configMap,
  deployment,
  is,
  maps,
  pod,
  SPACE,
  warnings,
} from '../support/api-scene.ts';

let scene: ApiScene;
let api: ApiClient;
const made = async (path: string, object: object) => is(await api.post(path, object), 201);

describe('writing the API over HTTP', () => {
  before(async () => {
    scene = await apiScene('tph-e2e-writes');
    api = scene.api;
  });
  after(() => scene?.down());

  it('managedFields record who wrote what, and through which subresource', async () => {
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

  it('server-side apply merges nested lists by key, shares fields, takes them over and gives them up', async () => {
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

  it('unknown fields are rejected, warned about or dropped, as fieldValidation says', async () => {
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

  it('deprecated kinds and fields cause warnings', async () => {
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

  it('status and scale change only through their subresources', async () => {
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

  it('deletion respects finalizers, preconditions and disruption budgets', async () => {
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

  it('generateName makes names; deleting a namespace deletes everything in it', async () => {
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
});
