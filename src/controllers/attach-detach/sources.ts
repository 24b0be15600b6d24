// What the caches say about volumes of CSI drivers: which nodes have pods that use a volume, and to which it is attached. A volume is known
// by its name in a node's status, under which several PersistentVolumes may stand.
// Upstream: the desired and actual states of pkg/controller/volume/attachdetach/cache, which are worked out here whenever they are needed.
import { Node } from '../../api/kinds/core/v1/node.ts';
import { PersistentVolume } from '../../api/kinds/core/v1/persistent-volume.ts';
import { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import type { Volume } from '../../api/kinds/core/v1/volume.ts';
import { CSIDriver } from '../../api/kinds/storage/v1/csi-driver.ts';
import { VolumeAttachment } from '../../api/kinds/storage/v1/volume-attachment.ts';
import { keyOf, nameOf, namespaceOf, uidOf } from '../../api/meta/v1/object.ts';
import { hasPodStopped } from '../../api/pods/phase.ts';
import {
  attachmentNameOf,
  csiVolumeIn,
  csiVolumeOf,
  needsAttachment,
  volumeNameOf,
} from '../../api/volumes/attachment.ts';
import { claimNameOf, notForPod } from '../../api/volumes/binding.ts';
import type { InformerFactory, InformerOf } from '../../client/informer/factory.ts';
import { BY_CLAIM, BY_NODE, claimKeysOf, indexByClaim, indexByNode } from '../../client/informer/indices.ts';

export type Attachment = Readonly<VolumeAttachment>;

/** The pods of a node that use a volume, by claims of one PersistentVolume. */
export interface Use {
  readonly node: string;
  readonly volume: Readonly<PersistentVolume>;
  readonly pods: readonly Readonly<Pod>[];
}

/** On a node: attaching is this controller's business; and the volumes of pods that have ended stay attached. */
const MANAGED = 'volumes.kubernetes.io/controller-managed-attach-detach';
const KEEPS_VOLUMES = 'volumes.kubernetes.io/keep-terminated-pod-volumes';

/** Volumes by their name and by their driver; attachments by the PersistentVolume; nodes by the volumes that their status has as attached. */
const BY_VOLUME_NAME = 'csi-volume';
const BY_DRIVER = 'csi-driver';
const BY_VOLUME = 'persistent-volume';
const BY_ATTACHED = 'volumes-attached';

export const isManaged = ({ metadata }: Readonly<Node>): boolean =>
  metadata.annotations?.[MANAGED] !== undefined;

export class Sources {
  readonly pods: InformerOf<typeof Pod>;
  readonly claims: InformerOf<typeof PersistentVolumeClaim>;
  readonly volumes: InformerOf<typeof PersistentVolume>;
  readonly attachments: InformerOf<typeof VolumeAttachment>;
  readonly nodes: InformerOf<typeof Node>;
  readonly drivers: InformerOf<typeof CSIDriver>;

  constructor(informers: InformerFactory) {
    this.pods = informers.informer(Pod);
    this.claims = informers.informer(PersistentVolumeClaim);
    this.volumes = informers.informer(PersistentVolume);
    this.attachments = informers.informer(VolumeAttachment);
    this.nodes = informers.informer(Node);
    this.drivers = informers.informer(CSIDriver);
    indexByClaim(this.pods);
    indexByNode(this.pods);
    indexByNode(this.attachments);
    this.volumes.addIndex(BY_VOLUME_NAME, (volume) => namesOf(volume));
    this.volumes.addIndex(BY_DRIVER, (volume) => listOf(csiVolumeIn(volume)?.driver));
    this.attachments.addIndex(BY_VOLUME, ({ spec }) => listOf(spec.source.persistentVolumeName));
    this.nodes.addIndex(BY_ATTACHED, (node) => attachedNames(node));
  }

  /** By node. Pods of a node that has been deleted count until they are deleted, too. */
  usesOf(name: string): Map<string, Use> {
    const uses = new Map<string, Use & { readonly pods: Readonly<Pod>[] }>();
    const { driver = '' } = csiVolumeOf(name) ?? {};
    if (!needsAttachment(this.drivers.lister.get(driver))) return uses;
    for (const volume of this.volumes.lister.byIndex(BY_VOLUME_NAME, name))
      for (const pod of this.#usersOf(volume)) {
        const node = pod.spec?.nodeName ?? '';
        const use = uses.get(node);
        if (use) use.pods.push(pod);
        else uses.set(node, { node, volume, pods: [pod] });
      }
    return uses;
  }

  /** By node. Those of others than this controller, which have other names, do not count. */
  attachmentsOf(name: string): Map<string, Attachment> {
    const held = new Map<string, Attachment>();
    for (const volume of this.volumes.lister.byIndex(BY_VOLUME_NAME, name))
      for (const attachment of this.attachments.lister.byIndex(BY_VOLUME, nameOf(volume)))
        if (this.nameOf(attachment) === name) held.set(attachment.spec.nodeName, attachment);
    return held;
  }

  /** By the volumes' names. */
  attachmentsOn(node: string): Map<string, Attachment> {
    const held = new Map<string, Attachment>();
    for (const attachment of this.attachments.lister.byIndex(BY_NODE, node)) {
      const name = this.nameOf(attachment);
      if (name !== undefined) held.set(name, attachment);
    }
    // The PersistentVolume may be gone; then only the node's status says what is attached. A node can write it: it says nothing of others.
    for (const name of attachedNames(this.nodes.lister.get(node))) {
      const volume = csiVolumeOf(name);
      const attachment = volume && this.attachments.lister.get(attachmentNameOf(volume, node));
      const isOwn = attachment?.spec.nodeName === node && attachment.spec.attacher === volume?.driver;
      if (attachment && isOwn) held.set(name, attachment);
    }
    return held;
  }

  /** The name of the volume that is attached; undefined if that is not known, or if the attachment is not one of this controller. */
  nameOf({ spec, metadata }: Attachment): string | undefined {
    const found = this.volumes.lister.get(spec.source.persistentVolumeName ?? '');
    const volume = found && csiVolumeIn(found);
    return volume && attachmentNameOf(volume, spec.nodeName) === metadata.name
      ? volumeNameOf(volume)
      : undefined;
  }

  /** The PersistentVolume of a pod's volume; undefined if it has none. */
  volumeOf(pod: Readonly<Pod>, volume: Readonly<Volume>): Readonly<PersistentVolume> | undefined {
    const claim = this.claims.lister.get(claimNameOf(pod, volume) ?? '', namespaceOf(pod));
    return this.volumes.lister.get(claim?.spec?.volumeName ?? '');
  }

  /** The nodes whose status has the volume as attached. */
  reporting(name: string): string[] {
    return this.nodes.lister.byIndex(BY_ATTACHED, name).map(nameOf);
  }

  namesOfPod(pod: Readonly<Pod>): string[] {
    if (!pod.spec?.nodeName) return [];
    return claimKeysOf(pod).flatMap((key) => this.namesOfClaim(this.claims.lister.byKey(key)));
  }

  namesOfClaim(claim: Readonly<PersistentVolumeClaim> | undefined): string[] {
    const volume = this.volumes.lister.get(claim?.spec?.volumeName ?? '');
    return volume ? namesOf(volume) : [];
  }

  namesOfDriver(driver: string): string[] {
    return this.volumes.lister.byIndex(BY_DRIVER, driver).flatMap(namesOf);
  }

  namesOn(node: string): string[] {
    return this.pods.lister.byIndex(BY_NODE, node).flatMap((pod) => this.namesOfPod(pod));
  }

  #usersOf(volume: Readonly<PersistentVolume>): Readonly<Pod>[] {
    const ref = volume.spec?.claimRef;
    const claim = this.claims.lister.get(ref?.name ?? '', ref?.namespace);
    if (!claim || uidOf(claim) !== ref?.uid) return [];
    if (claim.status?.phase !== 'Bound' || claim.spec?.volumeName !== nameOf(volume)) return [];
    return this.pods.lister
      .byIndex(BY_CLAIM, keyOf(claim))
      .filter((pod) => this.#isUsing(pod) && isMeantFor(pod, claim));
  }

  #isUsing(pod: Readonly<Pod>): boolean {
    const name = pod.spec?.nodeName;
    if (!name) return false;
    const node = this.nodes.lister.get(name);
    if (node && !isManaged(node)) return false;
    return !hasPodStopped(pod) || node?.metadata.annotations?.[KEEPS_VOLUMES] === 'true';
  }
}

/** A claim that has the name of one of a pod's ephemeral volumes may be another's. */
const isMeantFor = (pod: Readonly<Pod>, claim: Readonly<PersistentVolumeClaim>): boolean =>
  (pod.spec?.volumes ?? []).some(
    (volume) => claimNameOf(pod, volume) === nameOf(claim) && !(volume.ephemeral && notForPod(pod, claim)),
  );

export function namesOf(volume: Readonly<PersistentVolume>): string[] {
  const found = csiVolumeIn(volume);
  return found ? [volumeNameOf(found)] : [];
}

const listOf = (value: string | undefined): string[] => (value === undefined ? [] : [value]);

const attachedNames = (node: Readonly<Node> | undefined): string[] =>
  (node?.status?.volumesAttached ?? []).map(({ name }) => name);
