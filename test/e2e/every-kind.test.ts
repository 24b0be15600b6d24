// Every kind that discovery names, in every version, through its whole life over plain HTTP, without nodes: what holds for one holds
// for all.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type ApiClient, apiClient, type Wire } from '../support/api-client.ts';
import { startTestCluster, type TestCluster } from '../support/cluster.ts';
import { BETA_GATES, minimalBetaObjects } from '../support/minimal-beta-objects.ts';
import { minimalObjects } from '../support/minimal-objects.ts';

interface Served {
  readonly key: string;
  readonly groupVersion: string;
  readonly path: string;
  readonly kind: string;
  readonly verbs: readonly string[];
  readonly subresources: readonly string[];
}

const minimal = { ...minimalObjects, ...minimalBetaObjects };
const FLAGS = ['--runtime-config=api/all=true', `--feature-gates=${BETA_GATES}`];

let cluster: TestCluster | undefined;
let api: ApiClient;

/** Everything that can be created, kept and deleted. */
async function kept(): Promise<Served[]> {
  const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
  const documents = await Promise.all(['/api', '/apis'].map((path) => api.get(path, { accept })));
  return documents
    .flatMap(({ body }) => body.items.flatMap(servedBy))
    .filter(({ verbs }) => verbs.includes('delete'));
}

const servedBy = (group: Wire): Served[] =>
  group.versions.flatMap((version: Wire) => {
    const name = group.metadata.name;
    const groupVersion = name ? `${name}/${version.version}` : version.version;
    const root = `${name ? '/apis' : '/api'}/${groupVersion}`;
    return version.resources.map((resource: Wire) => ({
      key: `${groupVersion}/${resource.resource}`,
      groupVersion,
      path: `${root}${resource.scope === 'Namespaced' ? '/namespaces/every' : ''}/${resource.resource}`,
      kind: resource.responseKind.kind,
      verbs: resource.verbs,
      subresources: (resource.subresources ?? []).map((s: Wire) => s.subresource),
    }));
  });

const text = (value: unknown) => JSON.stringify(value);

