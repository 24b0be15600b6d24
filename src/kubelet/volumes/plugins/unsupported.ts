// Every other kind (NFS, CSI, gitRepo…): the pod waits, and FailedMount says why. Stands last in the list.
import type { VolumePlugin, VolumeSpec } from '../plugin.ts';

export const unsupportedPlugin: VolumePlugin = {
  name: 'unsupported',
  supports: () => true,
  setUp: async ({ spec }) => {
    throw new Error(wordsFor(spec));
  },
  found: async () => [],
  tearDown: async () => {},
};

function wordsFor({ volume, persistentVolume }: VolumeSpec): string {
  if (persistentVolume)
    return `volume plugin ${Object.keys(persistentVolume.spec ?? {}).find(isSource) ?? 'unknown'} is not supported`;
  const source = Object.keys(volume).find((key) => key !== 'name') ?? 'none';
  return `volume plugin ${source} is not supported on this node`;
}

/** The fields of a PersistentVolume that say what it is made of. */
const SOURCES = ['nfs', 'csi', 'iscsi', 'fc', 'rbd', 'cephfs', 'glusterfs', 'azureFile', 'flexVolume'];
const isSource = (field: string): boolean => SOURCES.includes(field);
