// Promise: a claim that asks for more than its volume has, or for other attributes, gets them from the volume's driver, and says how far
// that is. Upstream: kubernetes-csi/external-resizer.
import { PersistentVolume } from '../../api/kinds/core/v1/persistent-volume.ts';
import { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { VolumeAttributesClass } from '../../api/kinds/storage/v1/volume-attributes-class.ts';
import { keyOf, nameOf } from '../../api/meta/v1/object.ts';
import { isPodTerminal } from '../../api/pods/phase.ts';
import { needsExpansion, requestedBy, resizeStatusOf } from '../../api/volumes/expansion.ts';
import { BY_CLAIM, indexByClaim } from '../../client/informer/indices.ts';
import { type CsiSettings, Drivers } from '../csi/drivers.ts';
import type { Loaded } from '../csi/on-demand.ts';
import { type ControllerContext, reads, watch } from '../framework/controller.ts';
import { Latest } from '../framework/latest.ts';
import { Claims } from './claims.ts';
import { Expander } from './expander.ts';
import { Modifier } from './modifier.ts';
import { planModification } from './plan-modification.ts';

type Claim = Readonly<PersistentVolumeClaim>;

const EXPAND = 'expand/';
const MODIFY = 'modify/';
/** Claims by the name of their volume. */
const BY_VOLUME = 'volume-name';
/** Claims by the VolumeAttributesClass that they name. */
const BY_ATTRIBUTES = 'attributes-class';

export function createCsiResizer(context: ControllerContext, settings?: CsiSettings): Loaded {
  const { informers } = context;
  const drivers = new Drivers(context, settings);
  const claims = informers.informer(PersistentVolumeClaim);
  const volumes = informers.informer(PersistentVolume);
  const classes = informers.informer(VolumeAttributesClass);
  const pods = informers.informer(Pod);
  indexByClaim(pods);
  claims.addIndex(BY_VOLUME, ({ spec }) => (spec?.volumeName ? [spec.volumeName] : []));
  claims.addIndex(BY_ATTRIBUTES, ({ spec }) =>
    spec?.volumeAttributesClassName ? [spec.volumeAttributesClassName] : [],
  );
  const known = { claims: new Latest(claims), volumes: new Latest(volumes) };
  const shared = { context, drivers, claims: new Claims({ context, drivers, ...known }) };
  const isUsed = (key: string) =>
    pods.lister.byIndex(BY_CLAIM, key).some((pod) => pod.spec?.nodeName && !isPodTerminal(pod));
  const expander = new Expander({ ...shared, isUsed });
  const modifier = new Modifier({ ...shared, class: (name) => classes.lister.get(name) });
  const forget = (key: string) => {
    expander.forget(key);
    modifier.forget(key);
    return [];
  };
  return {
    watches: [
      watch(claims, {
        onAdd: ofClaim,
        onUpdate: (claim, old) => (isNews(claim, old) ? ofClaim(claim) : []),
        onDelete: (claim) => forget(keyOf(claim)),
      }),
      watch(volumes, {
        onAdd: (volume) => claims.lister.byIndex(BY_VOLUME, nameOf(volume)).flatMap(ofClaim),
        onUpdate: () => [],
        onDelete: () => [],
      }),
      watch(classes, {
        onAdd: (found) => claims.lister.byIndex(BY_ATTRIBUTES, nameOf(found)).flatMap(ofClaim),
        onUpdate: () => [],
        onDelete: () => [],
      }),
      reads(pods),
      ...drivers.watches((driver) =>
        claims.lister.list().flatMap((claim) => {
          const { csi } = volumes.lister.get(claim.spec?.volumeName ?? '')?.spec ?? {};
          return csi?.driver === driver ? ofClaim(claim) : [];
        }),
      ),
      { informer: claims, attach: () => known.claims.follow() },
      { informer: volumes, attach: () => known.volumes.follow() },
    ],
    reconcile: (key) =>
      key.startsWith(EXPAND)
        ? expander.sync(key.slice(EXPAND.length))
        : modifier.sync(key.slice(MODIFY.length)),
  };
}

/** Most claims have what they ask for. */
const ofClaim = (claim: Claim): string[] => [
  ...(needsExpansion(claim) ? [EXPAND + keyOf(claim)] : []),
  ...(planModification(claim, false) ? [MODIFY + keyOf(claim)] : []),
];

/** What this controller writes itself is none: looking again because of it would end the back-off. */
function isNews(claim: Claim, old: Claim): boolean {
  const essence = (one: Claim) => [
    requestedBy(one),
    one.spec?.volumeName,
    one.spec?.volumeAttributesClassName,
    one.status?.phase,
    one.status?.capacity?.storage,
    // The node's kubelet writes those.
    resizeStatusOf(one).startsWith('Node') && resizeStatusOf(one),
  ];
  const before = essence(old);
  if (old.status?.modifyVolumeStatus && !claim.status?.modifyVolumeStatus) return true;
  return essence(claim).some((value, i) => value !== before[i]);
}
