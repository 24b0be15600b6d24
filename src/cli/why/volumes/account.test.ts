import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { PersistentVolume } from '../../../api/kinds/core/v1/persistent-volume.ts';
import { PersistentVolumeClaim } from '../../../api/kinds/core/v1/persistent-volume-claim.ts';
import { Pod } from '../../../api/kinds/core/v1/pod.ts';
import { StorageClass } from '../../../api/kinds/storage/v1/storage-class.ts';
import type { AnyResource } from '../../../api/meta/v1/resource.ts';
import { forbidden } from '../../../api/status/status-error.ts';
import type { Client } from '../../../client/client.ts';
import { type SimCluster, simCluster } from '../../../sim/cluster.ts';
import { aBoundPod, aPod } from '../../../sim/objects/pod.ts';
import { aClaim, aClass, aVolume, claimVolume } from '../../../sim/objects/storage.ts';
import { type Api, accountOf } from '../ask.ts';
import { accountOfClaim, accountOfVolume } from './account.ts';
import { storageReport } from './report.ts';

describe('what tiphys why asks for about storage', () => {
  let cluster: SimCluster;
  let api: Api;
  afterEach(() => cluster.stop());

  async function start(): Promise<Client> {
    cluster = await simCluster({ scheduler: true, controllers: ['persistentvolume-binder-controller'] });
    const { client, transport } = cluster;
    api = { client, transport, signal: new AbortController().signal };
    return client;
  }

  async function told<T>(asked: Promise<T>): Promise<T> {
    await cluster.settle();
    return asked;
  }

  const claimed = async (name: string) =>
    told(accountOfClaim(api, await cluster.client.get(PersistentVolumeClaim, name, 'default')));

  it('is, of a claim that waits for a pod, why that has no node', async () => {
    const client = await start();
    await client.create(StorageClass, aClass('fast', { provisioner: 'disk.example' }));
    await client.create(PersistentVolumeClaim, aClaim('data', { storageClassName: 'fast' }));
    await client.create(Pod, aPod('web', { volumes: [claimVolume('data')] }));
    await cluster.settle();
    const account = await claimed('data');
    assert.equal(account.problems[0]?.reason, 'WaitForPodScheduled');
    assert.equal(account.pods[0]?.placement?.state, 'Unschedulable');
    const report = storageReport(account);
    assert.match(report, /^claim default\/data is Pending: pod web: WaitForPodScheduled: /);
    assert.match(report, /\npod default\/web waits for a node: there are none/);
  });

  it('is the volumes that nearly suit', async () => {
    const client = await start();
    await client.create(PersistentVolume, aVolume('small', { capacity: { storage: '1Mi' } }));
    await client.create(PersistentVolumeClaim, aClaim('data'));
    await cluster.settle();
    const account = await claimed('data');
    assert.deepEqual(account.candidates, [{ volume: 'small', differs: ['has 1Mi, 1Gi is asked for'] }]);
    assert.match(storageReport(account), /small +has 1Mi, 1Gi is asked for/);
  });

  it('is only what the user may read, and says what is left out', async () => {
    const client = await start();
    await client.create(StorageClass, aClass('fast'));
    await client.create(PersistentVolume, aVolume('small', { capacity: { storage: '1Mi' } }));
    await client.create(PersistentVolumeClaim, aClaim('data', { storageClassName: 'fast' }));
    await cluster.settle();
    const refuse = ({ resource }: AnyResource) => {
      if (!resource.namespaced) throw forbidden({ resource: resource.plural }, '', 'not for you');
    };
    const limited: Client = Object.assign(Object.create(client), {
      get: async (...words: Parameters<Client['get']>) => {
        refuse(words[0]);
        return client.get(...words);
      },
      list: async (...words: Parameters<Client['list']>) => {
        refuse(words[0]);
        return client.list(...words);
      },
    });
    api = { ...api, client: limited };
    const account = await claimed('data');
    assert.deepEqual(account.hidden, ['storageclasses', 'persistentvolumes']);
    assert.deepEqual(account.candidates, []);
    assert.match(storageReport(account), /\n {2}you may not read: storageclasses, persistentvolumes\n/);
  });

  it('is, of a pod that has not started, what keeps it from its volumes', async () => {
    const client = await start();
    await client.create(PersistentVolumeClaim, aClaim('data'));
    const volumes = [claimVolume('data'), claimVolume('none')];
    const pod = await client.create(Pod, aBoundPod('web', { volumes }));
    await cluster.settle();
    const { problems } = await told(accountOf(api, pod));
    assert.deepEqual(
      problems.map(({ where, reason }) => `${where}: ${reason}`),
      ['claim data: NoClass', 'claim none: NotFound', 'pod: Pending'],
    );
  });

  it('is, of a volume, what keeps it', async () => {
    const client = await start();
    const claimRef = { namespace: 'default', name: 'gone', uid: 'g' };
    const kept = await client.create(PersistentVolume, aVolume('kept', { claimRef }));
    const status = { phase: 'Released' as const };
    const released = await client.update(PersistentVolume, { ...kept, status }, { subresource: 'status' });
    const account = await told(accountOfVolume(api, released));
    assert.match(storageReport(account), /^volume kept is Released: Retain: is kept/);
  });
});
