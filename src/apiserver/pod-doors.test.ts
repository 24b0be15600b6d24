import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testServer } from './testing.fake.ts';

const path = '/api/v1/namespaces/default/pods';
const merge = { headers: { 'content-type': 'application/merge-patch+json' } };

async function podAt(door: string) {
  const server = await testServer();
  const containers = [{ name: 'c', image: 'i' }];
  await server.call('POST', path, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p' },
    spec: { containers },
  });
  return (spec: object) => server.call('PATCH', `${path}/p/${door}`, { spec }, merge);
}

test('ephemeral containers are added, and neither changed nor removed', async () => {
  const patch = await podAt('ephemeralcontainers');
  assert.equal((await patch({ ephemeralContainers: [{ name: 'dbg', image: 'b' }] })).status, 200);
  const changed = await patch({ ephemeralContainers: [{ name: 'dbg', image: 'other' }] });
  assert.equal(changed.status, 422);
  assert.match(changed.body.message, /existing ephemeral containers "dbg" may not be changed/);
  const removed = await patch({ ephemeralContainers: [{ name: 'else', image: 'b' }] });
  assert.equal(removed.status, 422);
  assert.match(removed.body.message, /existing ephemeral containers "dbg" may not be removed/);
});

test('an ephemeral container that could not stand in a pod is refused with its path', async () => {
  const patch = await podAt('ephemeralcontainers');
  const answer = await patch({ ephemeralContainers: [{ name: 'Not_OK', image: 'b' }] });
  assert.equal(answer.status, 422);
  assert.match(answer.body.message, /spec\.ephemeralContainers\[0\]\.name: Invalid value: "Not_OK"/);
});

test('a resize takes resources that make sense only', async () => {
  const patch = await podAt('resize');
  const sized = (requests: object, limits: object) =>
    patch({ containers: [{ name: 'c', resources: { requests, limits } }] });
  assert.equal((await sized({ cpu: '1' }, { cpu: '2' })).status, 200);
  const answer = await sized({ cpu: '3' }, { cpu: '2' });
  assert.equal(answer.status, 422);
  assert.match(
    answer.body.message,
    /spec\.containers\[0\]\.resources\.requests: Invalid value: "3": must be less than or equal to cpu limit of 2/,
  );
});
