// Where a new volume's contents come from: a snapshot or another claim's volume, of the same driver and not larger. What other kinds
// stand for is left to populators. Upstream: getSnapshotSource and getPVCSource of external-provisioner.
import type { PersistentVolume } from '../../api/kinds/core/v1/persistent-volume.ts';
import type { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import { VolumeSnapshot } from '../../api/kinds/snapshot/v1/volume-snapshot.ts';
import { VolumeSnapshotContent } from '../../api/kinds/snapshot/v1/volume-snapshot-content.ts';
import { isBeingDeleted, keyOf, labelsOf, nameOf, namespaceOf, uidOf } from '../../api/meta/v1/object.ts';
import { wholeValue } from '../../api/quantity/quantity.ts';
import { MANAGED_BY } from '../../api/volumes/snapshots/names.ts';
import type { Client } from '../../client/client.ts';
import type { VolumeContentSource } from '../../csi/messages/volume.ts';
import { messageOf } from '../../kit/message-of.ts';
import type { Reach } from '../csi/driver-nodes.ts';
import { reachOf } from '../csi/drivers.ts';
import { SNAPSHOT_PROTECTION } from './protection.ts';

type Claim = Readonly<PersistentVolumeClaim>;
type Volume = Readonly<PersistentVolume>;

export interface DataSource {
  readonly kind: 'snapshot' | 'claim' | 'other';
  readonly name: string;
}

/** Throws if the claim names what cannot be served. */
export function dataSourceOf({ spec, metadata }: Claim): DataSource | undefined {
  const { dataSource, dataSourceRef } = spec ?? {};
  const found = dataSource ?? dataSourceRef;
  if (!found) return undefined;
  if (!dataSource && dataSourceRef?.namespace)
    throw new Error(
      'dataSourceRef namespace specified but the CrossNamespaceVolumeDataSource feature is disabled',
    );
  const { kind, name, apiGroup = '' } = found;
  if (!name) throw new Error(`the PVC source not found for PVC ${metadata.name}`);
  if (kind === 'PersistentVolumeClaim') return { kind: 'claim', name };
  if (kind !== 'VolumeSnapshot') return { kind: 'other', name };
  const { group } = VolumeSnapshot.resource;
  if (apiGroup !== group)
    throw new Error(
      `the PVC source does not belong to the right APIGroup. Expected ${group}, Got ${apiGroup}`,
    );
  return { kind: 'snapshot', name };
}

/** What a driver is asked to copy. */
export interface Contents {
  readonly source: VolumeContentSource;
  /** The nodes from which the source can be read, as far as is known. */
  readonly reach: Reach | undefined;
}

const sizeOf = ({ spec }: Claim): number => wholeValue(spec?.resources?.requests?.storage ?? '0');
const modeOf = ({ spec }: Claim | Volume): string => spec?.volumeMode ?? 'Filesystem';

export interface ClonedFrom {
  readonly source: Claim | undefined;
  readonly volume: Volume | undefined;
}

/** Pure. Throws if the source cannot be cloned, or not yet. */
export function cloneSource(
  claim: Claim,
  name: string,
  driver: string,
  { source, volume }: ClonedFrom,
): Contents {
  const unfit = 'claim in dataSource not bound or invalid';
  if (!source)
    throw new Error(
      `error getting PVC ${name} (namespace "${namespaceOf(claim)}") from api server: persistentvolumeclaim "${name}" not found`,
    );
  if (source.status?.phase !== 'Bound')
    throw new Error(`the PVC DataSource ${name} must have a status of Bound.  Got ${source.status?.phase}`);
  if (isBeingDeleted(source)) throw new Error(`the PVC DataSource ${name} is currently being deleted`);
  if (source.spec?.storageClassName === undefined)
    throw new Error(`the source PVC (${name}) storageclass cannot be empty`);
  if (claim.spec?.storageClassName === undefined)
    throw new Error(`the requested PVC (${nameOf(claim)}) storageclass cannot be empty`);
  if (sizeOf(claim) < sizeOf(source))
    throw new Error(
      `error, new PVC request must be greater than or equal in size to the specified PVC data source, requested ${sizeOf(claim)} but source is ${sizeOf(source)}`,
    );
  const { csi, claimRef } = volume?.spec ?? {};
  if (
    !volume ||
    csi?.driver !== driver ||
    claimRef?.uid !== uidOf(source) ||
    volume.status?.phase !== 'Bound'
  )
    throw new Error(unfit);
  if (modeOf(claim) !== modeOf(volume))
    throw new Error(
      `the source PVC and destination PVCs must have the same volume mode for cloning.  Source is ${modeOf(volume)}, but new PVC requested ${modeOf(claim)}`,
    );
  return {
    source: { volume: { volumeId: csi.volumeHandle }, snapshot: undefined },
    reach: reachOf(volume),
  };
}

const ALLOW_OTHER_MODE = 'snapshot.storage.kubernetes.io/allow-volume-mode-change';

/** Throws if there is no such snapshot, or none that can be used yet. */
export async function snapshotSource(
  client: Client,
  claim: Claim,
  name: string,
  { driver, className }: { readonly driver: string; readonly className: string },
): Promise<Contents> {
  const snapshot = await client.get(VolumeSnapshot, name, namespaceOf(claim)).catch((cause: unknown) => {
    throw new Error(`error getting snapshot ${name} from api server: ${messageOf(cause)}`, { cause });
  });
  // A volume that is being made from it is finished.
  if (isBeingDeleted(snapshot) && !snapshot.metadata.finalizers?.includes(SNAPSHOT_PROTECTION))
    throw new Error(`snapshot ${name} is being deleted`);
  const bound = snapshot.status?.boundVolumeSnapshotContentName;
  if (!bound) throw new Error(`snapshot ${name} not bound`);
  const content = await client.get(VolumeSnapshotContent, bound).catch((cause: unknown) => {
    throw new Error(`error getting snapshotcontent ${bound} for snapshot ${name}`, { cause });
  });
  const { volumeSnapshotRef: ref } = content.spec;
  if (ref.uid !== uidOf(snapshot) || `${ref.namespace}/${ref.name}` !== keyOf(snapshot))
    throw new Error(`snapshotcontent ${bound} for snapshot ${name} is bound to a different snapshot`);
  if (content.spec.driver !== driver)
    throw new Error(
      `snapshotcontent ${bound} for snapshot ${name} is not handled by CSI driver of StorageClass ${className}`,
    );
  if (!snapshot.status?.readyToUse) throw new Error(`snapshot ${name} is not Ready`);
  const snapshotId = content.status?.snapshotHandle;
  if (!snapshotId) throw new Error(`snapshot handle ${name} is not available`);
  const least = wholeValue(snapshot.status.restoreSize ?? '0');
  if (sizeOf(claim) < least)
    throw new Error(
      `requested volume size ${sizeOf(claim)} is less than the size ${least} for the source snapshot ${name}`,
    );
  checkMode(claim, content);
  const node = labelsOf(content)[MANAGED_BY];
  return {
    source: { snapshot: { snapshotId }, volume: undefined },
    reach: node === undefined ? undefined : (one) => one.name === node,
  };
}

function checkMode(claim: Claim, { metadata, spec }: Readonly<VolumeSnapshotContent>): void {
  if (spec.sourceVolumeMode === undefined || spec.sourceVolumeMode === modeOf(claim)) return;
  const said = metadata.annotations?.[ALLOW_OTHER_MODE];
  if (said === 'true') return;
  throw new Error(
    `requested volume ${keyOf(claim)} modifies the mode of the source volume but does not have permission to do so. ` +
      `${ALLOW_OTHER_MODE} ${said === undefined ? 'annotation is not present' : 'is set to false'} on snapshotcontent ${metadata.name}`,
  );
}
