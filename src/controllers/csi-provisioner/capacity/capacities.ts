// Promise: while a claim waits for a driver whose CSIDriver says storageCapacity, there is a CSIStorageCapacity of each of its classes in
// each part of its topology, a minute old at most. Nobody needs to know otherwise, so that then no driver is asked. Upstream: pkg/capacity/capacity.go of external-provisioner.
import { PersistentVolume } from '../../../api/kinds/core/v1/persistent-volume.ts';
import { PersistentVolumeClaim } from '../../../api/kinds/core/v1/persistent-volume-claim.ts';
import type { CSIDriver } from '../../../api/kinds/storage/v1/csi-driver.ts';
import { CSIStorageCapacity } from '../../../api/kinds/storage/v1/csi-storage-capacity.ts';
import { StorageClass } from '../../../api/kinds/storage/v1/storage-class.ts';
import { nameOf } from '../../../api/meta/v1/object.ts';
import { isAlreadyExists, isNotFound } from '../../../api/status/status-error.ts';
import { classOfClaim } from '../../../api/volumes/classes.ts';
import { getCapacity } from '../../../csi/messages/controller.ts';
import { type Drivers, within } from '../../csi/drivers.ts';
import type { Loaded } from '../../csi/on-demand.ts';
import { type ControllerContext, type Enqueue, type Result, watch } from '../../framework/controller.ts';
import { sameMeaning } from '../../framework/same-meaning.ts';
import type { Prepared } from '../prepared.ts';
import { waitingClaims } from '../waiting-claims.ts';
import {
  type Item,
  itemOfKey,
  itemOfObject,
  keyOfItem,
  NAMESPACE,
  nameOfObject,
  objectOf,
  partsOf,
  partsOfVolume,
} from './item.ts';

const POLL_MS = 60_000;
const DRIVER = 'capacities/';
const ITEM = 'capacity/';

/** What a driver's items are. */
interface Wanted {
  readonly keys: ReadonlySet<string>;
  /** When all are looked at again, on the monotonic clock. */
  readonly due: number;
}

export interface Capacities extends Loaded {
  /** Somebody was told that there is no room. */
  isFull(prepared: Prepared): void;
}

