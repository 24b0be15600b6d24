// Custom kinds whose versions a webhook converts. Upstream: test/integration/conversion of apiextensions-apiserver.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { APPLY, created, DEFINITION, gizmo, gizmos, MERGE, servedGizmos, versions } from './served.fake.ts';
import { convertedTo, converts, success } from './webhook.fake.ts';

const V1 = { hostPort: 'h:1' };
const V2 = { host: 'h', port: '1' };

test('objects are written and read in any version; each is converted once', async (t) => {
  const served = await servedGizmos(t);
  const { server, webhook, spec } = served;
  await created(served, 'v1', 'a', V1);
  assert.equal(webhook.reviews.length, 0, 'the stored version needs no webhook');
  assert.deepEqual(await spec('v2', 'a'), V2);
  assert.deepEqual(await spec('v2', 'a'), V2);
  assert.equal(webhook.reviews.length, 1);
  const [{ apiVersion, request }] = webhook.reviews as [(typeof webhook.reviews)[0]];
  assert.equal(apiVersion, 'apiextensions.k8s.io/v1');
  assert.equal(request.desiredAPIVersion, 'example.com/v2');
  assert.deepEqual(
    request.objects.map((object) => [object.apiVersion, object.metadata.name, object.spec]),
    [['example.com/v1', 'a', V1]],
  );

  const made = await server.call('POST', gizmos('v2'), gizmo('v2', 'b', { ...V2, note: 'n' }));
  assert.deepEqual([made.status, made.body.apiVersion], [201, 'example.com/v2']);
  assert.deepEqual(await spec('v1', 'b'), { ...V1, note: 'n' });
  const entry = server.store.get('/registry/example.com/gizmos/default/b')!;
  assert.equal(JSON.parse(entry.value.toString()).apiVersion, 'example.com/v1', 'stored as v1');

  const patched = await server.call('PATCH', `${gizmos('v2')}/b`, { spec: { port: '2' } }, MERGE);
  assert.deepEqual([patched.status, patched.body.spec.port], [200, '2'], JSON.stringify(patched.body));
  assert.equal((await spec('v1', 'b')).hostPort, 'h:2');
  const put = await server.call('PUT', `${gizmos('v2')}/b`, {
    ...patched.body,
    spec: { host: 'x', port: '3' },
  });
  assert.equal(put.status, 200, JSON.stringify(put.body));
  assert.deepEqual(await spec('v1', 'b'), { hostPort: 'x:3' });
  const same = await server.call('PUT', `${gizmos('v2')}/b`, put.body);
  assert.equal(same.body.metadata.resourceVersion, put.body.metadata.resourceVersion, 'nothing changed');
  const status = { ...put.body, status: { seen: 'yes' } };
  assert.equal((await server.call('PUT', `${gizmos('v2')}/b/status`, status)).body.status.seen, 'yes');
  assert.equal((await server.call('DELETE', `${gizmos('v2')}/b`)).status, 200);
  assert.equal((await server.call('GET', `${gizmos('v1')}/b`)).status, 404);
});

test('a list asks once for all objects that are stored in another version', async (t) => {
  const served = await servedGizmos(t);
  const { server, webhook, define } = served;
  for (const name of ['a', 'b']) await created(served, 'v1', name, V1);
  await define({ versions: versions('v2') });
  await created(served, 'v2', 'c', V2);
  webhook.reviews.length = 0;
  const { body } = await server.call('GET', gizmos('v2'));
  assert.deepEqual(
    body.items.map((item: { apiVersion: string; metadata: { name: string }; spec: object }) => [
      item.apiVersion,
      item.metadata.name,
      item.spec,
    ]),
    ['a', 'b', 'c'].map((name) => ['example.com/v2', name, V2]),
  );
  assert.deepEqual(
    webhook.reviews.map(({ request }) => request.objects.map(({ metadata }) => metadata.name)),
    [['a', 'b']],
  );
  const page = await server.call('GET', gizmos('v1'), undefined, {
    query: { limit: '1', fieldSelector: 'metadata.namespace=default' },
  });
  assert.deepEqual(
    [page.body.items[0].spec, page.body.items.length, typeof page.body.metadata.continue],
    [V1, 1, 'string'],
  );
});

