// downwardAPI: fields of the pod and resources of its containers as files.
import { type ContentsOptions, contents, contentsPlugin } from '../contents/contents-plugin.ts';
import type { VolumeDirectories } from '../directories.ts';
import type { VolumePlugin } from '../plugin.ts';

export const downwardApiPlugin = (directories: VolumeDirectories, options: ContentsOptions): VolumePlugin =>
  contentsPlugin(
    'kubernetes.io~downward-api',
    directories,
    ({ downwardAPI }) =>
      downwardAPI && contents([{ downwardAPI: { items: downwardAPI.items } }], downwardAPI.defaultMode),
    options,
  );
