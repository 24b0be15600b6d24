// Which changes concern the volumes of which claims: what of csi-provisioner makes and deletes volumes.
import { PersistentVolume } from '../../api/kinds/core/v1/persistent-volume.ts';
import { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import { StorageClass } from '../../api/kinds/storage/v1/storage-class.ts';
import { VolumeAttachment } from '../../api/kinds/storage/v1/volume-attachment.ts';
import { isBeingDeleted, keyOf, nameOf, uidOf } from '../../api/meta/v1/object.ts';
import type { Drivers } from '../csi/drivers.ts';
import { hasFinalizer } from '../csi/finalizers.ts';
import type { Loaded } from '../csi/on-demand.ts';
import { type ControllerContext, watch } from '../framework/controller.ts';
import { Latest } from '../framework/latest.ts';
import { Deleter } from './deleter.ts';
import { ProvisionerMetrics } from './metrics.ts';
import { driverOf, isNews, planVolume } from './plan.ts';
import type { Prepared } from './prepared.ts';
import { BY_SOURCE, CLONE_PROTECTION, SourceProtection, sourceKey, sourcesOf } from './protection.ts';
import { Provisioner } from './provisioner.ts';
import { waitingClaims } from './waiting-claims.ts';

type Claim = Readonly<PersistentVolumeClaim>;
type Volume = Readonly<PersistentVolume>;

const BY_UID = 'uid';
/** Volumes by driver. */
const BY_DRIVER = 'csi-driver-of-volume';
/** Attachments by volume. */
const BY_VOLUME = 'persistent-volume';

const CLAIM = 'claim/';
const VOLUME = 'volume/';
const SOURCE = 'source/';
/** Sources that a process before this one has left behind. */
const SWEEP = 'sources';

export function claimsAndVolumes(
  context: ControllerContext,
  drivers: Drivers,
  isFull: (prepared: Prepared) => void,
): Loaded {
  const { informers } = context;
  const claims = informers.informer(PersistentVolumeClaim);
  const volumes = informers.informer(PersistentVolume);
  const classes = informers.informer(StorageClass);
  const attachments = informers.informer(VolumeAttachment);
  claims.addIndex(BY_UID, (claim) => [uidOf(claim)]);
  claims.addIndex(BY_SOURCE, sourcesOf);
  volumes.addIndex(BY_DRIVER, ({ spec }) => (spec?.csi ? [spec.csi.driver] : []));
  attachments.addIndex(BY_VOLUME, ({ spec }) =>
    spec.source.persistentVolumeName ? [spec.source.persistentVolumeName] : [],
  );
  const known = { claims: new Latest(claims), volumes: new Latest(volumes) };
  const protection = new SourceProtection(context.client, known.claims);
  const shared = {
    ...{ context, drivers, metrics: new ProvisionerMetrics(context.clock, context.metrics) },
    class: (name: string) => classes.lister.get(name),
  };
  const provisioner = new Provisioner({
    ...{ ...shared, ...known, protection, isFull },
    byUid: (uid) => known.claims.byIndex(BY_UID, uid)[0],
  });
  const deleter = new Deleter({
    ...{ ...shared, volumes: known.volumes },
    attachedTo: (name) => attachments.lister.byIndex(BY_VOLUME, name).map(({ spec }) => spec.nodeName),
  });

  const claimKey = (claim: Claim): string => CLAIM + uidOf(claim);
  const waiting = waitingClaims(informers);
  const ofClaim = (claim: Claim): string[] => [
    ...(claim.spec?.volumeName ? [] : [claimKey(claim)]),
    ...(isBeingDeleted(claim) && hasFinalizer(claim, CLONE_PROTECTION) ? [SOURCE + asSource(claim)] : []),
  ];
  /** What has its volume needs the source of it no more, and can be one itself. */
  const ofBound = (claim: Claim): string[] => [
    ...claims.lister.byIndex(BY_SOURCE, asSource(claim)).flatMap(ofClaim),
    ...ofSources(claim),
  ];
  const ofVolume = (volume: Volume): string[] =>
    driverOf(volume) !== undefined && planVolume(volume) !== 'nothing' ? [VOLUME + nameOf(volume)] : [];
  const ofClass = (found: Readonly<StorageClass>) => waiting.inClass(nameOf(found)).map(claimKey);

  return {
    watches: [
      watch(claims, {
        onAdd: ofClaim,
        onUpdate: (claim, before) => [
          ...(isNews(claim, before) ? ofClaim(claim) : []),
          ...(isBound(claim) && !isBound(before) ? ofBound(claim) : []),
        ],
        onDelete: (claim) => {
          provisioner.forget(uidOf(claim));
          return [claimKey(claim), ...ofSources(claim)];
        },
      }),
      watch(volumes, { onAdd: ofVolume, onUpdate: ofVolume, onDelete: () => [] }),
      watch(classes, { onAdd: ofClass, onUpdate: ofClass, onDelete: () => [] }),
      watch(attachments, {
        onAdd: () => [],
        onUpdate: () => [],
        onDelete: ({ spec }) => {
          const volume = known.volumes.get(spec.source.persistentVolumeName ?? '');
          return volume ? ofVolume(volume) : [];
        },
      }),
      ...drivers.watches((driver) => [
        ...waiting.forDriver(driver).map(claimKey),
        ...volumes.lister.byIndex(BY_DRIVER, driver).flatMap(ofVolume),
      ]),
      { informer: claims, attach: () => known.claims.follow() },
      { informer: volumes, attach: () => known.volumes.follow() },
      {
        informer: claims,
        attach: (enqueue) => {
          enqueue(SWEEP);
          return () => {};
        },
      },
    ],
    reconcile: async (key) => {
      if (key.startsWith(CLAIM)) return provisioner.sync(key.slice(CLAIM.length));
      if (key.startsWith(VOLUME)) await deleter.sync(key.slice(VOLUME.length));
      else if (key === SWEEP) await protection.sweep();
      else if (key.startsWith(SOURCE)) await protection.release(key.slice(SOURCE.length));
      return undefined;
    },
  };
}

const isBound = ({ status }: Claim): boolean => status?.phase === 'Bound';
const asSource = (claim: Claim): string => sourceKey('claim', keyOf(claim));
const ofSources = (claim: Claim): string[] => sourcesOf(claim).map((key) => SOURCE + key);
