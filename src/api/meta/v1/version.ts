// The versions that Tiphys reports. The API level is that of this Kubernetes release.

export const TIPHYS_VERSION = '0.1.0';
export const KUBERNETES_VERSION = 'v1.36.2';
export const KUBERNETES_MINOR = '1.36';

interface Built {
  readonly gitCommit: string;
  readonly gitTreeState: string;
  readonly buildDate: string;
}

/** Put in by tools/bundle.ts. */
declare const TIPHYS_BUILD: Built | undefined;

/** As upstream's programs that were built without version information. */
const UNKNOWN: Built = { gitCommit: '', gitTreeState: '', buildDate: '1970-01-01T00:00:00Z' };

/** Where this program comes from, by the names of upstream's version.Info. It is not written in Go: what runs it stands there. */
export const BUILD = {
  ...(typeof TIPHYS_BUILD === 'undefined' ? UNKNOWN : TIPHYS_BUILD),
  gitVersion: `${KUBERNETES_VERSION}+tiphys`,
  goVersion: `node${process.versions.node}`,
  compiler: 'esbuild',
  platform: `linux/${process.arch === 'x64' ? 'amd64' : process.arch}`,
};
