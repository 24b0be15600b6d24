// Watches of objects that a webhook converts: every event, in order, and only these watches wait for the webhook.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Body, OpenWatch } from '../../../sim/api-calls.ts';
import { gizmo, gizmos, MERGE, servedGizmos, versions } from './served.fake.ts';
import { converts, type Review } from './webhook.fake.ts';

const V1 = { hostPort: 'h:1' };
const V2 = { host: 'h', port: '1' };

async function watched(t: TestContext) {
  const served = await servedGizmos(t);
  const { call, watch } = served.server;
  return {
    ...served,
    create: (name: string, namespace = 'default') =>
      call('POST', gizmos('v1', namespace), gizmo('v1', name, V1)).then(({ status, body }) =>
        assert.equal(status, 201, JSON.stringify(body)),
      ),
    change: (name: string, hostPort: string) =>
      call('PATCH', `${gizmos('v1')}/${name}`, { spec: { hostPort } }, MERGE),
    remove: (name: string) => call('DELETE', `${gizmos('v1')}/${name}`),
    watch: async (query: Record<string, string> = {}, version = 'v2') => {
      const opened = await watch(gizmos(version), query);
      t.after(() => opened.stop());
      return begun(opened);
    },
  };
}

/** A watch begins when its first event is asked for: here at once. */
function begun({ next }: OpenWatch): Pick<OpenWatch, 'next'> {
  let first: ReturnType<OpenWatch['next']> | undefined = next();
  return {
    next() {
      const event = first ?? next();
      first = undefined;
      return event;
    },
  };
}

const shown = ({ type, object }: { type: string; object: Body }) =>
  `${type} ${object.metadata.name} ${object.spec.host ?? object.spec.hostPort}`;

/** Answers that wait until the test lets them go. */
function held(): { answer: (review: Review) => Promise<object>; go(): void } {
  let go = () => {};
  const gate = new Promise<void>((resolve) => {
    go = resolve;
  });
  return {
    go: () => go(),
    answer: (review) => gate.then(() => converts(review, undefined as never)!),
  };
}

test('a watch shows the state and every later event in its version', async (t) => {
  const { create, change, remove, watch } = await watched(t);
  await create('a');
  const events = await watch();
  const first = await events.next();
  assert.deepEqual([first.type, first.object.apiVersion, first.object.spec], ['ADDED', 'example.com/v2', V2]);
  await create('b');
  await change('b', 'x:2');
  await remove('b');
  const rest = [await events.next(), await events.next(), await events.next()].map(shown);
  assert.deepEqual(rest, ['ADDED b h', 'MODIFIED b x', 'DELETED b x']);
});

test('events wait in order for a slow webhook; watches of the stored version do not', async (t) => {
  const { create, change, watch, webhook } = await watched(t);
  const slow = await watch();
  const stored = await watch({}, 'v1');
  const gate = held();
  webhook.answer = gate.answer;
  await create('a');
  for (const host of ['b', 'c', 'd']) await change('a', `${host}:1`);
  for (const wanted of ['ADDED a h:1', 'MODIFIED a b:1', 'MODIFIED a c:1', 'MODIFIED a d:1'])
    assert.equal(shown(await stored.next()), wanted);
  gate.go();
  for (const wanted of ['ADDED a h', 'MODIFIED a b', 'MODIFIED a c', 'MODIFIED a d'])
    assert.equal(shown(await slow.next()), wanted);
});

test('what happens while the initial state is converted comes after it', async (t) => {
  const { create, change, watch, webhook } = await watched(t);
  await create('a');
  const gate = held();
  webhook.answer = gate.answer;
  const events = await watch({
    sendInitialEvents: 'true',
    resourceVersionMatch: 'NotOlderThan',
    allowWatchBookmarks: 'true',
  });
  const first = events.next();
  await change('a', 'x:1');
  gate.go();
  assert.equal(shown(await first), 'ADDED a h');
  const end = await events.next();
  assert.equal(end.object.metadata.annotations['k8s.io/initial-events-end'], 'true');
  assert.equal(shown(await events.next()), 'MODIFIED a x');
});

test('a watch from a version gets past events first, also if it begins while they are converted', async (t) => {
  const { server, create, change, watch, webhook } = await watched(t);
  const { resourceVersion } = (await server.call('GET', gizmos('v1'))).body.metadata;
  await create('a');
  await change('a', 'b:1');
  const gate = held();
  webhook.answer = gate.answer;
  const before = await watch({ resourceVersion });
  const asked = before.next();
  await change('a', 'c:1');
  const late = await watch({ resourceVersion });
  const lateAsked = late.next();
  await change('a', 'd:1');
  gate.go();
  for (const [first, rest] of [
    [asked, before],
    [lateAsked, late],
  ] as const)
    assert.deepEqual([await first, await rest.next(), await rest.next(), await rest.next()].map(shown), [
      'ADDED a h',
      'MODIFIED a b',
      'MODIFIED a c',
      'MODIFIED a d',
    ]);
});

