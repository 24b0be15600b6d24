// What is said of volumes of kinds that no plug-in has: in-tree drivers that upstream has removed or given to CSI drivers, and
// those that are not here. Called by the volume manager. Upstream: FindPluginBySpec in pkg/volume/plugins.go.
import type { VolumeSpec } from './plugin.ts';

/** Fields that describe a volume, or a PersistentVolume, besides the one that says what it is made of. */
const NO_KINDS: ReadonlySet<string> = new Set([
  ...['name', 'accessModes', 'capacity', 'claimRef', 'mountOptions', 'nodeAffinity'],
  ...['persistentVolumeReclaimPolicy', 'storageClassName', 'volumeAttributesClassName', 'volumeMode'],
]);

export interface Refusal {
  /** The volume is known, but is not set up; else it is not even looked at. */
  readonly atSetUp: boolean;
  readonly message: string;
}

export function refusal({ volume, persistentVolume }: VolumeSpec): Refusal {
  const kind = Object.keys(persistentVolume?.spec ?? volume).find((field) => !NO_KINDS.has(field));
  if (kind === 'gitRepo') return { atSetUp: true, message: 'git-repo volume plugin has been disabled' };
  const what = kind ? `${kind} volumes are not supported on this node` : 'the volume has no source';
  return {
    atSetUp: false,
    message: `failed to get Plugin from volumeSpec for volume "${volume.name}" err=no volume plugin matched: ${what}`,
  };
}
