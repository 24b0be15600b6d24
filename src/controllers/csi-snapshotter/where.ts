// Which of a driver's nodes are called about a content. Pure, but for the cache. A driver of a node's own disk would say of another node's
// snapshot that it is gone.
import type { PersistentVolume } from '../../api/kinds/core/v1/persistent-volume.ts';
import type { VolumeSnapshotContent } from '../../api/kinds/snapshot/v1/volume-snapshot-content.ts';
import { labelsOf } from '../../api/meta/v1/object.ts';
import { MANAGED_BY } from '../../api/volumes/snapshots/names.ts';
import type { Reach } from '../csi/driver-nodes.ts';
import { reachOf } from '../csi/drivers.ts';

/** Volumes by driver and handle. */
export const BY_HANDLE = 'csi-volume-handle';

export const handleOf = ({ spec }: Readonly<PersistentVolume>): string[] =>
  spec?.csi ? [`${spec.csi.driver}/${spec.csi.volumeHandle}`] : [];

/** `nodes`: of the driver. Undefined when it does not matter; a snapshot of which nothing is known is on a driver's only node. */
export function reachOfContent(
  content: Readonly<VolumeSnapshotContent>,
  volumes: { byIndex(index: string, value: string): readonly Readonly<PersistentVolume>[] },
  nodes: number,
): Reach | undefined {
  const { driver, source } = content.spec;
  const [volume] = volumes.byIndex(BY_HANDLE, `${driver}/${source.volumeHandle}`);
  if (volume) return reachOf(volume);
  const node = labelsOf(content)[MANAGED_BY];
  if (node !== undefined) return ({ name }) => name === node;
  return nodes === 1 ? undefined : () => false;
}
