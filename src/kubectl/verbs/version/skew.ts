// Whether client and server are further apart than Kubernetes supports: one minor version.

interface Versions {
  readonly major: string;
  readonly minor: string;
  readonly gitVersion: string;
}

export function skewWarning(client: Versions, server: Versions): string | undefined {
  const [ours, theirs] = [versionOf(client), versionOf(server)];
  if (!ours || !theirs) return undefined;
  if (ours.major === theirs.major && Math.abs(ours.minor - theirs.minor) <= 1) return undefined;
  const shown = ({ major, minor }: { major: number; minor: number }) => `${major}.${minor}`;
  return `version difference between client (${shown(ours)}) and server (${shown(theirs)}) exceeds the supported minor version skew of +/-1`;
}

function versionOf({ gitVersion }: Versions): { major: number; minor: number } | undefined {
  const found = /^v(\d{1,6})\.(\d{1,6})\./.exec(gitVersion);
  return found ? { major: Number(found[1]), minor: Number(found[2]) } : undefined;
}
