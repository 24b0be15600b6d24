// Promise: a volume is attached to the node that an attachment names, by its driver's ControllerPublishVolume, and detached before the
// attachment goes; a volume stays while an attachment of it exists. Upstream: kubernetes-csi/external-attacher pkg/controller.
import { PersistentVolume } from '../../api/kinds/core/v1/persistent-volume.ts';
import { VolumeAttachment } from '../../api/kinds/storage/v1/volume-attachment.ts';
import { isBeingDeleted, nameOf } from '../../api/meta/v1/object.ts';
import { type CsiSettings, Drivers } from '../csi/drivers.ts';
import { hasFinalizer } from '../csi/finalizers.ts';
import type { Loaded } from '../csi/on-demand.ts';
import { type ControllerContext, watch } from '../framework/controller.ts';
import { Latest } from '../framework/latest.ts';
import { Attacher } from './attacher.ts';
import { finalizerOf } from './finalizer.ts';
import { isNews } from './plan.ts';
import { releaseVolume } from './volumes.ts';

const BY_ATTACHER = 'attacher';
const BY_VOLUME = 'persistent-volume';

const attachmentKey = (name: string): string => `attachment/${name}`;
const volumeKey = (name: string): string => `volume/${name}`;

export function createCsiAttacher(context: ControllerContext, settings?: CsiSettings): Loaded {
  const { informers } = context;
  const drivers = new Drivers(context, settings);
  const attachments = informers.informer(VolumeAttachment);
  const volumes = informers.informer(PersistentVolume);
  attachments.addIndex(BY_ATTACHER, ({ spec }) => [spec.attacher]);
  attachments.addIndex(BY_VOLUME, volumesOf);
  const latest = { attachments: new Latest(attachments), volumes: new Latest(volumes) };
  const attacher = new Attacher({ context, drivers, ...latest });
  const open = (index: string, value: string): string[] =>
    attachments.lister
      .byIndex(index, value)
      .filter((one) => isBeingDeleted(one) || !one.status?.attached)
      .map((one) => attachmentKey(nameOf(one)));
  const ending = (volume: Readonly<PersistentVolume>): string[] => {
    const { csi } = volume.spec ?? {};
    const isHeld = csi && isBeingDeleted(volume) && hasFinalizer(volume, finalizerOf(csi.driver));
    return isHeld ? [volumeKey(nameOf(volume))] : [];
  };
  return {
    watches: [
      watch(attachments, {
        onAdd: (one) => [attachmentKey(nameOf(one))],
        onUpdate: (one, before) => (isNews(one, before) ? [attachmentKey(nameOf(one))] : []),
        onDelete: (one) => volumesOf(one).map(volumeKey),
      }),
      watch(volumes, {
        onAdd: (volume) => [...ending(volume), ...open(BY_VOLUME, nameOf(volume))],
        onUpdate: ending,
        onDelete: () => [],
      }),
      ...drivers.watches((driver) => open(BY_ATTACHER, driver)),
      { informer: attachments, attach: () => latest.attachments.follow() },
      { informer: volumes, attach: () => latest.volumes.follow() },
    ],
    reconcile: async (key) => {
      if (key.startsWith('attachment/')) await attacher.sync(key.slice('attachment/'.length));
      else {
        const name = key.slice('volume/'.length);
        const isAttached = attachments.lister.countByIndex(BY_VOLUME, name) > 0;
        if (!isAttached) await releaseVolume(context.client, drivers, latest.volumes.get(name));
      }
      return undefined;
    },
  };
}

const volumesOf = ({ spec }: Readonly<VolumeAttachment>): string[] =>
  spec.source.persistentVolumeName ? [spec.source.persistentVolumeName] : [];
