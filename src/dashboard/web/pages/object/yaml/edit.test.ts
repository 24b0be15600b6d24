import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Json } from './document.ts';
import { toYaml } from './document.ts';
import { applied, resolved, review } from './edit.ts';
import { withValue } from './three-way.ts';

const base: Json = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop', resourceVersion: '1', uid: 'u' },
  spec: { replicas: 1, paused: true },
  status: { replicas: 1 },
};
const text = (path: string[], value: unknown) => toYaml(withValue(base, path, value));

class Outdated extends Error {}

function server(latest: Json) {
  const sent: { object: Json; dryRun: boolean }[] = [];
  const ports = {
    get: async () => latest,
    isConflict: (error: unknown) => error instanceof Outdated,
    replace: async (object: Json, dryRun: boolean) => {
      sent.push({ object, dryRun });
      return { ...object, defaulted: true };
    },
  };
  return { ports, sent };
}
const later = (path: string[], value: unknown) =>
  withValue(withValue(base, ['metadata', 'resourceVersion'], '2'), path, value) as Json;

test('a change is tried on the server before it is made, with what was removed', async () => {
  const { ports, sent } = server(later(['status', 'replicas'], 5));
  const found = await review(text(['spec', 'paused'], undefined), base, ports);
  assert.equal(found.type, 'ready');
  assert.deepEqual(sent, [
    {
      dryRun: true,
      object: {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'web', namespace: 'shop', resourceVersion: '2', uid: 'u' },
        spec: { replicas: 1 },
        status: { replicas: 5 },
      },
    },
  ]);
  assert.equal(found.type === 'ready' && found.after.defaulted, true);
});

test('what others changed elsewhere is kept', async () => {
  const { ports, sent } = server(later(['spec', 'minReadySeconds'], 9));
  await review(text(['spec', 'replicas'], 3), base, ports);
  assert.deepEqual(sent[0]?.object.spec, { replicas: 3, paused: true, minReadySeconds: 9 });
});

test('the same field changed by both is a conflict that is sent only when somebody has chosen', async () => {
  const { ports, sent } = server(later(['spec', 'replicas'], 7));
  const found = await review(text(['spec', 'replicas'], 3), base, ports);
  assert.ok(found.type === 'conflicts');
  assert.deepEqual(found.conflicts, [{ path: ['spec', 'replicas'], base: 1, mine: 3, theirs: 7 }]);
  assert.equal(sent.length, 0);
  const mine = await resolved(found.merged, [], found.latest, ports);
  assert.equal(mine.type, 'ready');
  assert.deepEqual(sent[0]?.object.spec, { replicas: 3, paused: true });
  assert.equal((await resolved(found.merged, found.conflicts, found.latest, ports)).type, 'unchanged');
});

test('a text that is broken, unchanged or another object is not sent', async () => {
  const { ports, sent } = server(base);
  assert.deepEqual(await review('a: [', base, ports).then(({ type }) => type), 'wrong');
  assert.equal((await review(toYaml(base), base, ports)).type, 'unchanged');
  assert.equal((await review(text(['metadata', 'name'], 'other'), base, ports)).type, 'wrong');
  assert.equal((await review(`${toYaml(base)}---\na: 1\n`, base, ports)).type, 'wrong');
  assert.equal(sent.length, 0);
});

test('an update that meets a later version is made again upon it, unless the same field was changed', async () => {
  const versions = [base, later(['status', 'replicas'], 4), later(['spec', 'minReadySeconds'], 9)];
  let at = 0;
  const sent: Json[] = [];
  const ports = {
    get: async () => versions[at]!,
    isConflict: (error: unknown) => error instanceof Outdated,
    replace: async (object: Json, dryRun: boolean) => {
      if (!dryRun && at < versions.length - 1) {
        at++;
        throw new Outdated();
      }
      if (!dryRun) sent.push(object);
      return object;
    },
  };
  const ready = await review(text(['spec', 'replicas'], 3), base, ports);
  assert.ok(ready.type === 'ready');
  await applied(ready, ports);
  assert.deepEqual(sent[0]?.spec, { replicas: 3, paused: true, minReadySeconds: 9 });
  versions.push(later(['spec', 'replicas'], 8));
  const again = await applied(ready, ports);
  assert.equal(again.type, 'conflicts');
});
