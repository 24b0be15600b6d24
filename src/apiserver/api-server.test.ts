import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SteppedClock } from '../kit/clock.fake.ts';
import { silentLogger } from '../kit/log.ts';
import { seededRandom } from '../kit/random.ts';
import { openMemoryStore } from '../store/memory/memory-store.ts';
import { createApiServer } from './api-server.ts';
import type { LocalFrame } from './in-process.ts';

const admin = { name: 'kubernetes-admin', groups: ['system:masters'] };

async function server() {
  const clock = new SteppedClock();
  const api = createApiServer({
    store: openMemoryStore({ clock }),
    clock,
    random: seededRandom(1),
    log: silentLogger,
  });
  await api.start();
  const call = async (method: string, path: string, body?: unknown, query?: Record<string, string>) => {
    const bytes = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    const answer = await api.inProcess.request(
      { method, path, ...(bytes && { body: bytes }), ...(query && { query }) },
      admin,
    );
    return { status: answer.status, body: JSON.parse(answer.body.toString() || '{}') };
  };
  return { api, clock, call };
}

const maps = '/api/v1/namespaces/default/configmaps';
const configMap = (name: string, data = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data,
});

test('an object that was created is got, listed, updated and deleted', async () => {
  const { call } = await server();
  const made = await call('POST', maps, configMap('a', { k: '1' }));
  assert.equal(made.status, 201);
  assert.ok(
    made.body.metadata.uid && made.body.metadata.resourceVersion && made.body.metadata.creationTimestamp,
  );
  const got = await call('GET', `${maps}/a`);
  assert.deepEqual(got.body, made.body);
  const list = await call('GET', maps);
  assert.deepEqual([list.body.kind, list.body.items.length], ['ConfigMapList', list.body.items.length]);
  const stale = structuredClone(made.body);
  const updated = await call('PUT', `${maps}/a`, { ...made.body, data: { k: '2' } });
  assert.equal(updated.status, 200);
  assert.equal((await call('PUT', `${maps}/a`, { ...stale, data: { k: '3' } })).status, 409);
  assert.equal((await call('DELETE', `${maps}/a`)).status, 200);
  assert.equal((await call('GET', `${maps}/a`)).status, 404);
});

test('a watch shows the state, then every change, as objects shared between watchers', async () => {
  const { api, call } = await server();
  await call('POST', maps, configMap('a'));
  const open = async () => {
    const stop = new AbortController();
    const frames = await api.inProcess.watch(
      { method: 'GET', path: maps, query: { watch: 'true' }, signal: stop.signal },
      admin,
    );
    return { stop, next: frames[Symbol.asyncIterator]() };
  };
  const [one, two] = [await open(), await open()];
  const first = (await one.next.next()).value as LocalFrame;
  assert.equal(first.type, 'ADDED');
  await two.next.next();
  await call('PUT', `${maps}/a`, configMap('a', { k: '2' }));
  const seen = (await one.next.next()).value as LocalFrame;
  assert.equal(seen.type, 'MODIFIED');
  assert.equal(((await two.next.next()).value as LocalFrame).object, seen.object);
  assert.ok(Object.isFrozen(seen.object));
  await call('DELETE', `${maps}/a`);
  assert.equal(((await one.next.next()).value as LocalFrame).type, 'DELETED');
  one.stop.abort();
  assert.equal((await one.next.next()).done, true);
  two.stop.abort();
});
