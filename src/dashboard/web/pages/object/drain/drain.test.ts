import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Pod } from '../../../../../api/kinds/core/v1/pod.ts';
import { SteppedClock } from '../../../../../kit/clock.fake.ts';
import { judged, USUAL_CHOICES } from './choices.ts';
import { answerOf, type EvictionAnswer, evictAll, type PodState, progressOf } from './run.ts';

const pod = (name: string, owner?: string, spec: Partial<Pod['spec']> = {}): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name,
    namespace: 'n',
    uid: name,
    ...(owner && {
      ownerReferences: [{ apiVersion: 'apps/v1', kind: owner, name: 'o', uid: 'o', controller: true }],
    }),
  },
  spec: { containers: [], ...spec },
});

function scene(pods: readonly Pod[], answer: (name: string, attempt: number) => EvictionAnswer) {
  const clock = new SteppedClock();
  const stop = new AbortController();
  const there = new Set(pods.map(({ metadata }) => metadata.uid!));
  const attempts = new Map<string, number>();
  const states = new Map<string, PodState>();
  const evict = async ({ metadata: { name = '' } }: Pod) => {
    const attempt = (attempts.get(name) ?? 0) + 1;
    attempts.set(name, attempt);
    return answer(name, attempt);
  };
  const report = ({ metadata }: Pod, state: PodState) => void states.set(metadata.name!, state);
  const done = evictAll(pods, { evict, present: async () => there, clock, signal: stop.signal, report });
  return { clock, stop, there, attempts, states, done };
}

test('each pod is evicted, and followed until it is gone', async () => {
  const s = scene([pod('a'), pod('b')], () => ({ type: 'accepted' }));
  await s.clock.step(0);
  assert.deepEqual([...s.states.values()], [{ type: 'terminating' }, { type: 'terminating' }]);
  s.there.delete('a');
  await s.clock.step(1_000);
  assert.deepEqual(progressOf(s.states.values()), { total: 2, gone: 1, failed: 0, refused: 0 });
  s.there.clear();
  await s.clock.step(1_000);
  await s.done;
  assert.equal(progressOf(s.states.values()).gone, 2);
});

test('a pod that a budget keeps is tried again every five seconds, and does not hold up the others', async () => {
  const refusal = {
    type: 'refused',
    message: 'Cannot evict pod as it would violate the disruption budget.',
  } as const;
  const many = Array.from({ length: 9 }, (_, i) => pod(`kept-${i}`));
  const s = scene([...many, pod('free')], (name, attempt) =>
    name === 'free' || attempt === 3 ? { type: 'accepted' } : refusal,
  );
  await s.clock.step(1_000);
  assert.deepEqual(s.states.get('kept-0'), refusal);
  assert.equal(s.states.get('free')?.type, 'terminating');
  assert.equal(s.attempts.get('kept-0'), 1);
  await s.clock.step(5_000);
  assert.equal(s.attempts.get('kept-0'), 2);
  s.there.clear();
  await s.clock.step(7_000);
  await s.done;
  assert.equal(progressOf(s.states.values()).gone, 10);
});

test('what cannot be evicted fails with the words of the API; a drain that is stopped asks for nothing more', async () => {
  const s = scene([pod('a'), pod('b')], (name) =>
    name === 'a' ? { type: 'failed', message: 'forbidden' } : { type: 'refused', message: 'not yet' },
  );
  await s.clock.step(0);
  assert.deepEqual(s.states.get('a'), { type: 'failed', message: 'forbidden' });
  s.stop.abort();
  await s.done;
  await s.clock.step(10_000);
  assert.equal(s.attempts.get('b'), 1);
});

test('errors of the Eviction API', () => {
  assert.deepEqual(answerOf({ status: 429, message: 'budget' }), { type: 'refused', message: 'budget' });
  assert.deepEqual(answerOf({ status: 404, message: 'x' }), { type: 'gone' });
  assert.deepEqual(answerOf({ status: 403, message: 'no' }), { type: 'failed', message: 'no' });
});

test('the page says which choice would let the drain go on', () => {
  const pods = [
    pod('plain', 'ReplicaSet'),
    pod('daemon', 'DaemonSet'),
    pod('bare'),
    pod('local', 'ReplicaSet', { volumes: [{ name: 'v', emptyDir: {} }] }),
  ];
  const short = (choices = USUAL_CHOICES) =>
    judged(pods, choices, 0).map(({ verdict, obstacle }) => `${verdict}${obstacle ? ` ${obstacle}` : ''}`);
  assert.deepEqual(short(), ['evicted', 'stays', 'blocked force', 'blocked deleteEmptyDirData']);
  assert.deepEqual(short({ force: true, ignoreDaemonSets: false, deleteEmptyDirData: true }), [
    'evicted',
    'blocked ignoreDaemonSets',
    'evicted',
    'evicted',
  ]);
});