export function capacities(context: ControllerContext, drivers: Drivers): Capacities {
  const { informers, client } = context;
  const objects = informers.informer(CSIStorageCapacity, { namespace: NAMESPACE });
  const classes = informers.informer(StorageClass);
  const volumes = informers.informer(PersistentVolume);
  const claims = informers.informer(PersistentVolumeClaim);
  const waiting = waitingClaims(informers);
  const wanted = new Map<string, Wanted>();
  context.metrics?.computed(
    ...(['csistoragecapacities_desired_goal', 'gauge'] as const),
    'Number of CSIStorageCapacity objects that are supposed to be managed automatically.',
    () => [[{}, [...wanted.values()].reduce((sum, { keys }) => sum + keys.size, 0)]],
  );
  let enqueue: Enqueue = () => {};

  const owner = (driver: string): Readonly<CSIDriver> | undefined => {
    const found = drivers.object(driver);
    return found?.spec.storageCapacity ? found : undefined;
  };
  const classesOf = (driver: string): string[] =>
    classes.lister.list().flatMap((one) => (one.provisioner === driver ? [nameOf(one)] : []));
  const itemsOf = (driver: string, parts: readonly Item['segments'][]): Item[] =>
    classesOf(driver).flatMap((className) => parts.map((segments) => ({ driver, className, segments })));
  const keyOf = (item: Item): string => ITEM + keyOfItem(item);
  const ofDriver = (driver: string): string[] => (owner(driver) ? [DRIVER + driver] : []);
  const ofVolume = (volume: Readonly<PersistentVolume>): string[] => {
    const driver = volume.spec?.csi?.driver ?? '';
    return owner(driver) ? itemsOf(driver, partsOfVolume(volume)).map(keyOf) : [];
  };
  /** Whose object is gone that should be there, or there that should be gone. */
  const amiss = (object: Readonly<CSIStorageCapacity>, isThere: boolean): string[] => {
    const item = itemOfObject(object);
    const known = item && wanted.get(item.driver);
    return known && known.keys.has(keyOfItem(item)) !== isThere ? [keyOf(item)] : [];
  };

  /** Which items there are. All are looked at when that was a minute ago, and those that come and go at once. */
  async function survey(driver: string): Promise<Result | undefined> {
    const isWaited = waiting.forDriver(driver).length > 0;
    const before = wanted.get(driver);
    if (!isWaited && !before) return undefined;
    const found = owner(driver) && (await drivers.ours(driver));
    const parts = found?.controller.has('GET_CAPACITY')
      ? partsOf(drivers.nodes(driver), found.hasTopology)
      : [];
    const keys = new Set(itemsOf(driver, parts).map(keyOfItem));
    const now = context.clock.monotonic();
    const isDue = isWaited && now >= (before?.due ?? 0);
    const due = isDue ? now + POLL_MS : (before?.due ?? 0);
    wanted.set(driver, { keys, due });
    for (const object of objects.lister.list()) for (const key of amiss(object, true)) enqueue(key);
    for (const key of keys) if (isDue || !before?.keys.has(key)) enqueue(ITEM + key);
    return isWaited && keys.size > 0 ? { requeueAfter: due - now } : undefined;
  }

  async function sync(key: string): Promise<void> {
    const item = itemOfKey(key);
    const known = wanted.get(item.driver);
    // Before the first survey nobody knows.
    if (!known) return;
    const name = nameOfObject(item);
    const cached = objects.lister.get(name, NAMESPACE);
    const driver = owner(item.driver);
    const found = classes.lister.get(item.className);
    if (!known.keys.has(key) || !driver || !found) {
      if (cached) await client.delete(CSIStorageCapacity, name, NAMESPACE).catch(unless(isNotFound));
      return;
    }
    const answer = await drivers.caller(item.driver, within(item.segments)).unary(getCapacity, {
      volumeCapabilities: [],
      parameters: found.parameters ?? {},
      accessibleTopology: { segments: { ...item.segments } },
    });
    const object = objectOf(item, answer, driver);
    if (!cached) {
      await client.create(CSIStorageCapacity, object).catch(unless(isAlreadyExists));
      return;
    }
    const { capacity, maximumVolumeSize } = object;
    if (sameMeaning([capacity, maximumVolumeSize], [cached.capacity, cached.maximumVolumeSize])) return;
    const { resourceVersion } = cached.metadata;
    await client.update(CSIStorageCapacity, {
      ...object,
      metadata: { ...object.metadata, ...(resourceVersion && { resourceVersion }) },
    });
  }

  const ofClaim = (claim: Readonly<PersistentVolumeClaim>): string[] =>
    claim.spec?.volumeName ? [] : ofDriver(classes.lister.get(classOfClaim(claim))?.provisioner ?? '');

  return {
    watches: [
      watch(claims, {
        onAdd: ofClaim,
        onUpdate: (claim, old) => (classOfClaim(claim) === classOfClaim(old) ? [] : ofClaim(claim)),
        onDelete: () => [],
      }),
      watch(classes, {
        onAdd: ({ provisioner }) => ofDriver(provisioner),
        onUpdate: () => [],
        onDelete: ({ provisioner }) => ofDriver(provisioner),
      }),
      watch(objects, {
        onAdd: (object) => amiss(object, true),
        onUpdate: () => [],
        onDelete: (object) => amiss(object, false),
      }),
      watch(volumes, { onAdd: ofVolume, onUpdate: () => [], onDelete: ofVolume }),
      // Also of one that no longer wants them.
      ...drivers.watches((driver) => (owner(driver) || wanted.has(driver) ? [DRIVER + driver] : [])),
      {
        informer: classes,
        attach: (queue) => {
          enqueue = queue;
          return () => {};
        },
      },
    ],
    reconcile: async (key) => {
      if (key.startsWith(DRIVER)) return survey(key.slice(DRIVER.length));
      if (key.startsWith(ITEM)) await sync(key.slice(ITEM.length));
      return undefined;
    },
    isFull: ({ driver, class: found, request }) => {
      const segments = request.accessibilityRequirements?.preferred[0]?.segments ?? {};
      if (owner(driver)) enqueue(keyOf({ driver, className: nameOf(found), segments }));
    },
  };
}

const unless =
  (isExpected: (error: unknown) => boolean) =>
  (error: unknown): void => {
    if (!isExpected(error)) throw error;
  };
