import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { type SimCluster, simCluster } from '../../sim/cluster.ts';

const PATH = '/api/v1/namespaces/default/configmaps';
const MERGE = { headers: { 'content-type': 'application/merge-patch+json' } };

describe('watches with a selector', () => {
  let server: SimCluster;
  beforeEach(async () => {
    server = await simCluster();
  });

  const create = (name: string, labels: Record<string, string> = {}) =>
    server.call('POST', PATH, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels } });
  const relabel = (name: string, app: string | null) =>
    server.call('PATCH', `${PATH}/${name}`, JSON.stringify({ metadata: { labels: { app } } }), MERGE);
  const summary = ({ type, object }: { type: string; object: { metadata: { name: string } } }) =>
    `${type} ${object.metadata.name}`;

  it('report an object that begins to match as added, and one that stops matching as deleted', async () => {
    await create('a', { app: 'other' });
    const watch = await server.watch(PATH, { labelSelector: 'app=web' });
    await relabel('a', 'web');
    assert.equal(summary(await watch.next()), 'ADDED a');
    await server.call('PATCH', `${PATH}/a`, JSON.stringify({ data: { x: '1' } }), MERGE);
    assert.equal(summary(await watch.next()), 'MODIFIED a');
    const left = await relabel('a', null);
    const last = await watch.next();
    assert.equal(summary(last), 'DELETED a');
    // The last state that matched, at the version of the change.
    assert.equal(last.object.metadata.labels.app, 'web');
    assert.equal(last.object.metadata.resourceVersion, left.body.metadata.resourceVersion);
    watch.stop();
  });

  it('of one name or one namespace get no events of others', async () => {
    const byName = await server.watch(PATH, { fieldSelector: 'metadata.name=b' });
    const elsewhere = await server.watch('/api/v1/namespaces/kube-public/configmaps');
    await create('a');
    await create('b');
    assert.equal(summary(await byName.next()), 'ADDED b');
    await server.call('POST', '/api/v1/namespaces/kube-public/configmaps', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'c' },
    });
    let first = await elsewhere.next();
    // The root CA that a controller may have published is not ours.
    while (first.object.metadata.name === 'kube-root-ca.crt') first = await elsewhere.next();
    assert.equal(summary(first), 'ADDED c');
    byName.stop();
    elsewhere.stop();
  });

  it('from a version get every later change once and in order, then the new ones', async () => {
    const { body } = await server.call('GET', PATH);
    const names = Array.from({ length: 20 }, (_, i) => `m${i}`);
    for (const name of names.slice(0, 10)) await create(name);
    const watch = await server.watch(PATH, { resourceVersion: body.metadata.resourceVersion });
    for (const name of names.slice(10)) await create(name);
    const seen: string[] = [];
    for (const _ of names) seen.push(summary(await watch.next()));
    assert.deepEqual(
      seen,
      names.map((name) => `ADDED ${name}`),
    );
    watch.stop();
  });

  it('of pods by node tell the watchers of a node about its pods only', async () => {
    const pods = '/api/v1/namespaces/default/pods';
    const watch = await server.watch('/api/v1/pods', { fieldSelector: 'spec.nodeName=n1' });
    const pod = (name: string, nodeName: string) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name },
      spec: { nodeName, containers: [{ name: 'c', image: 'i' }] },
    });
    await server.call('POST', pods, pod('there', 'n2'));
    await server.call('POST', pods, pod('here', 'n1'));
    assert.equal(summary(await watch.next()), 'ADDED here');
    watch.stop();
  });
});
