// projected: several sources in one volume, tokens, trust bundles and certificates among them, on a tmpfs. Tokens and certificates
// are renewed in time.
import { smallest } from '../../../kit/lists.ts';
import { type ContentsOptions, contents, contentsPlugin } from '../contents/contents-plugin.ts';
import type { PodCertificates } from '../contents/pod-certificates.ts';
import type { TrustBundles } from '../contents/trust-bundles.ts';
import type { VolumeDirectories } from '../directories.ts';
import type { VolumePlugin } from '../plugin.ts';

export interface ProjectedOptions extends ContentsOptions {
  readonly bundles: Pick<TrustBundles, 'get' | 'forget'>;
  readonly certificates: Pick<PodCertificates, 'get' | 'forget' | 'renewAt'>;
}

export function projectedPlugin(directories: VolumeDirectories, options: ProjectedOptions): VolumePlugin {
  const { tokens, bundles, certificates } = options;
  const plugin = contentsPlugin(
    'kubernetes.io~projected',
    directories,
    ({ projected }) => projected && contents(projected.sources ?? [], projected.defaultMode),
    options,
  );
  return {
    ...plugin,
    renewAt(uid) {
      const due = [tokens, certificates].flatMap((source) => source.renewAt(uid) ?? []);
      return due.length > 0 ? smallest(due) : undefined;
    },
    tearDown: async (uid, volume) => {
      // Volumes are torn down only when their pod has ended, so no other volume needs these any more.
      for (const source of [tokens, bundles, certificates]) source.forget(uid);
      await plugin.tearDown(uid, volume);
    },
  };
}
