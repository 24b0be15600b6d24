// configMap: all keys of a ConfigMap, or some at chosen paths, as files.
import { type ContentsOptions, contents, contentsPlugin } from '../contents/contents-plugin.ts';
import type { VolumeDirectories } from '../directories.ts';
import type { VolumePlugin } from '../plugin.ts';

export const configMapPlugin = (directories: VolumeDirectories, options: ContentsOptions): VolumePlugin =>
  contentsPlugin(
    'kubernetes.io~configmap',
    directories,
    ({ configMap }) => {
      if (!configMap) return undefined;
      const { defaultMode, ...source } = configMap;
      return contents([{ configMap: source }], defaultMode);
    },
    options,
  );
