// Promise: every claim is bound to a volume that suits it, or says why not; every volume is in the phase that its claim gives it. Volumes
// are made and removed by external provisioners, which this controller asks by annotations.
// Upstream: pkg/controller/volume/persistentvolume.
import { PersistentVolume } from '../../api/kinds/core/v1/persistent-volume.ts';
import { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { StorageClass } from '../../api/kinds/storage/v1/storage-class.ts';
import { keyOf, nameOf } from '../../api/meta/v1/object.ts';
import { isPodTerminal } from '../../api/pods/phase.ts';
import { BIND_COMPLETED } from '../../api/volumes/annotations.ts';
import { classOfClaim, classOfVolume, defaultClass } from '../../api/volumes/classes.ts';
import { candidatesFor, hasModesOf } from '../../api/volumes/match.ts';
import { BY_CLAIM, indexByClaim } from '../../client/informer/indices.ts';
import {
  type Controller,
  type ControllerContext,
  type Enqueue,
  reads,
  watch,
} from '../framework/controller.ts';
import { Latest } from '../framework/latest.ts';
import { bestMatch } from './best-match.ts';
import { Binder } from './binder.ts';
import { BinderMetrics } from './metrics.ts';
import { Operations } from './operations.ts';
import type { ClaimView } from './plan-claim.ts';

type Claim = Readonly<PersistentVolumeClaim>;
type Volume = Readonly<PersistentVolume>;

/** Claims that wait are looked at this often, and report again. */
const RESYNC_MS = 15_000;

/** Volumes by class, and by the claim that they refer to. */
const BY_CLASS = 'storage-class';
const BY_REFERENCE = 'claim-reference';
/** Claims that are not bound, by class or by the volume that they name. */
const UNBOUND = 'unbound';

const claimKey = (key: string): string => `claim/${key}`;
const volumeKey = (name: string): string => `volume/${name}`;

export function createPersistentVolumeBinder(context: ControllerContext): Controller {
  const { informers } = context;
  const claims = informers.informer(PersistentVolumeClaim);
  const volumes = informers.informer(PersistentVolume);
  const classes = informers.informer(StorageClass);
  const pods = informers.informer(Pod);
  indexByClaim(pods);
  volumes.addIndex(BY_CLASS, (volume) => [classOfVolume(volume)]);
  volumes.addIndex(BY_REFERENCE, referenceOf);
  claims.addIndex(UNBOUND, (claim) => (isUnbound(claim) ? [waitsFor(claim)] : []));
  const known = { claims: new Latest(claims), volumes: new Latest(volumes) };
  const view: ClaimView = {
    class: (name) => classes.lister.get(name),
    defaultClass: () => {
      const found = defaultClass(classes.lister.list());
      return found && nameOf(found);
    },
    volume: (name) => known.volumes.get(name),
    bestMatch: (claim, isDelayed) => {
      const own = known.volumes.byIndex(BY_REFERENCE, keyOf(claim));
      const others = isDelayed ? [] : known.volumes.byIndex(BY_CLASS, classOfClaim(claim));
      return bestMatch(claim, [...new Set([...own, ...others])], isDelayed);
    },
    waitingPods: (claim) =>
      pods.lister
        .byIndex(BY_CLAIM, keyOf(claim))
        .filter((pod) => !isPodTerminal(pod) && !pod.spec?.nodeName)
        .map(nameOf),
  };
  const metrics = new BinderMetrics(volumes.lister, claims.lister, context.metrics);
  const operations = new Operations(context.clock, context.metrics);
  const binder = new Binder({ context, ...known, view, metrics, operations });
  const waiting = (value: string) => claims.lister.byIndex(UNBOUND, value);
  const claimsFor = (volume: Volume): string[] =>
    waitingFor(volume, waiting).map((one) => claimKey(keyOf(one)));
  const ofClass = (found: Readonly<StorageClass>): string[] =>
    [...waiting(`class/${nameOf(found)}`), ...waiting('class/')].map((claim) => claimKey(keyOf(claim)));
  let enqueue: Enqueue = () => {};
  return {
    name: 'persistentvolume-binder-controller',
    // One at a time: two claims must not be given the same volume.
    workers: 1,
    watches: [
      watch(claims, {
        onAdd: (claim) => [claimKey(keyOf(claim))],
        onUpdate: (claim) => [claimKey(keyOf(claim))],
        onDelete: ({ spec }) => (spec?.volumeName ? [volumeKey(spec.volumeName)] : []),
      }),
      watch(volumes, {
        onAdd: (volume) => [volumeKey(nameOf(volume)), ...claimsFor(volume)],
        onUpdate: (volume) => [volumeKey(nameOf(volume)), ...claimsFor(volume)],
        onDelete: (volume) => referenceOf(volume).map(claimKey),
      }),
      watch(classes, { onAdd: ofClass, onUpdate: ofClass, onDelete: () => [] }),
      reads(pods),
      {
        informer: claims,
        attach: () => claims.addHandler({ onDelete: (gone) => operations.forget(keyOf(gone)) }),
      },
      {
        informer: volumes,
        attach: () => volumes.addHandler({ onDelete: (gone) => operations.done(nameOf(gone)) }),
      },
      { informer: claims, attach: () => known.claims.follow() },
      { informer: volumes, attach: () => known.volumes.follow() },
    ],
    start: (queue) => {
      enqueue = queue;
    },
    reconcile: async (key) => {
      if (key.startsWith('claim/')) {
        const isWaiting = await binder.syncClaim(key.slice('claim/'.length));
        return isWaiting ? { requeueAfter: RESYNC_MS } : undefined;
      }
      const claim = await binder.syncVolume(key.slice('volume/'.length));
      if (claim !== undefined) enqueue(claimKey(claim));
      return undefined;
    },
  };
}

const referenceOf = ({ spec }: Volume): string[] => {
  const { namespace, name } = spec?.claimRef ?? {};
  return namespace && name ? [`${namespace}/${name}`] : [];
};

const isUnbound = ({ metadata }: Claim): boolean => metadata.annotations?.[BIND_COMPLETED] === undefined;

const waitsFor = (claim: Claim): string =>
  claim.spec?.volumeName ? `volume/${claim.spec.volumeName}` : `class/${classOfClaim(claim)}`;

/** The claims that could be bound now that the volume is as it is. */
function waitingFor(volume: Volume, waiting: (value: string) => readonly Claim[]): Claim[] {
  if (volume.status?.phase !== 'Available') return [];
  const naming = waiting(`volume/${nameOf(volume)}`);
  if (volume.spec?.claimRef) return [...naming];
  const suited = waiting(`class/${classOfVolume(volume)}`).filter(
    (claim) => hasModesOf(claim, volume) && candidatesFor(claim, [volume]).free.length > 0,
  );
  return [...naming, ...suited];
}