test('selectable fields and columns are those of the version asked for', async (t) => {
  const served = await servedGizmos(t);
  const { server } = served;
  await created(served, 'v1', 'a', V1);
  await created(served, 'v1', 'b', { hostPort: 'other:1' });
  const names = async (fieldSelector: string) =>
    (await server.call('GET', gizmos('v2'), undefined, { query: { fieldSelector } })).body.items.map(
      (item: { metadata: { name: string } }) => item.metadata.name,
    );
  assert.deepEqual(await names('spec.host=other'), ['b']);
  const accept = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' };
  const table = await server.call('GET', gizmos('v2'), undefined, { headers: accept });
  assert.deepEqual(
    table.body.rows.map(({ cells }: { cells: string[] }) => cells),
    [
      ['a', 'h'],
      ['b', 'other'],
    ],
  );
});

test('webhooks that know v1beta1 only are asked in it', async (t) => {
  const served = await servedGizmos(t, { conversionReviewVersions: ['v1beta1'] });
  await created(served, 'v1', 'a', V1);
  // Upstream does not check kind and uid of answers in v1beta1.
  served.webhook.answer = ({ request }) => ({
    ...success(request.objects.map((object) => convertedTo('example.com/v2', object))),
    uid: 'another',
  });
  assert.deepEqual(await served.spec('v2', 'a'), V2);
  assert.equal(served.webhook.reviews[0]!.apiVersion, 'apiextensions.k8s.io/v1beta1');
});

test('conversion changes labels and annotations, and nothing else of metadata', async (t) => {
  const { server, webhook } = await servedGizmos(t);
  const more = { labels: { a: '1' }, annotations: { x: 'y' }, finalizers: ['example.com/f'] };
  await server.call('POST', gizmos('v1'), gizmo('v1', 'a', V1, more));
  webhook.answer = ({ request }) =>
    success(
      request.objects.map((object) => ({
        ...convertedTo(request.desiredAPIVersion, object),
        metadata: {
          ...object.metadata,
          finalizers: [],
          generation: 9,
          labels: { b: '2' },
          annotations: null,
        },
      })),
    );
  const { metadata } = (await server.call('GET', `${gizmos('v2')}/a`)).body;
  assert.deepEqual(
    [metadata.labels, metadata.annotations, metadata.finalizers, metadata.generation],
    [{ b: '2' }, undefined, ['example.com/f'], 1],
  );
});

test('what a conversion returns is pruned by the schema of its version', async (t) => {
  const served = await servedGizmos(t);
  await created(served, 'v1', 'a', V1);
  served.webhook.answer = ({ request }) =>
    success(
      request.objects.map((object) => {
        const converted = convertedTo(request.desiredAPIVersion, object);
        return { ...converted, spec: { ...converted.spec, hostPort: 'left', more: 1 }, extra: true };
      }),
    );
  const { body } = await served.server.call('GET', `${gizmos('v2')}/a`);
  assert.deepEqual([body.spec, body.extra], [V2, undefined]);
});

const HEAD = 'conversion webhook for example.com/v1, Kind=Gizmo ';

test('a webhook that does not answer fails after 30 seconds, and delays nobody who does not need it', async (t) => {
  const served = await servedGizmos(t);
  const { server, webhook } = served;
  await created(served, 'v1', 'a', V1);
  const called = new Promise<void>((resolve) => {
    webhook.answer = () => void resolve();
  });
  const waiting = server.call('GET', `${gizmos('v2')}/a`);
  await called;
  assert.equal((await server.call('GET', `${gizmos('v1')}/a`)).status, 200);
  await created(served, 'v1', 'b', V1);
  await server.step(30_000);
  assert.equal(
    (await waiting).body.message,
    `${HEAD}failed: Post "${webhook.clientConfig.url}?timeout=30s": context deadline exceeded`,
  );
  webhook.answer = converts;
  assert.deepEqual(await served.spec('v2', 'a'), V2, 'failures are not remembered');
});

test('a write whose object cannot be converted is not stored', async (t) => {
  const { server, webhook } = await servedGizmos(t);
  webhook.answer = () => ({ result: { status: 'Failure', message: 'no way' } });
  const { status, body } = await server.call('POST', gizmos('v2'), gizmo('v2', 'a', V2));
  assert.deepEqual(
    [status, body.message],
    [500, 'conversion webhook for example.com/v2, Kind=Gizmo failed: no way'],
  );
  assert.equal((await server.call('GET', `${gizmos('v1')}/a`)).status, 404);
});

