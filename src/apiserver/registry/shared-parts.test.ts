// A write shares what it leaves alone with the stored object, and those who watch in this process get what was written without
// parsing it: they must see what clients over the network read.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create } from '../../sim/api-calls.ts';
import { type SimCluster, simCluster } from '../../sim/cluster.ts';
import { aPod } from '../../sim/objects/pod.ts';
import { aDeployment } from '../../sim/objects/workloads.ts';

const pods = '/api/v1/namespaces/default/pods';
const deployments = '/apis/apps/v1/namespaces/default/deployments';
const volumes = '/apis/storage.k8s.io/v1/volumeattachments';
const strategic = { headers: { 'content-type': 'application/strategic-merge-patch+json' } };
const merge = { headers: { 'content-type': 'application/merge-patch+json' } };

async function read({ call }: SimCluster, path: string) {
  const { status, body } = await call('GET', path);
  assert.equal(status, 200, JSON.stringify(body));
  return body;
}

test('what watchers in the process get is what clients read, after whatever write', async (t) => {
  const server = await simCluster({}, t);
  const seen = await server.watch(pods);
  const path = `${pods}/a`;
  const same = async () => assert.deepEqual((await seen.next()).object, await read(server, path));
  await create(server, pods, aPod('first'));
  await seen.next();
  await create(server, pods, aPod('a', { terminationGracePeriodSeconds: 0 }));
  await same();
  const binding = { metadata: { name: 'a' }, target: { kind: 'Node', name: 'n' } };
  assert.equal((await server.call('POST', `${path}/binding`, binding)).status, 201);
  await same();
  const status = { conditions: [{ type: 'Ready', status: 'True' }], hostIP: null, startTime: null };
  assert.equal((await server.call('PATCH', `${path}/status`, { status }, strategic)).status, 200);
  await same();
  assert.equal((await server.call('PATCH', path, { metadata: { labels: { b: 'c' } } }, merge)).status, 200);
  await same();
  assert.equal((await server.call('PUT', path, await read(server, path))).status, 200);
});

test('what changes nothing is not written: the same status, keys in another order, the same configuration', async (t) => {
  const server = await simCluster({}, t);
  const seen = await server.watch(pods);
  const path = `${pods}/a`;
  const apply = {
    headers: { 'content-type': 'application/apply-patch+yaml' },
    query: { fieldManager: 'me', force: 'true' },
  };
  await create(server, pods, aPod('a'));
  const status = { message: 'well' };
  await server.call('PATCH', `${path}/status`, { status }, strategic);
  await server.call('PATCH', path, aPod('a'), apply);
  const before = await read(server, path);
  const turned = Object.fromEntries(Object.entries(before).reverse());
  const metadata = Object.fromEntries(Object.entries(before.metadata).reverse());
  const answers = [
    await server.call('PATCH', `${path}/status`, { status }, strategic),
    await server.call('PATCH', path, { metadata: { labels: before.metadata.labels ?? null } }, merge),
    await server.call('PUT', path, { ...turned, metadata }),
    await server.call('PATCH', path, aPod('a'), apply),
  ];
  for (const { status, body } of answers) {
    assert.equal(status, 200, JSON.stringify(body));
    assert.equal(body.metadata.resourceVersion, before.metadata.resourceVersion);
  }
  const changed = await server.call('PATCH', `${path}/status`, { status: { message: 'will' } }, strategic);
  assert.notEqual(changed.body.metadata.resourceVersion, before.metadata.resourceVersion);
  seen.stop();
});

test('metadata that a status may not change is not seen as changed', async (t) => {
  const server = await simCluster({}, t);
  const seen = await server.watch(volumes);
  const spec = { attacher: 'a', nodeName: 'n', source: { persistentVolumeName: 'v' } };
  const object = { apiVersion: 'storage.k8s.io/v1', kind: 'VolumeAttachment', metadata: { name: 'a' }, spec };
  await create(server, volumes, object);
  await seen.next();
  const patch = { metadata: { labels: { a: 'b' } }, status: { attached: true } };
  assert.equal((await server.call('PATCH', `${volumes}/a/status`, patch, merge)).status, 200);
  const { object: watched } = await seen.next();
  assert.deepEqual(watched, await read(server, `${volumes}/a`));
  assert.equal(Object.hasOwn(watched.metadata, 'labels'), false);
});

