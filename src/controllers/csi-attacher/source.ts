// What an attachment attaches. Pure. Upstream: csiAttach of external-attacher's csi_handler.go.
import type { PersistentVolume, PersistentVolumeSpec } from '../../api/kinds/core/v1/persistent-volume.ts';
import type { CSIPersistentVolumeSource } from '../../api/kinds/core/v1/volumes/provisioned.ts';
import type { VolumeAttachment } from '../../api/kinds/storage/v1/volume-attachment.ts';

export interface Source {
  /** Undefined for one that has no object. */
  readonly volume: Readonly<PersistentVolume> | undefined;
  readonly spec: Readonly<PersistentVolumeSpec>;
  readonly csi: Readonly<CSIPersistentVolumeSource>;
}

/** Throws if the driver cannot attach it. */
export function sourceOf(
  { spec: { source } }: Readonly<VolumeAttachment>,
  volumeNamed: (name: string) => Readonly<PersistentVolume> | undefined,
): Source {
  const { persistentVolumeName: name, inlineVolumeSpec: inline } = source;
  if (name && inline)
    throw new Error('both InlineCSIVolumeSource and PersistentVolumeName specified in VA source');
  if (!name && !inline)
    throw new Error('neither InlineCSIVolumeSource nor PersistentVolumeName specified in VA source');
  if (inline) {
    if (!inline.csi) throw new Error('inline volume spec contains nil CSI source');
    return { volume: undefined, spec: inline, csi: inline.csi };
  }
  const volume = volumeNamed(name!);
  if (!volume?.spec) throw new Error(`persistentvolume "${name}" not found`);
  if (!volume.spec.csi) throw new Error('pv spec contained non-csi source that was not migrated');
  return { volume, spec: volume.spec, csi: volume.spec.csi };
}
