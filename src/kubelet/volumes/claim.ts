// A PersistentVolumeClaim's place on this node: only bound claims whose volume is a hostPath or local directory.
import { PersistentVolume } from '../../api/kinds/core/v1/persistent-volume.ts';
import { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import type { Client } from '../../client/client.ts';
import { checkHostPath } from './host-path.ts';

export interface ClaimedVolume {
  readonly path: string;
  readonly readOnly: boolean;
  /** hostPath volumes never change owner. */
  readonly fsGroup: boolean;
}

export async function claimedVolume(client: Client, namespace: string, name: string): Promise<ClaimedVolume> {
  const claim = await client.get(PersistentVolumeClaim, name, namespace);
  const volumeName = claim.spec?.volumeName;
  if (claim.status?.phase !== 'Bound' || !volumeName)
    throw new Error(`PVC ${namespace}/${name} is not bound`);
  const volume = await client.get(PersistentVolume, volumeName);
  const spec = volume.spec ?? {};
  if (spec.claimRef?.uid !== claim.metadata.uid)
    throw new Error(`PersistentVolume "${volumeName}" is bound to another claim than ${namespace}/${name}`);
  const modes = spec.accessModes ?? [];
  const readOnly = modes.length > 0 && modes.every((mode) => mode === 'ReadOnlyMany');
  if (spec.volumeMode === 'Block') throw new Error('block volumes are not supported');
  if (spec.hostPath) {
    await checkHostPath(spec.hostPath);
    return { path: spec.hostPath.path, readOnly, fsGroup: false };
  }
  if (spec.local) {
    await checkHostPath({ path: spec.local.path, type: 'Directory' });
    return { path: spec.local.path, readOnly, fsGroup: true };
  }
  const plugin = Object.keys(spec).find((key) => UNSUPPORTED.has(key)) ?? 'unknown';
  throw new Error(`volume plugin ${plugin} is not supported`);
}

const UNSUPPORTED = new Set([
  'nfs',
  'csi',
  'iscsi',
  'fc',
  'rbd',
  'cephfs',
  'glusterfs',
  'azureFile',
  'flexVolume',
]);
