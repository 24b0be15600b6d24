// Storage objects in caches that are filled by hand, for tests of the volume plug-ins.
import type { PersistentVolume } from '../../api/kinds/core/v1/persistent-volume.ts';
import type { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import type { AnyResource, KubeObject, ObjectOf } from '../../api/meta/v1/resource.ts';
import { BIND_COMPLETED } from '../../api/volumes/annotations.ts';
import { Indexer } from '../../client/informer/indexer.ts';
import * as objects from '../../sim/objects/storage.ts';
import type { Cached } from '../plugins/volumes/assume-cache.ts';
import { noVolumes, type VolumeSources, volumeSources } from '../plugins/volumes/sources.ts';

let serial = 0;

/** In namespace `d`, as the pods of objects.fake.ts, with a uid. */
export const aClaim = (...[name, spec, metadata]: Parameters<typeof objects.aClaim>): PersistentVolumeClaim =>
  objects.aClaim(name, spec, { namespace: 'd', uid: `claim${serial++}`, resourceVersion: '1', ...metadata });

export const aVolume = (...[name, spec, metadata]: Parameters<typeof objects.aVolume>): PersistentVolume => ({
  ...objects.aVolume(name, spec, { uid: `volume${serial++}`, resourceVersion: '1', ...metadata }),
  status: { phase: 'Available' },
});

/** The claim, bound to the volume. */
export const bound = (claim: PersistentVolumeClaim, volumeName: string): PersistentVolumeClaim => ({
  ...claim,
  metadata: {
    ...claim.metadata,
    annotations: { ...claim.metadata.annotations, [BIND_COMPLETED]: 'yes' },
  },
  spec: { ...claim.spec, volumeName },
  status: { phase: 'Bound' },
});

export function storageOf(...all: KubeObject[]): VolumeSources {
  const caches = new Map<string, object>();
  const cacheOf = <R extends AnyResource>({ resource }: R): Cached<ObjectOf<R> & KubeObject> => {
    const known = caches.get(resource.kind) as Indexer<ObjectOf<R> & KubeObject> | undefined;
    const lister = known ?? new Indexer<ObjectOf<R> & KubeObject>();
    caches.set(resource.kind, lister);
    for (const object of all)
      if (object.kind === resource.kind) lister.put(object as ObjectOf<R> & KubeObject);
    return { lister, addIndex: (name, of) => lister.addIndex(name, of), addHandler: () => () => {} };
  };
  return volumeSources(cacheOf, noVolumes());
}