test('a new status leaves the spec as it is in memory, too', async (t) => {
  const server = await simCluster({}, t);
  const seen = await server.watch(pods);
  await create(server, pods, aPod('a'));
  const { object: before } = await seen.next();
  await server.call('PATCH', `${pods}/a/status`, { status: { message: 'well' } }, strategic);
  const { object: after } = await seen.next();
  assert.equal(after.status.message, 'well');
  assert.equal(before.status.message, undefined);
  assert.equal(after.spec, before.spec);
});

test('a deletion shares what it leaves alone with the version before', async (t) => {
  const server = await simCluster({}, t);
  const seen = await server.watch(pods);
  await create(server, pods, aPod('a', { nodeName: 'n', terminationGracePeriodSeconds: 9 }));
  const { object: before } = await seen.next();
  assert.equal((await server.call('DELETE', `${pods}/a`)).status, 200);
  const { type, object: ending } = await seen.next();
  assert.equal(type, 'MODIFIED');
  assert.deepEqual(ending, await read(server, `${pods}/a`));
  assert.equal(ending.metadata.deletionGracePeriodSeconds, 9);
  assert.equal(before.metadata.deletionTimestamp, undefined);
  assert.equal(ending.spec, before.spec);
  assert.equal((await server.call('DELETE', `${pods}/a`, { gracePeriodSeconds: 0 })).status, 200);
  const { type: last, object: gone } = await seen.next();
  assert.equal(last, 'DELETED');
  const resourceVersion = String(server.store.revision);
  assert.deepEqual(gone, { ...ending, metadata: { ...ending.metadata, resourceVersion } });
  assert.equal(gone.spec, before.spec);
});

test('pods of one template share the sets of their managers in memory, but for what differs', async (t) => {
  const server = await simCluster({}, t);
  const seen = await server.watch(pods);
  const sets = async () => {
    const { metadata } = (await seen.next()).object;
    return metadata.managedFields.map(({ fieldsV1 }: { fieldsV1: object }) => fieldsV1);
  };
  const label = (name: string) => ({ labels: { [name]: 'x' } });
  // The watch begins when it is first asked.
  await create(server, pods, aPod('first'));
  await seen.next();
  for (const name of ['a', 'b', 'c'])
    await create(server, pods, aPod(name, {}, name === 'c' ? label('more') : label('app')));
  const [[a], [b], [c]] = [await sets(), await sets(), await sets()];
  assert.equal(a, b);
  assert.notDeepEqual(c, b);
  assert.equal(c['f:spec'], b['f:spec']);
});

test('the status of an object that an older server stored without a default of today can be written', async (t) => {
  const server = await simCluster({}, t);
  const { metadata, spec, ...rest } = await create(server, deployments, aDeployment('a'));
  const { revisionHistoryLimit: _, strategy: __, ...older } = spec;
  const key = server.store.range('').entries.find((entry) => entry.key.endsWith('/default/a'))!;
  const bytes = Buffer.from(JSON.stringify({ ...rest, metadata, spec: older }));
  await server.store.update(key.key, key.revision, () => bytes);
  const seen = await server.watch(deployments);
  await seen.next();
  const patch = { status: { observedGeneration: 1 } };
  const answer = await server.call('PATCH', `${deployments}/a/status`, patch, merge);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  assert.equal(answer.body.status.observedGeneration, 1);
  assert.equal(answer.body.spec.revisionHistoryLimit, 10);
});

test('integers beyond 2^53 are kept exactly, though watchers in the process get rounded ones', async (t) => {
  const server = await simCluster({}, t);
  const seen = await server.watch(pods);
  const seconds = '"terminationGracePeriodSeconds":9007199254740993';
  const sent = JSON.stringify(aPod('a', { terminationGracePeriodSeconds: 5 })).replace(
    /"term[^,}]*/,
    seconds,
  );
  assert.equal((await server.call('POST', pods, sent)).status, 201);
  assert.equal((await seen.next()).object.spec.terminationGracePeriodSeconds, 9007199254740992);
  await server.call('PATCH', `${pods}/a/status`, { status: { message: 'well' } }, strategic);
  const { value } = server.store.range('').entries.find(({ key }) => key.endsWith('/default/a'))!;
  assert.match(value.toString(), /"message":"well"/);
  assert.ok(value.includes(seconds), value.toString());
});
