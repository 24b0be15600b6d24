import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Event } from '../../api/kinds/core/v1/event.ts';
import { PersistentVolume, type PersistentVolumeSpec } from '../../api/kinds/core/v1/persistent-volume.ts';
import { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import { StorageClass } from '../../api/kinds/storage/v1/storage-class.ts';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { type SimCluster, simCluster } from '../../sim/cluster.ts';
import { aClaim, aClass, aVolume } from '../../sim/objects/storage.ts';
import { eventsAbout } from '../../sim/observe.ts';
import { openMemoryStore } from '../../store/memory/memory-store.ts';

const controllers = ['persistentvolume-expander-controller'];
const WAITING = 'Normal ExternalExpanding waiting for an external controller to expand this PVC';

/** A claim `c` of 1Gi, and its volume. */
async function addClaim(cluster: SimCluster, spec: Partial<PersistentVolumeSpec>, isMutual = true) {
  const { client } = cluster;
  await client.create(StorageClass, aClass('growing', { allowVolumeExpansion: true }));
  const claim = await client.create(
    PersistentVolumeClaim,
    aClaim('c', { volumeName: 'v', storageClassName: 'growing' }),
  );
  const uid = isMutual ? claim.metadata.uid! : 'other';
  const claimRef = { name: 'c', namespace: 'default', uid };
  await client.create(PersistentVolume, aVolume('v', { hostPath: undefined, claimRef, ...spec }));
  await cluster.settle();
  await writeStatus(cluster, { phase: 'Bound', capacity: { storage: '1Gi' } });
}

async function writeStatus({ client }: SimCluster, status: object): Promise<void> {
  await client.patch(PersistentVolumeClaim, 'c', 'default', 'merge', { status }, { subresource: 'status' });
}

async function askFor(cluster: SimCluster, storage: string): Promise<void> {
  const spec = { resources: { requests: { storage } } };
  await cluster.client.patch(PersistentVolumeClaim, 'c', 'default', 'merge', { spec });
  await cluster.settle();
}

const csi = { driver: 'disk.example.com', volumeHandle: 'h' };

async function growing(t: TestContext, spec: Partial<PersistentVolumeSpec>, isMutual?: boolean) {
  const cluster = await simCluster({ controllers }, t);
  await addClaim(cluster, spec, isMutual);
  await cluster.settle();
  assert.deepEqual(await eventsAbout(cluster, 'c'), []);
  await askFor(cluster, '2Gi');
  return cluster;
}

test('a claim that grows says that its driver’s resizer is waited for, once, and nothing is written', async (t) => {
  const cluster = await growing(t, { csi });
  assert.deepEqual(await eventsAbout(cluster, 'c'), [WAITING]);
  const before = (await cluster.client.get(PersistentVolumeClaim, 'c', 'default')).metadata.resourceVersion;
  await writeStatus(cluster, { conditions: [{ type: 'Resizing', status: 'True' }] });
  await cluster.step(60_000);
  const { metadata } = await cluster.client.get(PersistentVolumeClaim, 'c', 'default');
  assert.equal(BigInt(metadata.resourceVersion!) > BigInt(before!), true);
  assert.deepEqual([await eventsAbout(cluster, 'c'), metadata.annotations], [[WAITING], undefined]);
  await writeStatus(cluster, { capacity: { storage: '2Gi' } });
  await cluster.settle();
  const { items } = await cluster.client.list(Event, { namespace: 'default' });
  assert.deepEqual(
    items.map(({ count }) => count),
    [1],
  );
});

test('the claim of an in-tree disk names the driver that has taken over', async (t) => {
  const cluster = await growing(t, { awsElasticBlockStore: { volumeID: 'vol-1' } });
  assert.deepEqual(await eventsAbout(cluster, 'c'), [
    'Normal ExternalExpanding CSI migration enabled for kubernetes.io/aws-ebs; waiting for external resizer to expand the pvc',
  ]);
  const { metadata } = await cluster.client.get(PersistentVolumeClaim, 'c', 'default');
  assert.deepEqual(metadata.annotations, { 'volume.kubernetes.io/storage-resizer': 'ebs.csi.aws.com' });
});

test('a claim whose volume is another’s is tried again until it is its own', async (t) => {
  const cluster = await growing(t, { csi }, false);
  assert.deepEqual(await eventsAbout(cluster, 'c'), []);
  const { uid } = (await cluster.client.get(PersistentVolumeClaim, 'c', 'default')).metadata;
  await cluster.client.patch(PersistentVolume, 'v', undefined, 'merge', { spec: { claimRef: { uid } } });
  await cluster.step(1_000);
  await cluster.step(1_000);
  assert.deepEqual(await eventsAbout(cluster, 'c'), [WAITING]);
});

test('a controller that starts again finds the claims that grow', async (t) => {
  const clock = new SteppedClock();
  const apiServer = { store: openMemoryStore({ clock }) };
  const alone = await simCluster({ clock, apiServer });
  await addClaim(alone, { csi });
  await askFor(alone, '2Gi');
  await alone.stop();
  const cluster = await simCluster({ controllers, clock, apiServer }, t);
  assert.deepEqual(await eventsAbout(cluster, 'c'), [WAITING]);
});
