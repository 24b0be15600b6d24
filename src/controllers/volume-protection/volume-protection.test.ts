import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { PersistentVolume } from '../../api/kinds/core/v1/persistent-volume.ts';
import { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { VolumeAttributesClass } from '../../api/kinds/storage/v1/volume-attributes-class.ts';
import { isNotFound } from '../../api/status/status-error.ts';
import { ATTRIBUTES_PROTECTION, CLAIM_PROTECTION, VOLUME_PROTECTION } from '../../api/volumes/finalizers.ts';
import { type SimCluster, simCluster } from '../../sim/cluster.ts';
import { aBoundPod, aPod } from '../../sim/objects/pod.ts';
import { aClaim, aVolume, claimVolume } from '../../sim/objects/storage.ts';

const namespace = 'default';
const controllers = ['persistentvolumeclaim-protection-controller', 'persistentvolume-protection-controller'];
const GONE = 'gone';

let cluster: SimCluster;
const gone = (error: unknown) => {
  if (isNotFound(error)) return GONE;
  throw error;
};
const claim = () =>
  cluster.client
    .get(PersistentVolumeClaim, 'c', namespace)
    .then(({ metadata }) => metadata.finalizers ?? [], gone);
const volume = () =>
  cluster.client.get(PersistentVolume, 'v').then(({ metadata }) => metadata.finalizers ?? [], gone);
const deleteClaim = async () => {
  await cluster.client.delete(PersistentVolumeClaim, 'c', namespace);
  await cluster.settle();
};
const deletePod = async (name: string) => {
  await cluster.client.delete(Pod, name, namespace, { gracePeriodSeconds: 0 });
  await cluster.settle();
};

describe('a claim that is deleted', () => {
  beforeEach(async () => {
    cluster = await simCluster({ controllers });
    await cluster.client.create(PersistentVolumeClaim, aClaim('c'));
    await cluster.settle();
  });
  afterEach(() => cluster.stop());

  it('goes at once when no pod uses it', async () => {
    assert.deepEqual(await claim(), [CLAIM_PROTECTION]);
    await deleteClaim();
    assert.equal(await claim(), GONE);
  });

  it('stays until the pod that uses it is gone', async () => {
    await cluster.client.create(Pod, aBoundPod('p', { volumes: [claimVolume('c')] }));
    await cluster.settle();
    await deleteClaim();
    assert.deepEqual(await claim(), [CLAIM_PROTECTION]);
    await deletePod('p');
    assert.equal(await claim(), GONE);
  });

  it('stays while a pod that has ended is there', async () => {
    await cluster.client.create(Pod, aBoundPod('p', { volumes: [claimVolume('c')] }));
    await cluster.client.patch(
      Pod,
      'p',
      namespace,
      'merge',
      { status: { phase: 'Succeeded' } },
      {
        subresource: 'status',
      },
    );
    await deleteClaim();
    assert.deepEqual(await claim(), [CLAIM_PROTECTION]);
    await deletePod('p');
    assert.equal(await claim(), GONE);
  });

  it('is not kept by a pod without a node', async () => {
    await cluster.client.create(Pod, aPod('p', { volumes: [claimVolume('c')] }));
    await deleteClaim();
    assert.equal(await claim(), GONE);
  });

  it('is not kept by a pod of another namespace, nor by one with another claim', async () => {
    await cluster.client.create(Pod, aBoundPod('p', { volumes: [claimVolume('other')] }));
    await deleteClaim();
    assert.equal(await claim(), GONE);
  });
});

describe('a claim or volume without the finalizer', () => {
  it('gets it', async (t) => {
    cluster = await simCluster({ controllers }, t);
    const { client } = cluster;
    await client.create(PersistentVolumeClaim, aClaim('c'));
    await client.create(PersistentVolume, aVolume('v'));
    for (const [kind, name, where] of [
      [PersistentVolumeClaim, 'c', namespace],
      [PersistentVolume, 'v', undefined],
    ] as const)
      await client.patch(kind, name, where, 'merge', { metadata: { finalizers: null } });
    await cluster.settle();
    assert.deepEqual([await claim(), await volume()], [[CLAIM_PROTECTION], [VOLUME_PROTECTION]]);
  });
});

describe('a volume that is deleted', () => {
  it('stays while it is bound', async (t) => {
    cluster = await simCluster({ controllers }, t);
    const phase = async (phase: string) => {
      const patch = { status: { phase } };
      await cluster.client.patch(PersistentVolume, 'v', undefined, 'merge', patch, { subresource: 'status' });
      await cluster.settle();
    };
    await cluster.client.create(PersistentVolume, aVolume('v'));
    await phase('Bound');
    await cluster.client.delete(PersistentVolume, 'v');
    await cluster.settle();
    assert.deepEqual(await volume(), [VOLUME_PROTECTION]);
    await phase('Released');
    assert.equal(await volume(), GONE);
  });
});

describe('a VolumeAttributesClass that is deleted', () => {
  it('stays while a claim or a volume refers to it', async (t) => {
    cluster = await simCluster({ controllers: ['volumeattributesclass-protection-controller'] }, t);
    const { client } = cluster;
    const finalizers = () =>
      client.get(VolumeAttributesClass, 'fast').then(({ metadata }) => metadata.finalizers ?? [], gone);
    await client.create(VolumeAttributesClass, {
      ...{ apiVersion: 'storage.k8s.io/v1', kind: 'VolumeAttributesClass', metadata: { name: 'fast' } },
      ...{ driverName: 'd.example.com', parameters: { iops: '1' } },
    });
    const volumeAttributesClassName = 'fast';
    await client.create(PersistentVolumeClaim, aClaim('c', { volumeAttributesClassName }));
    const csi = { driver: 'd.example.com', volumeHandle: 'h' };
    const spec = { csi, hostPath: undefined, volumeAttributesClassName };
    await client.create(PersistentVolume, aVolume('v', spec));
    await cluster.settle();
    await client.delete(VolumeAttributesClass, 'fast');
    await cluster.settle();
    assert.deepEqual(await finalizers(), [ATTRIBUTES_PROTECTION]);
    for (const [kind, name, where] of [
      [PersistentVolumeClaim, 'c', namespace],
      [PersistentVolume, 'v', undefined],
    ] as const) {
      assert.deepEqual(await finalizers(), [ATTRIBUTES_PROTECTION]);
      await client.patch(kind, name, where, 'merge', { metadata: { finalizers: null } });
      await client.delete(kind, name, where);
      await cluster.settle();
    }
    assert.equal(await finalizers(), GONE);
  });
});
