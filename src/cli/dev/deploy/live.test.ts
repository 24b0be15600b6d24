import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { it } from 'node:test';
import { SteppedClock, settle } from '../../../kit/clock.fake.ts';
import type { Requests } from '../../../kubectl/session/requests.ts';
import { LiveObjects } from './live.ts';

const object = (uid: string, resourceVersion: string, extra: object = {}) => ({
  metadata: { uid, resourceVersion },
  ...extra,
});

it('a collection is listed with its kind, watched from there, and listed again after a loss', async () => {
  const events = new Readable({ read: () => {} });
  let lists = 0;
  const watched: unknown[] = [];
  const requests: Requests = {
    request: () => Promise.reject(new Error('not called')),
    json: async <T>() => {
      const list = {
        apiVersion: 'apps/v1',
        kind: 'DeploymentList',
        metadata: { resourceVersion: `${++lists}` },
      };
      return { ...list, items: [object('a', '1')] } as T;
    },
    stream: async ({ query }) => {
      watched.push(query?.resourceVersion);
      return watched.length === 1 ? events : new Readable({ read: () => {} });
    },
  };
  const end = new AbortController();
  const clock = new SteppedClock();
  const live = new LiveObjects({
    requests,
    path: '/x',
    query: {},
    clock,
    signal: end.signal,
    onChange: () => {},
  });
  await live.start();
  assert.deepEqual(live.all, [object('a', '1', { apiVersion: 'apps/v1', kind: 'Deployment' })]);
  events.push(`${JSON.stringify({ type: 'ADDED', object: object('b', '5') })}\n`);
  events.push(`${JSON.stringify({ type: 'DELETED', object: object('a', '6') })}\n`);
  await settle();
  assert.deepEqual(
    live.all.map(({ metadata }) => metadata?.uid),
    ['b'],
  );
  events.push(`${JSON.stringify({ type: 'ERROR', object: {} })}\n`);
  await settle();
  await clock.step(500);
  await settle();
  assert.deepEqual([lists, watched, live.all.map(({ metadata }) => metadata?.uid)], [2, ['1', '2'], ['a']]);
  end.abort();
});
