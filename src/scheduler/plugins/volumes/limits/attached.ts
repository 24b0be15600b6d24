// Which volumes of CSI drivers a pod has attached to its node, by handles that are unique in the cluster. Those of in-tree disks count
// where the node's plug-in has been migrated. Upstream: filterAttachableVolumes in nodevolumelimits/csi.go.
import type { PersistentVolumeClaim } from '../../../../api/kinds/core/v1/persistent-volume-claim.ts';
import type { Volume } from '../../../../api/kinds/core/v1/volume.ts';
import type { CSINode } from '../../../../api/kinds/storage/v1/csi-node.ts';
import { keyOf } from '../../../../api/meta/v1/object.ts';
import { claimNameOf, notForPod } from '../../../../api/volumes/binding.ts';
import { classOfClaim } from '../../../../api/volumes/classes.ts';
import {
  driverOfPlugin,
  type InTreeDisk,
  inlineDisk,
  isMigrated,
  persistentDisk,
} from '../../../../api/volumes/migration.ts';
import type { PodInfo } from '../../../cache/pod-info.ts';
import { claimNotFound, type VolumeSources } from '../sources.ts';

/** Unique name of the volume → its driver. */
export type Attached = Map<string, string>;

type Sources = Pick<VolumeSources, 'claims' | 'volumes' | 'classes' | 'attachmentsOn'>;
type Node = Readonly<CSINode> | undefined;

/** A claim of the pod that does not exist. */
export class MissingClaim extends Error {}

/** Whether the volume may be one that is attached. */
export const isAttachable = (volume: Volume): boolean =>
  Boolean(volume.persistentVolumeClaim ?? volume.ephemeral ?? inlineDisk(volume));

/** `isNew`: the pod has no node yet, so that all its claims must exist. Throws MissingClaim, and for claims of others. */
export function addVolumesOf(
  into: Attached,
  { pod, namespace }: PodInfo,
  sources: Sources,
  node: Node,
  isNew: boolean,
) {
  for (const volume of pod.spec?.volumes ?? []) {
    const name = claimNameOf(pod, volume);
    if (name === undefined) {
      add(into, onNode(inlineDisk(volume), node));
      continue;
    }
    if (!name) throw new Error('PersistentVolumeClaim had no name');
    const claim = sources.claims.stored(`${namespace}/${name}`);
    if (!claim) {
      if (isNew) throw new MissingClaim(`looking up PVC ${namespace}/${name}: ${claimNotFound(name)}`);
      continue;
    }
    const foreign = volume.ephemeral && notForPod(pod, claim);
    if (foreign) throw new Error(foreign);
    add(into, attachmentOf(claim, sources, node));
  }
}

/** What VolumeAttachments say is on the node. */
export function attachmentsOn(node: string, { attachmentsOn, volumes }: Sources): Attached {
  const found: Attached = new Map();
  for (const { spec } of attachmentsOn(node)) {
    const handle = volumes.stored(spec.source.persistentVolumeName ?? '')?.spec?.csi?.volumeHandle;
    if (spec.attacher && handle !== undefined) add(found, { driver: spec.attacher, handle });
  }
  return found;
}

interface Attachment {
  readonly driver: string;
  readonly handle: string;
}

function add(into: Attached, attachment: Attachment | undefined): void {
  if (attachment?.driver && attachment.handle)
    into.set(`${attachment.driver}/${attachment.handle}`, attachment.driver);
}

const onNode = (disk: InTreeDisk | undefined, node: Node): Attachment | undefined =>
  disk?.handle !== undefined && isMigrated(disk.plugin, node)
    ? { driver: disk.driver, handle: disk.handle }
    : undefined;

function attachmentOf(
  claim: Readonly<PersistentVolumeClaim>,
  sources: Sources,
  node: Node,
): Attachment | undefined {
  const volume = sources.volumes.stored(claim.spec?.volumeName ?? '');
  if (!volume) return expected(claim, sources, node);
  const { csi } = volume.spec ?? {};
  return csi ? { driver: csi.driver, handle: csi.volumeHandle } : onNode(persistentDisk(volume), node);
}

/** The volume that the class's provisioner will make: it counts, under a handle that no driver uses. */
function expected(
  claim: Readonly<PersistentVolumeClaim>,
  { classes }: Sources,
  node: Node,
): Attachment | undefined {
  const provisioner = classes.get(classOfClaim(claim))?.provisioner;
  if (!provisioner) return undefined;
  const driver = driverOfPlugin(provisioner);
  if (driver && !isMigrated(provisioner, node)) return undefined;
  return { driver: driver ?? provisioner, handle: `\0${keyOf(claim)}` };
}
