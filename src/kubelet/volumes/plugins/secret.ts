// secret: the keys of a Secret as files, on a tmpfs.
import { type ContentsOptions, contents, contentsPlugin } from '../contents/contents-plugin.ts';
import type { VolumeDirectories } from '../directories.ts';
import type { VolumePlugin } from '../plugin.ts';

export const secretPlugin = (directories: VolumeDirectories, options: ContentsOptions): VolumePlugin =>
  contentsPlugin(
    'kubernetes.io~secret',
    directories,
    ({ secret }) => {
      if (!secret) return undefined;
      const { secretName, defaultMode, ...source } = secret;
      return contents([{ secret: { ...source, name: secretName } }], defaultMode);
    },
    options,
  );
