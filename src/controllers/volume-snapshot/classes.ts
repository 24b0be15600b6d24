// The class of a snapshot that names none. Pure. Upstream: SetDefaultSnapshotClass in snapshot_controller.go.
import type { VolumeSnapshotClass } from '../../api/kinds/snapshot/v1/volume-snapshot-class.ts';
import { DEFAULT_SNAPSHOT_CLASS } from '../../api/volumes/snapshots/names.ts';

type Class = Readonly<VolumeSnapshotClass>;

/** The only default class of the driver. */
export function defaultClassOf(driver: string, classes: Iterable<Class>): Class {
  const marked = [...classes].filter(
    (one) => one.driver === driver && one.metadata.annotations?.[DEFAULT_SNAPSHOT_CLASS] === 'true',
  );
  if (marked.length === 0) throw new Error('cannot find default snapshot class');
  if (marked.length > 1) throw new Error(`${marked.length} default snapshot classes were found`);
  return marked[0]!;
}