test('one request’s answer does not fail another’s: only what was asked together fails together', async (t) => {
  const served = await servedGizmos(t);
  const { server, webhook, spec } = served;
  for (const name of ['good', 'bad']) await created(served, 'v1', name, V1);
  let refuse = () => {};
  const asked = new Promise<void>((resolve) => {
    webhook.answer = (review, response) => {
      if (!review.request.objects.some(({ metadata }) => metadata.name === 'bad'))
        return converts(review, response);
      resolve();
      return new Promise((answer) => {
        refuse = () => answer({ result: { status: 'Failure', message: 'bad' } });
      });
    };
  });
  const listing = server.call('GET', gizmos('v2'));
  await asked;
  const getting = spec('v2', 'good');
  await server.settle();
  refuse();
  const [list, good] = await Promise.all([listing, getting]);
  assert.equal(list.status, 500);
  assert.deepEqual(good, V2);
});

test('conversions are counted', async (t) => {
  const served = await servedGizmos(t);
  await created(served, 'v1', 'a', V1);
  await served.spec('v2', 'a');
  const { body } = await served.server.call('GET', '/metrics');
  for (const line of [
    'apiserver_conversion_webhook_request_total{failure_type="",result="success"} 1',
    'apiserver_conversion_webhook_duration_seconds_count{failure_type="",result="success"} 1',
    'apiserver_crd_conversion_webhook_duration_seconds_count{crd_name="gizmos.example.com",from_version="v1",succeeded="true",to_version="v2"} 1',
  ])
    assert.ok(
      body.split('\n').some((found: string) => sorted(found) === sorted(line)),
      `${line}\n${body
        .split('\n')
        .filter((l: string) => l.includes('conversion'))
        .join('\n')}`,
    );
});

/** Labels have no order. */
const sorted = (line: string): string =>
  line.replace(/\{(.*)\}/, (_all, labels: string) => `{${labels.split(',').sort().join(',')}}`);

test('server-side apply creates and changes objects in any version', async (t) => {
  const { server, spec } = await servedGizmos(t);
  const apply = (version: string, of: object, fieldManager: string) =>
    server.call('PATCH', `${gizmos(version)}/a`, gizmo(version, 'a', of), {
      ...APPLY,
      query: { fieldManager },
    });
  const made = await apply('v2', V2, 'one');
  assert.deepEqual([made.status, made.body.spec], [201, V2], JSON.stringify(made.body));
  assert.deepEqual(await spec('v1', 'a'), V1);
  const changed = await apply('v1', { hostPort: 'h:2' }, 'one');
  assert.deepEqual(
    [changed.status, changed.body.spec],
    [200, { hostPort: 'h:2' }],
    JSON.stringify(changed.body),
  );
});

test('a definition can be deleted while its webhook is dead, if its objects are stored in the storage version', async (t) => {
  const served = await servedGizmos(t);
  const { server, webhook } = served;
  await created(served, 'v1', 'a', V1);
  webhook.answer = (_review, response) => void response.destroy();
  await server.call('DELETE', DEFINITION);
  await server.until(
    'the definition is gone',
    async () => (await server.call('GET', DEFINITION)).status === 404,
    500,
  );
});

test('objects that cannot be listed keep a definition, whose condition says why', async (t) => {
  const served = await servedGizmos(t);
  const { server, webhook, define } = served;
  await created(served, 'v1', 'a', V1);
  await define({ versions: versions('v2') });
  webhook.answer = () => ({ result: { status: 'Failure', message: 'no way' } });
  await server.call('DELETE', DEFINITION);
  const terminating = async () =>
    (await server.call('GET', DEFINITION)).body.status?.conditions?.find(
      (condition: { type: string }) => condition.type === 'Terminating',
    );
  await server.until(
    'deletion fails',
    async () => (await terminating())?.reason === 'InstanceDeletionFailed',
  );
  assert.equal((await terminating()).message, `could not list instances: ${HEAD}failed: no way`);
  webhook.answer = converts;
  await server.until(
    'the definition is gone',
    async () => (await server.call('GET', DEFINITION)).status === 404,
    500,
  );
});
