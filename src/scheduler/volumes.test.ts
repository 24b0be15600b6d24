import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { Node } from '../api/kinds/core/v1/node.ts';
import { PersistentVolume } from '../api/kinds/core/v1/persistent-volume.ts';
import { PersistentVolumeClaim } from '../api/kinds/core/v1/persistent-volume-claim.ts';
import { Pod } from '../api/kinds/core/v1/pod.ts';
import { PriorityClass } from '../api/kinds/scheduling/v1/priority-class.ts';
import { StorageClass } from '../api/kinds/storage/v1/storage-class.ts';
import { BIND_COMPLETED, BOUND_BY_CONTROLLER, SELECTED_NODE } from '../api/volumes/annotations.ts';
import { aClaim, aClass, aVolume, claimVolume, reachedFrom } from '../sim/objects/storage.ts';
import { DEFAULT_ARGUMENTS, DEFAULT_PROFILE, DEFAULT_SETTINGS } from './config/settings.ts';
import { DEFAULT_BINDING_ARGS } from './plugins/volumes/binding/volume-binding.ts';
import { RunningScheduler } from './testing/running-scheduler.fake.ts';

const namespace = 'default';
const HOST = 'kubernetes.io/hostname';
let running: RunningScheduler;

const settings = {
  ...DEFAULT_SETTINGS,
  profiles: [
    {
      ...DEFAULT_PROFILE,
      arguments: { ...DEFAULT_ARGUMENTS, volumeBinding: { ...DEFAULT_BINDING_ARGS, bindTimeoutMs: 5_000 } },
    },
  ],
};

/** The persistent volume controller's part. */
async function completeBinding(claim: string, volumeName: string): Promise<void> {
  const { client } = running.cluster;
  await client.patch(PersistentVolumeClaim, claim, namespace, 'merge', {
    metadata: { annotations: { [BIND_COMPLETED]: 'yes' } },
    spec: { volumeName },
  });
  await running.cluster.settle();
}

async function addFreeVolume(name: string, node: string): Promise<void> {
  const { client } = running.cluster;
  const spec = { storageClassName: 'k', ...reachedFrom(HOST, node) };
  await client.create(PersistentVolume, aVolume(name, spec));
  await client.patch(
    PersistentVolume,
    name,
    undefined,
    'merge',
    { status: { phase: 'Available' } },
    {
      subresource: 'status',
    },
  );
  await running.cluster.settle();
}

const claimed = (claim: string) => ({ volumes: [claimVolume(claim)] });

