import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { CustomResourceDefinition } from '../../../api/kinds/apiextensions/v1/custom-resource-definition.ts';
import { Node } from '../../../api/kinds/core/v1/node.ts';
import { VolumeSnapshot } from '../../../api/kinds/snapshot/v1/volume-snapshot.ts';
import { VolumeSnapshotClass } from '../../../api/kinds/snapshot/v1/volume-snapshot-class.ts';
import { VolumeSnapshotContent } from '../../../api/kinds/snapshot/v1/volume-snapshot-content.ts';
import { isNotFound } from '../../../api/status/status-error.ts';
import { snapshotDefinitions } from '../../../api/volumes/snapshots/definitions.ts';
import { type SimCluster, simCluster } from '../../../sim/cluster.ts';
import { aNode } from '../../../sim/objects/node.ts';
import { aContent, aSnapshot } from '../../../sim/objects/snapshots.ts';
import { firstNode } from './install.ts';
import { installSnapshotApi } from './snapshot-api.ts';

const definitions = snapshotDefinitions();
const names = definitions.map(({ metadata }) => metadata.name!);

async function installed(t: TestContext): Promise<SimCluster> {
  const cluster = await simCluster({}, t);
  await installSnapshotApi(cluster.client);
  return cluster;
}

/** As external-snapshotter has them: other descriptions, and a version that is no longer served. */
const ofOthers = definitions.map((definition) => {
  const version = definition.spec.versions[0]!;
  const old = { ...version, name: 'v1beta1', served: false, storage: false };
  const schema = { openAPIV3Schema: { ...version.schema!.openAPIV3Schema!, description: 'of others' } };
  return {
    ...definition,
    spec: { ...definition.spec, versions: [{ ...version, schema }, old] },
  };
});

describe('the snapshot API of a new cluster', () => {
  it('is served, with a default class for the disk of nodes', async (t) => {
    const { client, call } = await installed(t);
    for (const kind of [VolumeSnapshot, VolumeSnapshotContent])
      assert.deepEqual((await client.list(kind)).items, []);
    const { items } = await client.list(VolumeSnapshotClass);
    assert.deepEqual(
      items.map(({ metadata, driver }) => [metadata.name, driver]),
      [['local', 'disk.tiphys.io']],
    );
    const { body } = await call('GET', '/apis/snapshot.storage.k8s.io/v1');
    const { resources } = body as { resources: { name: string; shortNames?: string[] }[] };
    assert.deepEqual(
      resources.map(({ name, shortNames }) => [name, ...(shortNames ?? [])]),
      [
        ['volumesnapshotclasses', 'vsclass', 'vsclasses'],
        ['volumesnapshotcontents', 'vsc', 'vscs'],
        ['volumesnapshotcontents/status'],
        ['volumesnapshots', 'vs'],
        ['volumesnapshots/status'],
      ],
    );
  });

  it('refuses what upstream refuses', async (t) => {
    const { client } = await installed(t);
    const refuses = (made: Promise<unknown>, text: RegExp) => assert.rejects(made, text);
    const create = (spec: object) => client.create(VolumeSnapshot, aSnapshot('s', spec));
    const both = { persistentVolumeClaimName: 'c', volumeSnapshotContentName: 'v' };
    await refuses(create({ source: both }), /exactly one of volumeSnapshotContentName and persistent/);
    await refuses(create({ source: {} }), /exactly one of/);
    await refuses(create({ volumeSnapshotClassName: '' }), /must not be the empty string/);
    await create({});
    const change = { spec: { source: { persistentVolumeClaimName: 'other' } } };
    await refuses(
      client.patch(VolumeSnapshot, 's', 'default', 'merge', change),
      /persistentVolumeClaimName is immutable/,
    );
    const content = (spec: object) => client.create(VolumeSnapshotContent, aContent('c', spec));
    await refuses(content({ volumeSnapshotRef: { name: 's' } }), /namespace must be set/);
    await refuses(content({ deletionPolicy: 'Keep' }), /supported values/);
  });
});

