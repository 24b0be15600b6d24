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

test('an object can be created, read, listed, updated and deleted', async () => {
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

test('a watch delivers the state, then every change, with objects shared between watchers', async () => {
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

test('an event can be read and written in both of its API groups', async () => {
  const { call } = await server();
  const made = await call('POST', '/apis/events.k8s.io/v1/namespaces/default/events', {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: { name: 'e' },
    eventTime: '2026-01-01T00:00:00.000000Z',
    note: 'it happened',
    reason: 'Because',
    type: 'Normal',
    action: 'Do',
    reportingController: 'me',
    reportingInstance: 'me-1',
    regarding: { kind: 'ConfigMap', name: 'a', namespace: 'default' },
  });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  assert.equal(made.body.note, 'it happened');
  const core = await call('GET', '/api/v1/namespaces/default/events/e');
  assert.deepEqual([core.body.message, core.body.involvedObject.name], ['it happened', 'a']);
  const found = await call('GET', '/apis/events.k8s.io/v1/namespaces/default/events', undefined, {
    fieldSelector: 'regarding.name=a',
  });
  assert.equal(found.body.items[0].regarding.name, 'a');
});

test('an autoscaling/v1 autoscaler keeps fields that only v2 has', async () => {
  const { call } = await server();
  const path = (version: string) =>
    `/apis/autoscaling/${version}/namespaces/default/horizontalpodautoscalers`;
  const metric = (name: string, averageUtilization: number) => ({
    type: 'Resource',
    resource: { name, target: { type: 'Utilization', averageUtilization } },
  });
  await call('POST', path('v2'), {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'h' },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' },
      maxReplicas: 3,
      metrics: [metric('cpu', 50), metric('memory', 60)],
    },
  });
  const one = (await call('GET', `${path('v1')}/h`)).body;
  assert.equal(one.spec.targetCPUUtilizationPercentage, 50);
  const updated = await call('PUT', `${path('v1')}/h`, { ...one, spec: { ...one.spec, maxReplicas: 5 } });
  assert.equal(updated.body.spec.maxReplicas, 5, JSON.stringify(updated.body));
  const two = (await call('GET', `${path('v2')}/h`)).body;
  assert.deepEqual([two.spec.maxReplicas, two.spec.metrics.length], [5, 2]);
});
