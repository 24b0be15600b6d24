import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { Event } from '../../api/kinds/core/v1/event.ts';
import { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { type SimCluster, simCluster } from '../../sim/cluster.ts';
import { aPod } from '../../sim/objects/pod.ts';
import { aClaim } from '../../sim/objects/storage.ts';

const namespace = 'default';
const { spec } = aClaim('template');
const volumes = [
  {
    name: 'scratch',
    ephemeral: { volumeClaimTemplate: { metadata: { labels: { a: 'b' } }, spec: { ...spec } } },
  },
];

let cluster: SimCluster;
const claim = () => cluster.client.get(PersistentVolumeClaim, 'p-scratch', namespace);

describe('a pod with an ephemeral volume', () => {
  beforeEach(async () => {
    cluster = await simCluster({ controllers: ['ephemeral-volume-controller'] });
  });
  afterEach(() => cluster.stop());
  const createPod = async () => {
    const pod = await cluster.client.create(Pod, aPod('p', { volumes }));
    await cluster.settle();
    return pod;
  };

  it('owns a claim made from the template', async () => {
    const pod = await createPod();
    const { metadata, spec } = await claim();
    assert.deepEqual(metadata.labels, { a: 'b' });
    assert.deepEqual(spec?.resources, { requests: { storage: '1Gi' } });
    const [owner, ...others] = metadata.ownerReferences ?? [];
    assert.deepEqual(
      [owner?.kind, owner?.uid, owner?.controller, owner?.blockOwnerDeletion, others.length],
      ['Pod', pod.metadata.uid, true, true, 0],
    );
    assert.match(cluster.metrics.render(), /^ephemeral_volume_controller_create_total 1$/m);
  });

  it('gets it again when it is deleted', async () => {
    await createPod();
    const { uid } = (await claim()).metadata;
    await cluster.client.patch(PersistentVolumeClaim, 'p-scratch', namespace, 'merge', {
      metadata: { finalizers: null },
    });
    await cluster.client.delete(PersistentVolumeClaim, 'p-scratch', namespace);
    await cluster.settle();
    assert.notEqual((await claim()).metadata.uid, uid);
  });

  it('does not take a claim that it does not own', async () => {
    await cluster.client.create(PersistentVolumeClaim, aClaim('p-scratch'));
    await createPod();
    const { items } = await cluster.client.list(Event, { namespace });
    const [event] = items;
    assert.deepEqual(
      [event?.type, event?.reason, event?.message, event?.source?.component],
      [
        'Warning',
        'FailedBinding',
        'ephemeral volume scratch: PVC default/p-scratch was not created for pod default/p (pod is not owner)',
        'ephemeral_volume',
      ],
    );
    assert.deepEqual((await claim()).metadata.ownerReferences ?? [], []);
  });

  it('that is being deleted gets none', async () => {
    const pod = aPod('p', { volumes }, { finalizers: ['a/b'] });
    await cluster.stop();
    cluster = await simCluster({});
    await cluster.client.create(Pod, pod);
    await cluster.client.delete(Pod, 'p', namespace, { gracePeriodSeconds: 0 });
    const { store } = cluster;
    await cluster.stop();
    cluster = await simCluster({ controllers: ['ephemeral-volume-controller'], apiServer: { store } });
    await cluster.settle();
    assert.deepEqual((await cluster.client.list(PersistentVolumeClaim, { namespace })).items, []);
  });
});
