// Promise: a snapshot of a claim gets a content, which csi-snapshotter fills; a snapshot and a content that name each other are bound; the
// snapshot tells what its content tells, and when it is deleted its content follows by its policy. What another snapshot-controller in the
// cluster does is left to that one. Upstream: external-snapshotter, pkg/common-controller.
import { Node } from '../../api/kinds/core/v1/node.ts';
import { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { VolumeSnapshot } from '../../api/kinds/snapshot/v1/volume-snapshot.ts';
import { VolumeSnapshotClass } from '../../api/kinds/snapshot/v1/volume-snapshot-class.ts';
import { VolumeSnapshotContent } from '../../api/kinds/snapshot/v1/volume-snapshot-content.ts';
import { isBeingDeleted, keyOf, nameOf } from '../../api/meta/v1/object.ts';
import { Backoff } from '../../kit/backoff.ts';
import type { Loaded } from '../csi/on-demand.ts';
import { type ControllerContext, reads, watch } from '../framework/controller.ts';
import { Latest } from '../framework/latest.ts';
import { BY_SOURCE, dataSourceOf, SourceClaims } from './claims.ts';
import { isPreProvisioned } from './content.ts';
import { syncContent } from './contents.ts';
import { SnapshotDeletion } from './deletion.ts';
import { SnapshotMetrics } from './metrics.ts';
import { isOther, OtherControllers } from './others.ts';
import { Problem } from './problem.ts';
import { Snapshots } from './snapshots.ts';

type Snapshot = Readonly<VolumeSnapshot>;

const snapshotKey = (key: string): string => `snapshot/${key}`;
const contentKey = (name: string): string => `content/${name}`;

/** How long what a user must mend waits, unless something changes. */
const RETRY = { base: 1_000, cap: 300_000 };

export function createVolumeSnapshotController(context: ControllerContext): Loaded {
  const { informers } = context;
  const snapshots = informers.informer(VolumeSnapshot);
  const contents = informers.informer(VolumeSnapshotContent);
  const classes = informers.informer(VolumeSnapshotClass);
  const sourceClaims = informers.informer(PersistentVolumeClaim);
  const nodes = informers.informer(Node);
  const pods = informers.informer(Pod);
  const others = new OtherControllers(context);
  const claims = new SourceClaims(context);
  const latest = { snapshots: new Latest(snapshots), contents: new Latest(contents) };
  const metrics = new SnapshotMetrics(context.clock, context.metrics);
  const work = new Snapshots({ context, ...latest, classes, nodes, claims, metrics });
  const deletion = new SnapshotDeletion(context, claims, metrics);
  const gone = (one: Snapshot) =>
    metrics.gone(one, classes.lister.get(one.spec.volumeSnapshotClassName ?? '')?.driver);

  const problems = new Backoff<string>(RETRY);

  const ofSnapshot = (one: Snapshot) => [snapshotKey(keyOf(one))];
  const ofContent = (one: Readonly<VolumeSnapshotContent>) => {
    const { namespace, name } = one.spec.volumeSnapshotRef;
    return [contentKey(nameOf(one)), ...(name ? [snapshotKey(`${namespace}/${name}`)] : [])];
  };
  /** Snapshots that wait for a claim, and those that are kept by one that is made from them. */
  const ofClaim = (claim: Readonly<PersistentVolumeClaim>) => [
    ...snapshots.lister.byIndex(BY_SOURCE, keyOf(claim)).filter(isUnbound).flatMap(ofSnapshot),
    ...dataSourceOf(claim)
      .flatMap((key) => snapshots.lister.byKey(key) ?? [])
      .filter(isBeingDeleted)
      .flatMap(ofSnapshot),
  ];
  const everything = () => [
    ...snapshots.lister.list().flatMap(ofSnapshot),
    ...contents.lister.list().map((one) => contentKey(nameOf(one))),
  ];
  const ofOthers = (pod: Readonly<Pod>) => (isOther(pod) ? everything() : []);
  return {
    watches: [
      watch(snapshots, { onAdd: ofSnapshot, onUpdate: ofSnapshot, onDelete: () => [] }),
      watch(contents, ofContent),
      watch(classes, () => snapshots.lister.list().filter(isUnbound).flatMap(ofSnapshot)),
      watch(sourceClaims, ofClaim),
      watch(pods, {
        onAdd: () => [],
        onUpdate: (pod, old) => (isOther(pod) ? [] : ofOthers(old)),
        onDelete: ofOthers,
      }),
      reads(nodes),
      { informer: snapshots, attach: () => latest.snapshots.follow() },
      { informer: snapshots, attach: () => snapshots.addHandler({ onDelete: gone }) },
      { informer: contents, attach: () => latest.contents.follow() },
    ],
    reconcile: async (key) => {
      if (await others.run()) return undefined;
      const name = key.slice(key.indexOf('/') + 1);
      try {
        if (key.startsWith('content/')) await syncContent(context, latest.contents, name);
        else {
          const snapshot = latest.snapshots.get(name);
          if (snapshot && isBeingDeleted(snapshot)) await deletion.sync(snapshot);
          else if (snapshot) await work.sync(snapshot);
        }
      } catch (error) {
        // The user has been told; for the log it is no failure.
        if (error instanceof Problem) return { requeueAfter: problems.next(key) };
        throw error;
      }
      problems.forget(key);
      return undefined;
    },
  };
}

const isUnbound = (snapshot: Snapshot): boolean =>
  snapshot.status?.boundVolumeSnapshotContentName === undefined && !isPreProvisioned(snapshot);