describe('a pod with a claim that waits for it', () => {
  beforeEach(async () => {
    running = new RunningScheduler({ settings });
    await running.start();
    await running.addNode('a', '2');
    await running.addNode('b', '2');
    for (const name of ['a', 'b'])
      await running.cluster.client.patch(Node, name, undefined, 'merge', {
        metadata: { labels: { [HOST]: name } },
      });
    await running.cluster.client.create(StorageClass, aClass('k'));
    await running.cluster.client.create(PersistentVolumeClaim, aClaim('c', { storageClassName: 'k' }));
    await running.cluster.settle();
  });
  afterEach(() => running.stop());

  it('goes where a free volume is, after the volume is bound to the claim', async () => {
    const { client } = running.cluster;
    await addFreeVolume('v', 'b');
    await running.addPod('p', '1', claimed('c'));
    assert.equal(await running.nodeOf('p'), undefined);
    const { metadata, spec } = await client.get(PersistentVolume, 'v');
    const { uid } = (await client.get(PersistentVolumeClaim, 'c', namespace)).metadata;
    assert.deepEqual(
      [spec?.claimRef?.name, spec?.claimRef?.uid, metadata.annotations?.[BOUND_BY_CONTROLLER]],
      ['c', uid, 'yes'],
    );
    await completeBinding('c', 'v');
    assert.equal(await running.nodeOf('p'), 'b');
  });

  it('waits while there is none, and is tried when one comes', async () => {
    await running.addPod('p', '1', claimed('c'));
    const condition = await running.scheduled('p');
    assert.match(
      condition?.message ?? '',
      /^0\/2 nodes are available: 2 node\(s\) didn't find available persistent volumes to bind\./,
    );
    await addFreeVolume('v', 'a');
    await running.cluster.step(10_000);
    await completeBinding('c', 'v');
    assert.equal(await running.nodeOf('p'), 'a');
  });

  it('does not get the volume that another pod is about to have', async () => {
    const { client } = running.cluster;
    await client.create(PersistentVolumeClaim, aClaim('other', { storageClassName: 'k' }));
    await addFreeVolume('v', 'a');
    await Promise.all([running.addPod('p', '1', claimed('c')), running.addPod('q', '1', claimed('other'))]);
    const messages = [await running.scheduled('p'), await running.scheduled('q')].map((one) => one?.message);
    assert.equal(messages.filter((one) => one?.includes("didn't find available")).length, 1);
  });

  it('is tried again when the claims are not bound in time', async () => {
    await addFreeVolume('v', 'a');
    await running.addPod('p', '1', claimed('c'));
    await running.cluster.step(6_000);
    const [event] = await running.eventsOf('p');
    assert.equal(
      event?.message,
      'running PreBind plugin "VolumeBinding": binding volumes: context deadline exceeded',
    );
    await completeBinding('c', 'v');
    await running.cluster.step(10_000);
    assert.equal(await running.nodeOf('p'), 'a');
  });

  it('does not wait for the volume any more when it is preempted', async () => {
    const { client } = running.cluster;
    await client.create(PriorityClass, {
      ...{ apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name: 'high' } },
      value: 100,
    });
    await addFreeVolume('v', 'a');
    const onA = { nodeSelector: { [HOST]: 'a' } };
    await running.addPod('p', '2', claimed('c'));
    await running.addPod('q', '2', { ...onA, priorityClassName: 'high' });
    await running.cluster.step(2_000);
    const messages = (await running.eventsOf('p')).map(({ message }) => message);
    const ended = 'running PreBind plugin "VolumeBinding": binding volumes: context canceled';
    assert.ok(messages.includes(ended), messages.join('\n'));
    assert.equal(await running.nodeOf('q'), 'a');
  });

  it('that is deleted meanwhile is not waited for', async () => {
    await addFreeVolume('v', 'a');
    await running.addPod('p', '1', claimed('c'));
    await running.cluster.client.delete(Pod, 'p', namespace, { gracePeriodSeconds: 0 });
    await running.cluster.step(2_000);
    await running.stop();
  });
});

describe('a pod with a claim whose volume is made for it', () => {
  beforeEach(async () => {
    running = new RunningScheduler({ settings });
    await running.start();
    await running.addNode('a', '2');
    await running.cluster.client.create(StorageClass, aClass('k', { provisioner: 'd' }));
    await running.cluster.client.create(PersistentVolumeClaim, aClaim('c', { storageClassName: 'k' }));
    await running.addPod('p', '1', claimed('c'));
  });
  afterEach(() => running.stop());

  it('names its node on the claim, and is bound when the claim is', async () => {
    const { client } = running.cluster;
    const { metadata } = await client.get(PersistentVolumeClaim, 'c', namespace);
    assert.equal(metadata.annotations?.[SELECTED_NODE], 'a');
    assert.equal(await running.nodeOf('p'), undefined);
    await client.create(PersistentVolume, aVolume('v', { storageClassName: 'k' }));
    await completeBinding('c', 'v');
    assert.equal(await running.nodeOf('p'), 'a');
  });

  it('is tried again when the provisioner cannot make it there', async () => {
    const { client, settle } = { client: running.cluster.client, settle: () => running.cluster.settle() };
    await client.patch(PersistentVolumeClaim, 'c', namespace, 'merge', {
      metadata: { annotations: { [SELECTED_NODE]: null, other: 'yes' } },
    });
    await settle();
    const [event] = await running.eventsOf('p');
    assert.equal(
      event?.message,
      'running PreBind plugin "VolumeBinding": binding volumes: provisioning failed for PVC "c"',
    );
    await running.cluster.step(2_000);
    const { metadata } = await client.get(PersistentVolumeClaim, 'c', namespace);
    assert.equal(metadata.annotations?.[SELECTED_NODE], 'a');
  });
});
