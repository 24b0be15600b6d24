import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { ConfigMap } from '../../api/kinds/core/v1/config-map.ts';
import type { OwnerReference } from '../../api/meta/v1/object-meta.ts';
import { type SimCluster, simCluster } from '../../sim/cluster.ts';

describe('the garbage collector', () => {
  let cluster: SimCluster;
  beforeEach(async () => {
    cluster = await simCluster({ controllers: ['generic-garbage-collector'] });
  });
  afterEach(() => cluster.stop());

  const make = (name: string, owners: ConfigMap[] = [], extra: Partial<OwnerReference> = {}) =>
    cluster.client.create(ConfigMap, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name,
        namespace: 'default',
        ownerReferences: owners.map((owner) => ({
          apiVersion: 'v1',
          kind: 'ConfigMap',
          name: owner.metadata.name!,
          uid: owner.metadata.uid!,
          ...extra,
        })),
      },
    });
  const remove = (name: string, propagationPolicy: string) =>
    cluster.client.delete(ConfigMap, name, 'default', { propagationPolicy });
  const names = async () =>
    (await cluster.client.list(ConfigMap, { namespace: 'default' })).items.map((map) => map.metadata.name);
  const settled = async () => {
    await cluster.settle();
    await cluster.step(2_000);
    return names();
  };

  it('deletes the dependents of a deleted owner, and theirs in turn', async () => {
    const owner = await make('owner');
    const child = await make('child', [owner]);
    await make('grandchild', [child]);
    await make('bystander');
    await cluster.settle();
    await remove('owner', 'Background');
    assert.deepEqual(await settled(), ['bystander']);
  });

  it('keeps an object while one of its owners exists, and removes the reference to the other', async () => {
    const a = await make('a');
    const b = await make('b');
    await make('child', [a, b]);
    await cluster.settle();
    await remove('a', 'Background');
    assert.deepEqual(await settled(), ['b', 'child']);
    const child = await cluster.client.get(ConfigMap, 'child', 'default');
    assert.deepEqual(
      child.metadata.ownerReferences?.map((one) => one.name),
      ['b'],
    );
  });

  it('in the foreground removes the owner only after its blocking dependents', async () => {
    const owner = await make('owner');
    await make('child', [owner], { blockOwnerDeletion: true });
    await cluster.client.patch(ConfigMap, 'child', 'default', 'merge', {
      metadata: { finalizers: ['example.com/hold'] },
    });
    await cluster.settle();
    await remove('owner', 'Foreground');
    assert.deepEqual(await settled(), ['child', 'owner']);
    await cluster.client.patch(ConfigMap, 'child', 'default', 'merge', { metadata: { finalizers: null } });
    assert.deepEqual(await settled(), []);
  });

  it('is not blocked by objects that own each other in a cycle', async () => {
    const one = await make('one');
    const two = await make('two', [one], { blockOwnerDeletion: true });
    const three = await make('three', [two], { blockOwnerDeletion: true });
    const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'three', uid: three.metadata.uid };
    await cluster.client.patch(ConfigMap, 'one', 'default', 'merge', {
      metadata: { ownerReferences: [{ ...owner, blockOwnerDeletion: true }] },
    });
    await cluster.settle();
    await remove('one', 'Foreground');
    assert.deepEqual(await settled(), []);
  });

  it('keeps an object with another owner besides one that is being deleted in the foreground', async () => {
    const going = await make('going');
    const staying = await make('staying');
    await make('child', [going, staying], { blockOwnerDeletion: true });
    await cluster.settle();
    await remove('going', 'Foreground');
    assert.deepEqual(await settled(), ['child', 'staying']);
  });

  it('with Orphan keeps the dependents', async () => {
    const owner = await make('owner');
    await make('child', [owner]);
    await cluster.settle();
    await remove('owner', 'Orphan');
    assert.deepEqual(await settled(), ['child']);
    const child = await cluster.client.get(ConfigMap, 'child', 'default');
    assert.equal(child.metadata.ownerReferences, undefined);
  });

  it('keeps the dependents of an owner whose uid another reference gave to a name that does not exist', async () => {
    const owner = await make('owner');
    const going = await make('going');
    await make('child', [owner, going]);
    await make('impostor', [{ ...owner, metadata: { ...owner.metadata, name: 'nobody' } }]);
    assert.deepEqual(await settled(), ['child', 'going', 'owner']);
    await remove('going', 'Background');
    assert.deepEqual(await settled(), ['child', 'owner']);
  });

  it('deletes an object whose owner never existed', async () => {
    const ghost = { metadata: { name: 'ghost', uid: 'none' } } as ConfigMap;
    await make('child', [ghost]);
    assert.deepEqual(await settled(), []);
  });
});
