// The names by which a volume of a CSI driver is known while it is attached: in a node's status, and of its VolumeAttachment. Whether a
// volume is attached at all, and to how many nodes. Shared by the attach-detach controller, kubelets and attachers. Pure.
// Upstream: getAttachmentName of pkg/volume/csi/csi_attacher.go, and IsMultiAttachAllowed of pkg/volume/util/util.go.
import { createHash } from 'node:crypto';
import type { PersistentVolume } from '../kinds/core/v1/persistent-volume.ts';
import type { CSIDriver } from '../kinds/storage/v1/csi-driver.ts';

export interface CsiVolume {
  readonly driver: string;
  /** By which the driver knows the volume. */
  readonly handle: string;
}

const PREFIX = 'kubernetes.io/csi/';
/** No driver's name has it. */
const BETWEEN = '^';

/** The volume's name in a node's status.volumesAttached and status.volumesInUse. */
export const volumeNameOf = ({ driver, handle }: CsiVolume): string => PREFIX + driver + BETWEEN + handle;

/** Undefined of a name that is not one of a CSI driver's volumes. */
export function csiVolumeOf(name: string): CsiVolume | undefined {
  const at = name.indexOf(BETWEEN);
  if (!name.startsWith(PREFIX) || at < 0) return undefined;
  return { driver: name.slice(PREFIX.length, at), handle: name.slice(at + 1) };
}

/** The name of the VolumeAttachment that attaches the volume to the node. */
export const attachmentNameOf = ({ driver, handle }: CsiVolume, node: string): string =>
  `csi-${createHash('sha256')
    .update(handle + driver + node)
    .digest('hex')}`;

/** What the volume's driver knows it by; undefined of volumes that no CSI driver has. */
export function csiVolumeIn({ spec }: Readonly<PersistentVolume>): CsiVolume | undefined {
  const { csi } = spec ?? {};
  return csi && { driver: csi.driver, handle: csi.volumeHandle };
}

/** Of a driver that has no CSIDriver object, volumes are attached. */
export const needsAttachment = (driver: Readonly<CSIDriver> | undefined): boolean =>
  driver?.spec.attachRequired !== false;

/** Whether the volume may be attached to one node only. */
export function isExclusive({ spec }: Readonly<PersistentVolume>): boolean {
  const modes = spec?.accessModes ?? [];
  return modes.length > 0 && !modes.some((mode) => mode === 'ReadWriteMany' || mode === 'ReadOnlyMany');
}
