import assert from 'node:assert/strict';
import { test } from 'node:test';
import { credentialsFor } from './credentials.ts';
import { applyDefaultTag, defaultPullPolicy } from './image-name.ts';
import { Limiter } from './limiter.ts';

test('image names get a tag or are found malformed', () => {
  assert.equal(applyDefaultTag('busybox'), 'busybox:latest');
  assert.equal(applyDefaultTag('localhost:5000/a/b'), 'localhost:5000/a/b:latest');
  assert.equal(applyDefaultTag('a@sha256:'.concat('0'.repeat(64))), `a@sha256:${'0'.repeat(64)}`);
  for (const bad of ['', 'INVALID', 'a b', 'a//b', '-x', 'a:', 'a'.repeat(601)])
    assert.equal(applyDefaultTag(bad), undefined, bad);
  assert.equal(defaultPullPolicy('busybox'), 'Always');
  assert.equal(defaultPullPolicy('busybox:1'), 'IfNotPresent');
});

test('logins fit by registry and path, the most specific first', () => {
  const auths = {
    'registry.example.com': { username: 'a', password: '1' },
    'registry.example.com/team': { auth: Buffer.from('b:2').toString('base64') },
    '*.other.com': { username: 'c', password: '3' },
    'https://index.docker.io/v1/': { username: 'd', password: '4' },
  };
  const data = { '.dockerconfigjson': Buffer.from(JSON.stringify({ auths })).toString('base64') };
  const secrets = [{ apiVersion: 'v1', kind: 'Secret', metadata: {}, data }];
  const users = (image: string) => credentialsFor(image, secrets).map(({ username }) => username);
  assert.deepEqual(users('registry.example.com/team/x:1'), ['b', 'a']);
  assert.deepEqual(users('registry.example.com/x'), ['a']);
  assert.deepEqual(users('x.other.com/y'), ['c']);
  assert.deepEqual(users('busybox'), ['d']);
  assert.deepEqual(users('elsewhere.com/y'), []);
});

test('a login for a registry with many stars takes no time, and one without contents is no login', () => {
  const auths = { [`${'*a'.repeat(30)}b`]: { username: 'a' }, 'a*a*b': { username: 'b' }, ab: null };
  const data = { '.dockerconfigjson': Buffer.from(JSON.stringify({ auths })).toString('base64') };
  const secrets = [{ apiVersion: 'v1', kind: 'Secret', metadata: {}, data }];
  const users = (image: string) => credentialsFor(image, secrets).map(({ username }) => username);
  assert.deepEqual(users(`${'a'.repeat(200)}:1/x`), []);
  assert.deepEqual(users('localhost/x'), []);
});

test('the limiter lets so many run at once and the others in order', async () => {
  const limiter = new Limiter(2);
  const order: string[] = [];
  const gates = [0, 1, 2].map(() => Promise.withResolvers<void>());
  const tasks = gates.map((gate, i) =>
    limiter.run(async () => {
      order.push(`start ${i}`);
      await gate.promise;
    }),
  );
  await Promise.resolve();
  assert.deepEqual(order, ['start 0', 'start 1']);
  gates[0]!.resolve();
  await tasks[0];
  gates[1]!.resolve();
  gates[2]!.resolve();
  await Promise.all(tasks);
  assert.deepEqual(order, ['start 0', 'start 1', 'start 2']);
});
