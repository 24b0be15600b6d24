// The list of volume plug-ins. No two support the same volume.
import type { PodDirectories } from '../directories.ts';
import type { VolumePlugin } from '../plugin.ts';
import type { ShownDirectories } from '../shown-directories.ts';
import { configMapPlugin } from './config-map.ts';
import { downwardApiPlugin } from './downward-api.ts';
import { emptyDirPlugin } from './empty-dir.ts';
import { hostPathPlugin } from './host-path.ts';
import { localPlugin } from './local.ts';
import { type GrowthEnvironment, LocalGrowth } from './local-growth.ts';
import { nfsPlugin } from './nfs.ts';
import { type ProjectedOptions, projectedPlugin } from './projected.ts';
import { secretPlugin } from './secret.ts';

/** `others` are made by those who need more of the node. */
export const allPlugins = (
  { root, disk, memory }: PodDirectories,
  options: ProjectedOptions & { readonly growth: GrowthEnvironment; readonly shown?: ShownDirectories },
  others: readonly VolumePlugin[] = [],
): VolumePlugin[] => [
  emptyDirPlugin(disk),
  configMapPlugin(disk, options),
  downwardApiPlugin(disk, options),
  secretPlugin(memory, options),
  projectedPlugin(memory, options),
  hostPathPlugin(disk.files, root, options.shown),
  localPlugin(disk, new LocalGrowth(options.growth), options.shown),
  nfsPlugin(disk),
  ...others,
];