describe('definitions that somebody else brings', () => {
  it('are applied over ours without a conflict', async (t) => {
    const { client } = await installed(t);
    for (const one of ofOthers) {
      const { name } = one.metadata;
      const how = { fieldManager: 'kubectl' };
      await client.patch(CustomResourceDefinition, name!, undefined, 'apply', one, how);
      const { spec } = await client.get(CustomResourceDefinition, name!);
      assert.deepEqual(
        spec.versions.map((version) => version.name),
        ['v1', 'v1beta1'],
      );
    }
  });

  it('stay as they are at the next start, and so do deleted classes', async (t) => {
    const { client } = await installed(t);
    const fields = { spec: { names: { categories: ['all'] } } };
    for (const name of names) await client.patch(CustomResourceDefinition, name, undefined, 'merge', fields);
    await client.delete(VolumeSnapshotClass, 'local');
    await installSnapshotApi(client);
    for (const name of names) {
      const { spec } = await client.get(CustomResourceDefinition, name);
      assert.deepEqual(spec.names.categories, ['all']);
    }
    await assert.rejects(client.get(VolumeSnapshotClass, 'local'), isNotFound);
  });

  it('are left alone if they came first', async (t) => {
    const { client } = await simCluster({}, t);
    for (const one of ofOthers) await client.create(CustomResourceDefinition, one);
    await installSnapshotApi(client);
    for (const name of names) {
      const { metadata, spec } = await client.get(CustomResourceDefinition, name);
      assert.equal(spec.versions.length, 2);
      assert.deepEqual(Object.keys(metadata.annotations ?? {}), ['api-approved.kubernetes.io']);
    }
    assert.deepEqual((await client.list(VolumeSnapshotClass)).items, []);
  });
});

describe('several control planes', () => {
  it('may install it at the same time', async (t) => {
    const { client } = await simCluster({}, t);
    await Promise.all([1, 2, 3].map(() => installSnapshotApi(client)));
    for (const name of names) {
      const { metadata } = await client.get(CustomResourceDefinition, name);
      assert.ok(metadata.managedFields?.every(({ fieldsV1 = {} }) => !('f:spec' in fieldsV1)));
    }
  });
});

describe('the installation', () => {
  it('waits for the first node, or three seconds', async (t) => {
    const cluster = await simCluster({}, t);
    const nodes = cluster.informers.informer(Node);
    cluster.informers.start();
    const done: string[] = [];
    void firstNode(nodes, cluster.clock).then(() => done.push('with a node'));
    await cluster.step(2_000);
    assert.equal(done.join(' '), '');
    await cluster.client.create(Node, aNode('n'));
    await cluster.settle();
    assert.equal(done.join(), 'with a node');
    await firstNode(nodes, cluster.clock);
    await cluster.client.delete(Node, 'n');
    await cluster.settle();
    void firstNode(nodes, cluster.clock).then(() => done.push('without'));
    await cluster.step(2_900);
    assert.equal(done.join(), 'with a node');
    await cluster.step(200);
    assert.equal(done.join(), 'with a node,without');
  });
});

describe('an installation that was interrupted', () => {
  it('is finished by the next', async (t) => {
    const { client } = await simCluster({}, t);
    const fails = new Proxy(client, {
      get: (target, key) =>
        key === 'patch' ? () => Promise.reject(new Error('killed')) : Reflect.get(target, key).bind?.(target),
    });
    await assert.rejects(installSnapshotApi(fails), /killed/);
    await installSnapshotApi(client);
    for (const name of names) {
      const { metadata } = await client.get(CustomResourceDefinition, name);
      assert.deepEqual(
        metadata.managedFields?.flatMap(({ fieldsV1 = {} }) => Object.keys(fieldsV1)).includes('f:spec'),
        false,
      );
    }
    await client.get(VolumeSnapshotClass, 'local');
  });
});
