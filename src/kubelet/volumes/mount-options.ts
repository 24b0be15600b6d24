// The options with which a PersistentVolume is mounted. Used by the volume manager and by plug-ins that mount.
// Upstream: MountOptionFromSpec in pkg/volume/util.
import type { VolumeSpec } from './plugin.ts';

/** Older than the field, and still read before it. */
const ANNOTATION = 'volume.beta.kubernetes.io/mount-options';

/** Sorted, each once, with those that the plug-in adds itself. */
export function mountOptions({ persistentVolume }: VolumeSpec, own: readonly string[] = []): string[] {
  const annotated = persistentVolume?.metadata.annotations?.[ANNOTATION]?.split(',');
  return [...new Set([...(annotated ?? persistentVolume?.spec?.mountOptions ?? []), ...own])].sort();
}
