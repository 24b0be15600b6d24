// Promise: a content for a volume gets its snapshot, taken by the driver; a content for a snapshot that exists gets its state; and the
// snapshot is deleted in the storage system before its content goes, if the policy says so. Upstream: external-snapshotter, cmd/csi-snapshotter.
import { PersistentVolume } from '../../api/kinds/core/v1/persistent-volume.ts';
import { VolumeSnapshotClass } from '../../api/kinds/snapshot/v1/volume-snapshot-class.ts';
import { VolumeSnapshotContent } from '../../api/kinds/snapshot/v1/volume-snapshot-content.ts';
import { nameOf } from '../../api/meta/v1/object.ts';
import { Backoff } from '../../kit/backoff.ts';
import { type CsiSettings, Drivers } from '../csi/drivers.ts';
import type { Loaded } from '../csi/on-demand.ts';
import { type ControllerContext, reads, watch } from '../framework/controller.ts';
import { Latest } from '../framework/latest.ts';
import { isNews, planContent } from './plan.ts';
import { type Content, Snapshotter } from './snapshotter.ts';
import { BY_HANDLE, handleOf, reachOfContent } from './where.ts';

const BY_DRIVER = 'snapshot-driver';
const BY_CLASS = 'snapshot-class';

/** How often a snapshot that is not ready is looked at. */
const LOOK = { base: 1_000, cap: 300_000 };

const contentKey = (content: Readonly<VolumeSnapshotContent>): string => `content/${nameOf(content)}`;

export function createCsiSnapshotter(context: ControllerContext, settings?: CsiSettings): Loaded {
  const { informers } = context;
  const drivers = new Drivers(context, settings);
  const contents = informers.informer(VolumeSnapshotContent);
  const classes = informers.informer(VolumeSnapshotClass);
  const volumes = informers.informer(PersistentVolume);
  contents.addIndex(BY_DRIVER, ({ spec }) => [spec.driver]);
  contents.addIndex(BY_CLASS, ({ spec: { volumeSnapshotClassName: name } }) => (name ? [name] : []));
  volumes.addIndex(BY_HANDLE, handleOf);
  const latest = new Latest(contents);
  const looks = new Backoff<string>(LOOK);
  const callerFor = (content: Content) => {
    const { driver } = content.spec;
    return drivers.caller(driver, reachOfContent(content, volumes.lister, drivers.nodes(driver).length));
  };
  const snapshotter = new Snapshotter({ context, contents: latest, classes, callerFor });

  const act = async (content: Content): Promise<boolean> => {
    const plan = planContent(content);
    if (plan === 'nothing') return true;
    const capabilities = await drivers.ours(content.spec.driver);
    if (!capabilities?.controller.has('CREATE_DELETE_SNAPSHOT')) return true;
    switch (plan) {
      case 'take':
        return snapshotter.take(content);
      case 'look':
        return snapshotter.look(content, capabilities);
      case 'settle':
        await snapshotter.settle(content);
        return true;
      case 'delete':
        await snapshotter.delete(content);
        return true;
      case 'release':
        await snapshotter.release(content);
        return true;
    }
  };
  /** A class of another driver is a mistake; nothing is done then. */
  const isOfClass = ({ spec }: Content): boolean => {
    const found = spec.volumeSnapshotClassName ? classes.lister.get(spec.volumeSnapshotClassName) : undefined;
    return found === undefined || found.driver === spec.driver;
  };
  const open = (index: string, value: string): string[] =>
    contents.lister
      .byIndex(index, value)
      .filter((one) => planContent(one) !== 'settle')
      .map(contentKey);
  return {
    watches: [
      watch(contents, {
        onAdd: (one) => [contentKey(one)],
        onUpdate: (one, before) => (isNews(one, before) ? [contentKey(one)] : []),
        onDelete: (one) => [contentKey(one)],
      }),
      watch(classes, (one) => open(BY_CLASS, nameOf(one))),
      reads(volumes),
      ...drivers.watches((driver) => open(BY_DRIVER, driver)),
      { informer: contents, attach: () => latest.follow() },
    ],
    reconcile: async (key) => {
      const content = latest.get(key.slice('content/'.length));
      const isDone = !content || !isOfClass(content) || (await act(content));
      if (!isDone) return { requeueAfter: looks.next(key) };
      looks.forget(key);
      return undefined;
    },
  };
}
