// projected: several sources in one volume, service account tokens among them, on a tmpfs. Tokens are renewed in time.
import { type ContentsOptions, contents, contentsPlugin } from '../contents/contents-plugin.ts';
import type { VolumeDirectories } from '../directories.ts';
import type { VolumePlugin } from '../plugin.ts';

export function projectedPlugin(directories: VolumeDirectories, options: ContentsOptions): VolumePlugin {
  const { tokens } = options;
  const plugin = contentsPlugin(
    'kubernetes.io~projected',
    directories,
    ({ projected }) => projected && contents(projected.sources ?? [], projected.defaultMode),
    options,
  );
  return {
    ...plugin,
    renewAt: (uid) => tokens.renewAt(uid),
    tearDown: async (uid, volume) => {
      // Volumes are torn down only when their pod has ended, so no other volume needs the tokens any more.
      tokens.forget(uid);
      await plugin.tearDown(uid, volume);
    },
  };
}
