import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create } from '../../../sim/api-calls.ts';
import { simCluster } from '../../../sim/cluster.ts';
import { aContainer, aPod } from '../../../sim/objects/pod.ts';

const path = '/api/v1/namespaces/default/pods';
const merge = { headers: { 'content-type': 'application/merge-patch+json' } };

/** A pod, and how to patch it through one of its subresources. */
async function podWith(subresource: string, resources: object = {}) {
  const server = await simCluster();
  await create(server, path, aPod('p', { containers: [{ ...aContainer(), resources }] }));
  return (spec: object) => server.call('PATCH', `${path}/p/${subresource}`, { spec }, merge);
}

test('ephemeral containers can be added, but neither changed nor removed', async () => {
  const patch = await podWith('ephemeralcontainers');
  assert.equal((await patch({ ephemeralContainers: [{ name: 'dbg', image: 'b' }] })).status, 200);
  const changed = await patch({ ephemeralContainers: [{ name: 'dbg', image: 'other' }] });
  assert.equal(changed.status, 422);
  assert.match(changed.body.message, /existing ephemeral containers "dbg" may not be changed/);
  const removed = await patch({ ephemeralContainers: [{ name: 'else', image: 'b' }] });
  assert.equal(removed.status, 422);
  assert.match(removed.body.message, /existing ephemeral containers "dbg" may not be removed/);
});

test('an invalid ephemeral container is refused with its field path', async () => {
  const patch = await podWith('ephemeralcontainers');
  const answer = await patch({ ephemeralContainers: [{ name: 'Not_OK', image: 'b' }] });
  assert.equal(answer.status, 422);
  assert.match(answer.body.message, /spec\.ephemeralContainers\[0\]\.name: Invalid value: "Not_OK"/);
});

test('a resize is validated as the resources of a new pod are', async () => {
  const patch = await podWith('resize', { requests: { cpu: '1' } });
  const sized = (requests: object, limits: object) =>
    patch({ containers: [{ name: 'main', resources: { requests, limits } }] });
  assert.equal((await sized({ cpu: '1' }, { cpu: '2' })).status, 200);
  const answer = await sized({ cpu: '3' }, { cpu: '2' });
  assert.equal(answer.status, 422);
  assert.match(
    answer.body.message,
    /spec\.containers\[0\]\.resources\.requests: Invalid value: "3": must be less than or equal to cpu limit of 2/,
  );
});