test('a change that is converted at once waits for past events that are not', async (t) => {
  const { server, create, watch, webhook } = await watched(t);
  const { resourceVersion } = (await server.call('GET', gizmos('v1'))).body.metadata;
  await create('a');
  const gate = held();
  const called = new Promise<void>((resolve) => {
    webhook.answer = (review) => {
      webhook.answer = converts;
      resolve();
      return gate.answer(review);
    };
  });
  const late = await watch({ resourceVersion });
  const other = await watch();
  await called;
  await create('z');
  // The state of the other watch waits for the same object; its first change has been delivered to both by then.
  const first = late.next();
  await server.until('z is converted', () => webhook.reviews.length === 2);
  await server.settle();
  gate.go();
  assert.deepEqual([await first, await late.next()].map(shown), ['ADDED a h', 'ADDED z h']);
  assert.deepEqual([await other.next(), await other.next()].map(shown), ['ADDED a h', 'ADDED z h']);
});

test('an object that cannot be converted ends the watches that might show it with an ERROR, after what came before', async (t) => {
  const { server, create, watch, webhook } = await watched(t);
  await server.call('POST', '/api/v1/namespaces', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'other' },
  });
  const events = await watch();
  const opened = await server.watch(gizmos('v2', 'other'));
  t.after(() => opened.stop());
  const elsewhere = begun(opened);
  webhook.answer = (review, response) =>
    review.request.objects.some(({ metadata }) => metadata.name === 'bad')
      ? { result: { status: 'Failure', message: 'no way' } }
      : converts(review, response);
  await Promise.all([create('good'), create('bad'), create('next'), create('there', 'other')]);
  assert.equal(shown(await events.next()), 'ADDED good h');
  const { type, object } = await events.next();
  assert.equal(type, 'ERROR');
  assert.deepEqual(
    [object.kind, object.code, object.reason, object.message],
    ['Status', 500, 'InternalError', 'conversion webhook for example.com/v1, Kind=Gizmo failed: no way'],
  );
  assert.equal((await events.next()).type, 'END');
  assert.equal(shown(await elsewhere.next()), 'ADDED there h', 'in a namespace without it the watch goes on');
});

test('a webhook that cannot be reached is not asked again for parts of what waits', async (t) => {
  const { server, create, watch, webhook } = await watched(t);
  const events = await watch();
  const gate = held();
  webhook.answer = gate.answer;
  await create('first');
  await server.until('the first call has arrived', () => webhook.reviews.length === 1);
  for (const name of ['a', 'b', 'c', 'd']) await create(name);
  webhook.answer = (_review, response) => void response.destroy();
  gate.go();
  assert.equal(shown(await events.next()), 'ADDED first h');
  assert.equal((await events.next()).type, 'ERROR');
  assert.equal((await events.next()).type, 'END');
  assert.deepEqual(
    webhook.reviews.map(({ request }) => request.objects.length),
    [1, 4],
  );
});

test('a watch whose initial state cannot be converted ends with an ERROR', async (t) => {
  const { create, watch, webhook } = await watched(t);
  await create('a');
  webhook.answer = () => ({ result: { status: 'Failure', message: 'no way' } });
  const events = await watch();
  assert.equal((await events.next()).type, 'ERROR');
  assert.equal((await events.next()).type, 'END');
});

test('events that wait are converted together', async (t) => {
  const { create, watch, webhook } = await watched(t);
  const events = await watch();
  const gate = held();
  webhook.answer = gate.answer;
  const names = Array.from({ length: 20 }, (_, i) => `m${i}`);
  for (const name of names) await create(name);
  gate.go();
  for (const name of names) assert.equal(shown(await events.next()), `ADDED ${name} h`);
  assert.deepEqual(
    webhook.reviews.map(({ request }) => request.objects.length),
    [1, 19],
  );
});

test('a change of the conversion ends watches, and objects are converted anew', async (t) => {
  const { create, define, watch, spec, webhook } = await watched(t);
  await create('a');
  const events = await watch();
  await events.next();
  await define({ versions: versions('v2') });
  assert.equal((await events.next()).type, 'END');
  webhook.reviews.length = 0;
  assert.deepEqual(await spec('v2', 'a'), V2);
  assert.equal(webhook.reviews.length, 1);
});
