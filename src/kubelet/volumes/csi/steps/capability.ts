// How a volume is used, in CSI's words: access modes and mount or block. Pure. Upstream: pkg/volume/csi/csi_client.go.
import type { CsiAccessMode, VolumeCapability } from '../../../../csi/messages/volume.ts';
import type { CsiSource } from '../source.ts';

/** Drivers that know the finer modes are told whether several pods of the node may write. */
const MODES: Readonly<Record<string, readonly [coarse: CsiAccessMode, fine: CsiAccessMode]>> = {
  ReadWriteOnce: ['SINGLE_NODE_WRITER', 'SINGLE_NODE_MULTI_WRITER'],
  ReadWriteOncePod: ['SINGLE_NODE_WRITER', 'SINGLE_NODE_SINGLE_WRITER'],
  ReadOnlyMany: ['MULTI_NODE_READER_ONLY', 'MULTI_NODE_READER_ONLY'],
  ReadWriteMany: ['MULTI_NODE_MULTI_WRITER', 'MULTI_NODE_MULTI_WRITER'],
};

/** The first mode counts, as upstream. */
export function accessModeOf(
  { accessModes: [mode = 'ReadWriteOnce'] }: CsiSource,
  isFine: boolean,
): CsiAccessMode {
  return (Object.hasOwn(MODES, mode) ? MODES[mode]?.[isFine ? 1 : 0] : undefined) ?? 'UNKNOWN';
}

/** `group` only for a driver that gives the files to it. */
export function capabilityOf(source: CsiSource, isFine: boolean, group?: number): VolumeCapability {
  const accessMode = { mode: accessModeOf(source, isFine) };
  if (source.isBlock) return { block: {}, mount: undefined, accessMode };
  const mount = {
    fsType: source.fsType,
    mountFlags: source.mountOptions,
    volumeMountGroup: group === undefined ? '' : String(group),
  };
  return { block: undefined, mount, accessMode };
}