async function lifeOf({ key, groupVersion, path, kind, verbs, subresources }: Served): Promise<void> {
  const least = minimal[key];
  assert.ok(least, `no minimal object of ${key}`);
  const slug = `x${key.replaceAll(/[^a-z0-9]/g, '-').slice(-60)}`;
  const name = least.name ?? slug;
  const named = `${path}/${name}`;
  const object = {
    apiVersion: groupVersion,
    kind,
    metadata: { name, labels: { least: slug } },
    ...least.body,
  };
  const ok = (answer: { status: number; text: string }, status: number, what: string) =>
    assert.equal(answer.status, status, `${what}: ${answer.text.slice(0, 400)}`);

  const before = await api.get(`${path}?labelSelector=least%3D${slug}`);
  ok(before, 200, 'list');
  assert.equal(before.body.kind, `${kind}List`);
  assert.equal(before.body.apiVersion, groupVersion);
  assert.deepEqual(before.body.items, []);
  const from = before.body.metadata.resourceVersion;
  const watch = api.watch(`${path}?watch=1&labelSelector=least%3D${slug}&resourceVersion=${from}`);

  const dry = await api.post(`${path}?dryRun=All`, object);
  ok(dry, 201, 'dry create');
  ok(await api.get(named), 404, 'get after dry create');

  const created = await api.post(`${path}?fieldManager=tester`, object);
  ok(created, 201, 'create');
  const { metadata } = created.body;
  assert.equal(created.body.kind, kind);
  assert.match(metadata.uid, /^[0-9a-f-]{36}$/);
  assert.match(metadata.creationTimestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  const [entry] = metadata.managedFields;
  assert.deepEqual(
    [entry.manager, entry.operation, entry.apiVersion, entry.fieldsType],
    ['tester', 'Update', groupVersion, 'FieldsV1'],
  );
  assert.ok(entry.fieldsV1['f:metadata']['f:labels']['f:least'], text(entry));
  const again = await api.post(path, object);
  ok(again, 409, 'create again');
  assert.equal(again.body.reason, 'AlreadyExists');

  const got = await api.get(named);
  ok(got, 200, 'get');
  assert.equal(got.body.metadata.uid, metadata.uid);
  const list = await api.get(`${path}?labelSelector=least%3D${slug}`);
  assert.equal(list.body.items.length, 1);
  assert.equal((await api.get(`${path}?labelSelector=least%3D${slug},!least`)).body.items.length, 0);
  const byName = await api.get(`${path}?fieldSelector=metadata.name%3D${name}`);
  assert.equal(byName.body.items.length, 1, 'field selector');

  const table = await api.get(named, {
    accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json',
  });
  assert.equal(table.body.kind, 'Table');
  assert.equal(
    table.body.columnDefinitions[0].name,
    key === 'v1/events' || key === 'events.k8s.io/v1/events' ? 'Last Seen' : 'Name',
  );
  assert.equal(table.body.rows[0].cells.length, table.body.columnDefinitions.length, 'cells');
  assert.equal(table.body.rows[0].object.kind, 'PartialObjectMetadata');
  const partial = await api.get(path, {
    accept: 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json',
  });
  assert.equal(partial.body.kind, 'PartialObjectMetadataList');
  assert.equal(partial.body.apiVersion, 'meta.k8s.io/v1');
  assert.ok(
    partial.body.items.every(
      (item: Wire) => text(Object.keys(item).sort()) === text(['apiVersion', 'kind', 'metadata']),
    ),
  );

  // Controllers may write in between; what is read is written until nobody was quicker.
  for (;;) {
    const current = (await api.get(named)).body;
    current.metadata.annotations = { ...current.metadata.annotations, put: '1' };
    const put = await api.put(named, current);
    if (put.status === 409) continue;
    ok(put, 200, 'update');
    assert.equal(put.body.metadata.annotations.put, '1');
    break;
  }
  const annotated = (key: string) => ({ metadata: { annotations: { [key]: '1' } } });
  ok(await api.patch(named, 'merge', annotated('merge')), 200, 'merge patch');
  ok(await api.patch(named, 'strategic', annotated('strategic')), 200, 'strategic patch');
  const step = { op: 'add', path: '/metadata/annotations/json', value: '1' };
  ok(await api.patch(named, 'json', [step]), 200, 'json patch');
  const applied = await api.patch(`${named}?fieldManager=applier`, 'apply', {
    apiVersion: groupVersion,
    kind,
    ...annotated('apply'),
  });
  ok(applied, 200, 'apply');
  const { annotations, managedFields } = applied.body.metadata;
  for (const way of ['put', 'merge', 'strategic', 'json', 'apply']) assert.equal(annotations[way], '1', way);
  assert.deepEqual(
    managedFields.filter((e: Wire) => e.manager === 'applier').map((e: Wire) => [e.operation, e.fieldsV1]),
    [['Apply', { 'f:metadata': { 'f:annotations': { 'f:apply': {} } } }]],
  );
  if (subresources.includes('status')) {
    const status = await api.get(`${named}/status`);
    ok(status, 200, 'get status');
    ok(await api.patch(`${named}/status`, 'merge', annotated('status')), 200, 'patch status');
    const put = await api.put(`${named}/status`, (await api.get(`${named}/status`)).body);
    assert.ok([200, 409].includes(put.status), `put status: ${put.text}`);
  }
  if (subresources.includes('scale')) {
    const scale = await api.get(`${named}/scale`);
    ok(scale, 200, 'get scale');
    assert.equal(`${scale.body.apiVersion} ${scale.body.kind}`, 'autoscaling/v1 Scale');
  }
  const other = await api.put(named, {
    ...got.body,
    metadata: { ...got.body.metadata, resourceVersion: '1' },
  });
  ok(other, 409, 'stale update');
  assert.equal(other.body.reason, 'Conflict');
  const wrong = await api.del(named, {
    kind: 'DeleteOptions',
    apiVersion: 'v1',
    preconditions: { uid: '00000000-0000-0000-0000-000000000000' },
  });
  ok(wrong, 409, 'delete with another uid');

  const dryGone = await api.del(`${named}?dryRun=All`);
  assert.ok([200, 202].includes(dryGone.status), `dry delete: ${dryGone.text}`);
  ok(await api.get(named), 200, 'get after dry delete');
  const collection = verbs.includes('deletecollection');
  const gone = await api.del(collection ? `${path}?labelSelector=least%3D${slug}` : named, {
    kind: 'DeleteOptions',
    apiVersion: 'v1',
    propagationPolicy: 'Background',
    gracePeriodSeconds: 0,
  });
  ok(gone, 200, 'delete');
  await unprotect(named);
  const seen = await watch.until((events) => events.some(({ type }) => type === 'DELETED'));
  watch.close();
  assert.equal(seen[0]?.type, 'ADDED', text(seen[0]).slice(0, 300));
  assert.equal(seen[0]?.object.metadata.resourceVersion, metadata.resourceVersion);
  assert.ok(
    seen.some(({ type, object }) => type === 'MODIFIED' && object.metadata.annotations?.apply === '1'),
  );
  const missing = await api.get(named);
  ok(missing, 404, 'get after delete');
  assert.equal(missing.body.reason, 'NotFound');
  assert.equal(missing.body.details.name, name);
}

/** What protects an object from being deleted is lifted as its keeper would; namespaces end by themselves. */
async function unprotect(named: string): Promise<void> {
  const left = await api.get(named);
  if (left.status !== 200 || !left.body.metadata.finalizers?.length) return;
  await api.patch(named, 'merge', { metadata: { finalizers: null } });
}

describe('every kind', { concurrency: 4 }, async () => {
  before(async () => {
    const kubeconfig = process.env.TIPHYS_TEST_KUBECONFIG;
    cluster = kubeconfig
      ? undefined
      : await startTestCluster({ name: 'tph-e2e-kinds', nodes: 0, flags: FLAGS });
    api = apiClient(kubeconfig ?? cluster!.env.KUBECONFIG!);
    await api.post('/api/v1/namespaces', { metadata: { name: 'every' } });
  });
  after(async () => {
    api?.close();
    await cluster?.down();
  });

  it('has a minimal object here', async () => {
    assert.deepEqual((await kept()).map(({ key }) => key).sort(), Object.keys(minimal).sort());
  });

  it('is explained by kubectl', async (test) => {
    if (!cluster) return test.skip('needs a cluster of its own');
    for (const { key, groupVersion } of await kept()) {
      const told = await cluster.kubectl('explain', key.split('/').at(-1)!, `--api-version=${groupVersion}`);
      assert.match(told, /^FIELDS:/m, key);
    }
  });

  for (const key of Object.keys(minimal))
    it(`${key} is created, read, watched, changed in every way, and deleted`, {
      timeout: 20_000,
    }, async () => {
      await lifeOf((await kept()).find((served) => served.key === key)!);
    });
});
