import assert from 'node:assert/strict';
import { it } from 'node:test';
import { PersistentVolume } from '../../api/kinds/core/v1/persistent-volume.ts';
import { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import { Indexer } from '../../client/informer/indexer.ts';
import type { Handler } from '../../client/informer/informer.ts';
import { silentLogger } from '../../kit/log.ts';
import { simCluster } from '../../sim/cluster.ts';
import { aClaim, aVolume } from '../../sim/objects/storage.ts';
import { Latest } from '../framework/latest.ts';
import { Binder } from './binder.ts';
import { BinderMetrics } from './metrics.ts';
import { Operations } from './operations.ts';

/** A cache that shows what the test puts there. */
function cacheOf<T extends KubeObject>() {
  const lister = new Indexer<T>();
  const handlers: Handler<T>[] = [];
  return {
    lister,
    addHandler: (handler: Handler<T>) => {
      handlers.push(handler);
      return () => {};
    },
    show(object: T): void {
      lister.put(object);
      for (const handler of handlers) handler.onUpdate?.(object, object);
    },
    drop(object: T): void {
      lister.remove(object.metadata.name!);
      for (const handler of handlers) handler.onDelete?.(object);
    },
  };
}

const at = (resourceVersion: string, storage: string): PersistentVolume & KubeObject =>
  aVolume('v', { capacity: { storage } }, { resourceVersion });
const sizeOf = (volume: Readonly<PersistentVolume> | undefined) => volume?.spec?.capacity?.storage;

it('what was written counts until the cache shows it, or something newer', () => {
  const cache = cacheOf<PersistentVolume & KubeObject>();
  const latest = new Latest(cache);
  latest.follow();
  cache.show(at('9', '1Gi'));
  latest.wrote(at('10', '2Gi'));
  assert.equal(sizeOf(latest.get('v')), '2Gi');
  cache.show(at('9', '1Gi'));
  assert.equal(sizeOf(latest.get('v')), '2Gi', 'an old state of the cache');
  cache.show(at('11', '3Gi'));
  assert.equal(sizeOf(latest.get('v')), '3Gi');
  latest.wrote(at('10', '2Gi'));
  assert.equal(sizeOf(latest.get('v')), '3Gi', 'an answer that comes late');
  cache.drop(at('11', '3Gi'));
  assert.equal(latest.get('v'), undefined);
});

it('a volume is not released because the cache does not show its claim yet', async (t) => {
  const { client, clock, random, informers, metrics } = await simCluster({}, t);
  const claim = await client.create(PersistentVolumeClaim, aClaim('c', { volumeName: 'v' }));
  const { name, namespace, uid } = claim.metadata;
  const claimRef = { name: name!, namespace: namespace!, uid: uid! };
  const volume = await client.create(PersistentVolume, aVolume('v', { claimRef }));
  const volumes = cacheOf<PersistentVolume & KubeObject>();
  volumes.show(volume);
  const claims = cacheOf<PersistentVolumeClaim & KubeObject>();
  const nothing = () => undefined;
  const binder = new Binder({
    context: {
      ...{ client, clock, random, informers, metrics, log: silentLogger },
      events: { record: nothing, flushed: () => Promise.resolve() },
      discover: () => Promise.reject(new Error('not asked')),
      groupVersions: () => Promise.resolve([]),
      openApi: () => Promise.resolve(undefined),
    },
    claims: new Latest(claims),
    volumes: new Latest(volumes),
    view: {
      ...{ class: nothing, defaultClass: nothing, volume: nothing, bestMatch: nothing },
      waitingPods: () => [],
    },
    metrics: new BinderMetrics(volumes.lister, claims.lister),
    operations: new Operations(clock),
  });
  await binder.syncVolume('v');
  assert.equal((await client.get(PersistentVolume, 'v')).status?.phase, 'Bound');
});
