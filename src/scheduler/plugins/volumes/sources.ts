// What the volume plug-ins read and write besides pods and nodes. Made once by the scheduler over its informers; their caches start with
// it. Nothing of it is asked about pods whose volumes need no storage object.

import type { FeatureGates } from '../../../api/features/feature-gates.ts';
import { PersistentVolume } from '../../../api/kinds/core/v1/persistent-volume.ts';
import { PersistentVolumeClaim } from '../../../api/kinds/core/v1/persistent-volume-claim.ts';
import { Pod } from '../../../api/kinds/core/v1/pod.ts';
import { CSIDriver } from '../../../api/kinds/storage/v1/csi-driver.ts';
import { CSINode } from '../../../api/kinds/storage/v1/csi-node.ts';
import { CSIStorageCapacity } from '../../../api/kinds/storage/v1/csi-storage-capacity.ts';
import { StorageClass } from '../../../api/kinds/storage/v1/storage-class.ts';
import { VolumeAttachment } from '../../../api/kinds/storage/v1/volume-attachment.ts';
import type { AnyResource, KubeObject, ObjectOf } from '../../../api/meta/v1/resource.ts';
import { classOfVolume } from '../../../api/volumes/classes.ts';
import type { Client } from '../../../client/client.ts';
import { Indexer, type Lister } from '../../../client/informer/indexer.ts';
import type { Clock } from '../../../kit/clock.ts';
import { AssumeCache, type Cached } from './assume-cache.ts';

export type CacheOf = <R extends AnyResource>(kind: R) => Cached<ObjectOf<R> & KubeObject>;

export interface VolumeEffects {
  readonly gates: Pick<FeatureGates, 'enabled'>;
  readonly client: Pick<Client, 'update'>;
  readonly clock: Pick<Clock, 'monotonic' | 'after'>;
  /** Ends the wait for claims to be bound. */
  readonly signal: AbortSignal;
  /** The pod of this uid is not to be bound any more. */
  readonly isCancelled: (uid: string) => boolean;
  /** Something went wrong at this stage: predicate, assume or bind. */
  readonly onFailure: (stage: string) => void;
}

export interface VolumeSources extends VolumeEffects {
  readonly claims: AssumeCache<PersistentVolumeClaim & KubeObject>;
  readonly volumes: AssumeCache<PersistentVolume & KubeObject>;
  readonly classes: Pick<Lister<StorageClass>, 'get'>;
  readonly csiNodes: Pick<Lister<CSINode>, 'get'>;
  readonly drivers: Pick<Lister<CSIDriver>, 'get'>;
  readonly pods: Pick<Lister<Pod>, 'get'>;
  capacitiesOf(storageClass: string): readonly Readonly<CSIStorageCapacity>[];
  attachmentsOn(node: string): readonly Readonly<VolumeAttachment>[];
}

/** Of volumes and of capacities. */
export const BY_CLASS = 'storage-class';
const BY_NODE = 'attached-to-node';

export function volumeSources(cacheOf: CacheOf, effects: VolumeEffects): VolumeSources {
  const volumes = cacheOf(PersistentVolume);
  volumes.addIndex(BY_CLASS, (volume) => [classOfVolume(volume)]);
  const capacities = cacheOf(CSIStorageCapacity);
  capacities.addIndex(BY_CLASS, ({ storageClassName }) => [storageClassName]);
  const attachments = cacheOf(VolumeAttachment);
  attachments.addIndex(BY_NODE, ({ spec }) => [spec.nodeName]);
  return {
    ...effects,
    claims: new AssumeCache(cacheOf(PersistentVolumeClaim), 'persistentvolumeclaims'),
    volumes: new AssumeCache(volumes, 'persistentvolumes'),
    classes: cacheOf(StorageClass).lister,
    csiNodes: cacheOf(CSINode).lister,
    drivers: cacheOf(CSIDriver).lister,
    pods: cacheOf(Pod).lister,
    capacitiesOf: (name) => capacities.lister.byIndex(BY_CLASS, name),
    attachmentsOn: (node) => attachments.lister.byIndex(BY_NODE, node),
  };
}

/** For profiles that are made and not run. */
export const noVolumes = (): VolumeSources =>
  volumeSources(emptyCache, {
    gates: { enabled: () => false },
    client: { update: (_kind, object) => Promise.resolve(object) },
    clock: { monotonic: () => 0, after: () => ({ cancel: () => {} }) },
    signal: new AbortController().signal,
    isCancelled: () => false,
    onFailure: () => {},
  });

function emptyCache<R extends AnyResource>(_kind: R): Cached<ObjectOf<R> & KubeObject> {
  const lister = new Indexer<ObjectOf<R> & KubeObject>();
  return { lister, addIndex: (name, of) => lister.addIndex(name, of), addHandler: () => () => {} };
}

/** The message of upstream's listers. */
export const claimNotFound = (name: string): string =>
  `persistentvolumeclaim ${JSON.stringify(name)} not found`;

export const volumeNotFound = (name: string): string => `persistentvolume ${JSON.stringify(name)} not found`;
