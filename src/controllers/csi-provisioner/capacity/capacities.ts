// Promise: for every driver whose CSIDriver says storageCapacity there is a CSIStorageCapacity of each of its classes in each part of its
// topology, a minute old at most. Upstream: pkg/capacity/capacity.go of external-provisioner.
import { PersistentVolume } from '../../../api/kinds/core/v1/persistent-volume.ts';
import type { CSIDriver } from '../../../api/kinds/storage/v1/csi-driver.ts';
import { CSIStorageCapacity } from '../../../api/kinds/storage/v1/csi-storage-capacity.ts';
import { StorageClass } from '../../../api/kinds/storage/v1/storage-class.ts';
import { nameOf } from '../../../api/meta/v1/object.ts';
import { isAlreadyExists, isNotFound } from '../../../api/status/status-error.ts';
import { getCapacity } from '../../../csi/messages/controller.ts';
import { type Drivers, within } from '../../csi/drivers.ts';
import type { Loaded } from '../../csi/on-demand.ts';
import { type ControllerContext, type Enqueue, type Result, watch } from '../../framework/controller.ts';
import { sameMeaning } from '../../framework/same-meaning.ts';
import type { Prepared } from '../prepared.ts';
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

export interface Capacities extends Loaded {
  /** Somebody was told that there is no room. */
  isFull(prepared: Prepared): void;
}

export function capacities(context: ControllerContext, drivers: Drivers): Capacities {
  const { informers, client } = context;
  const objects = informers.informer(CSIStorageCapacity, { namespace: NAMESPACE });
  const classes = informers.informer(StorageClass);
  const volumes = informers.informer(PersistentVolume);
  /** Keys of items by driver, as of the last round. */
  const wanted = new Map<string, ReadonlySet<string>>();
  context.metrics?.computed(
    ...(['csistoragecapacities_desired_goal', 'gauge'] as const),
    'Number of CSIStorageCapacity objects that are supposed to be managed automatically.',
    () => [[{}, [...wanted.values()].reduce((sum, { size }) => sum + size, 0)]],
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
  const ofObject = (object: Readonly<CSIStorageCapacity>): string[] => {
    const item = itemOfObject(object);
    return item ? [DRIVER + item.driver, keyOf(item)] : [];
  };

  /** Which items there are; each is then looked at. */
  async function survey(driver: string): Promise<Result | undefined> {
    const found = owner(driver) && (await drivers.ours(driver));
    const parts = found?.controller.has('GET_CAPACITY')
      ? partsOf(drivers.nodes(driver), found.hasTopology)
      : [];
    const keys = new Set(itemsOf(driver, parts).map(keyOfItem));
    const before = wanted.get(driver);
    wanted.set(driver, keys);
    for (const key of before ?? []) if (!keys.has(key)) enqueue(ITEM + key);
    for (const key of keys) enqueue(ITEM + key);
    return keys.size > 0 ? { requeueAfter: POLL_MS } : undefined;
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
    if (!known.has(key) || !driver || !found) {
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

  return {
    watches: [
      watch(classes, {
        onAdd: ({ provisioner }) => ofDriver(provisioner),
        onUpdate: () => [],
        onDelete: ({ provisioner }) => ofDriver(provisioner),
      }),
      watch(objects, { onAdd: ofObject, onUpdate: () => [], onDelete: ofObject }),
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
