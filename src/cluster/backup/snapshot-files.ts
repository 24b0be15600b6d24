// What lies in the directory of the automatic snapshots.
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type ListedSnapshot, listRing, type RingFile } from '../../store/snapshot/ring.ts';
import { clusterPaths } from '../state/paths.ts';

export async function filesIn(directory: string): Promise<RingFile[]> {
  const names = await readdir(directory).catch(() => []);
  const files = names.map((name) =>
    stat(join(directory, name)).then(
      ({ size }) => [{ name, bytes: size }],
      // It has been renamed or removed meanwhile.
      () => [],
    ),
  );
  return (await Promise.all(files)).flat();
}

export interface AutomaticSnapshot extends Omit<ListedSnapshot, 'name'> {
  readonly file: string;
}

/** Those of a cluster, which need not run; the newest first. */
export async function automaticSnapshots(dataDir: string): Promise<AutomaticSnapshot[]> {
  const { snapshots } = clusterPaths(dataDir);
  return listRing(await filesIn(snapshots)).map(({ name, ...rest }) => ({
    file: join(snapshots, name),
    ...rest,
  }));
}
