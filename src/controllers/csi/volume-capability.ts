// How a volume that exists is used, as drivers are told. Called by csi-attacher and csi-resizer.
import type { PersistentVolumeSpec } from '../../api/kinds/core/v1/persistent-volume.ts';
import { accessModeOf } from '../../csi/access-modes.ts';
import type { VolumeCapability } from '../../csi/messages/volume.ts';
import type { Capabilities } from './capabilities.ts';

/** Throws if CSI has no such access mode. */
export function volumeCapability(
  spec: Readonly<PersistentVolumeSpec>,
  { controller }: Pick<Capabilities, 'controller'>,
): VolumeCapability {
  const mode = accessModeOf(spec.accessModes ?? [], controller.has('SINGLE_NODE_MULTI_WRITER'));
  return capabilityOf(spec.volumeMode, mode, spec.csi?.fsType ?? '', spec.mountOptions ?? []);
}

export function capabilityOf(
  volumeMode: string | undefined,
  mode: ReturnType<typeof accessModeOf>,
  fsType: string,
  mountFlags: readonly string[],
): VolumeCapability {
  const isBlock = volumeMode === 'Block';
  return {
    block: isBlock ? {} : undefined,
    mount: isBlock ? undefined : { fsType, mountFlags, volumeMountGroup: '' },
    accessMode: { mode },
  };
}
