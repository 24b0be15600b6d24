// The volume that a claim gets without regard to nodes: of those with the fewest access modes beyond its own, one that names the claim,
// else the smallest. A claim that waits for a pod gets one that names it only. Pure.
// Upstream: pkg/controller/volume/persistentvolume/index.go.
import type { PersistentVolume } from '../../api/kinds/core/v1/persistent-volume.ts';
import type { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import { candidatesFor, hasModesOf } from '../../api/volumes/match.ts';

type Volume = Readonly<PersistentVolume>;

export function bestMatch(
  claim: Readonly<PersistentVolumeClaim>,
  volumes: readonly Volume[],
  isDelayed: boolean,
): Volume | undefined {
  const byModes = Map.groupBy(
    volumes.filter((volume) => hasModesOf(claim, volume)),
    ({ spec }) => new Set(spec?.accessModes).size,
  );
  for (const [, group] of [...byModes].sort(([a], [b]) => a - b)) {
    const { own, free } = candidatesFor(claim, group);
    const found = own ?? (isDelayed ? undefined : free[0]);
    if (found) return found;
  }
  return undefined;
}
