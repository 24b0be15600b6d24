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
  readonly pods: Readonly<Pod>[];
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
    const uses = new Map<string, Use>();
    for (const volume of this.volumes.lister.byIndex(BY_VOLUME_NAME, name)) {
      const claim = this.#claimOf(volume);
      if (!claim || !this.#needsAttachment(volume)) continue;
      for (const pod of this.pods.lister.byIndex(BY_CLAIM, keyOf(claim)))
        if (this.#isUsing(pod) && isMeantFor(pod, claim)) add(uses, pod.spec?.nodeName ?? '', pod, volume);
    }
    return uses;
  }

  /** The same of all volumes of a node, by their names. */
  usesOn(node: string): Map<string, Use> {
    const uses = new Map<string, Use>();
    for (const pod of this.pods.lister.byIndex(BY_NODE, node)) {
      if (!this.#isUsing(pod)) continue;
      for (const key of claimKeysOf(pod)) {
        const claim = this.claims.lister.byKey(key);
        const volume = this.volumes.lister.get(claim?.spec?.volumeName ?? '');
        if (!claim || !volume || this.#claimOf(volume) !== claim) continue;
        if (!this.#needsAttachment(volume) || !isMeantFor(pod, claim)) continue;
        for (const name of namesOf(volume)) add(uses, name, pod, volume);
      }
    }
    return uses;
  }

  /** How many pods use claims of the volume. */
  countUsers(name: string): number {
    return this.volumes.lister
      .byIndex(BY_VOLUME_NAME, name)
      .map(({ spec }) => `${spec?.claimRef?.namespace}/${spec?.claimRef?.name}`)
      .reduce((sum, key) => sum + this.pods.lister.countByIndex(BY_CLAIM, key), 0);
  }

  /** By node. */
  attachmentsOf(name: string, uses = this.usesOf(name)): Map<string, Attachment> {
    const known = this.volumes.lister
      .byIndex(BY_VOLUME_NAME, name)
      .flatMap((volume) => this.attachments.lister.byIndex(BY_VOLUME, nameOf(volume)));
    const nodes = [...known.map(({ spec }) => spec.nodeName), ...uses.keys(), ...this.reporting(name)];
    return this.#found([...new Set(nodes)].map((node) => [node, this.#attachment(name, node)]));
  }

  /** By the volumes' names. What is attached may be known by the PersistentVolume, by the pods or by the node's status alone. */
  attachmentsOn(node: string): Map<string, Attachment> {
    const all = this.attachments.lister.byIndex(BY_NODE, node);
    if (all.length === 0) return new Map();
    const known = all.flatMap((one) => this.#namesBySource(one));
    const names = [...known, ...this.namesOn(node), ...attachedNames(this.nodes.lister.get(node))];
    return this.#found([...new Set(names)].map((name) => [name, this.#attachment(name, node)]));
  }

  #found(all: readonly (readonly [string, Attachment | undefined])[]): Map<string, Attachment> {
    return new Map(all.filter((entry): entry is [string, Attachment] => entry[1] !== undefined));
  }

  /** That of this controller. The name alone does not tell whose it is: others' may be made of the same characters. */
  #attachment(name: string, node: string): Attachment | undefined {
    const volume = csiVolumeOf(name);
    const found = volume && this.attachments.lister.get(attachmentNameOf(volume, node));
    return found?.spec.nodeName === node && found.spec.attacher === volume?.driver ? found : undefined;
  }

  #namesBySource({ spec }: Attachment): string[] {
    const volume = this.volumes.lister.get(spec.source.persistentVolumeName ?? '');
    return volume ? namesOf(volume) : [];
  }

  /** The names of the volume that is attached, as far as they are known. */
  namesOfAttachment(attachment: Attachment): string[] {
    const { nodeName } = attachment.spec;
    const isIt = (name: string) => {
      const volume = csiVolumeOf(name);
      return volume && attachmentNameOf(volume, nodeName) === nameOf(attachment);
    };
    const known = this.#namesBySource(attachment);
    return known.some(isIt) ? known : this.namesOn(nodeName).filter(isIt);
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

  #needsAttachment(volume: Readonly<PersistentVolume>): boolean {
    const found = csiVolumeIn(volume);
    return found !== undefined && needsAttachment(this.drivers.lister.get(found.driver));
  }

  /** The claim that the volume is bound to, if both say so. */
  #claimOf(volume: Readonly<PersistentVolume>): Readonly<PersistentVolumeClaim> | undefined {
    const ref = volume.spec?.claimRef;
    const claim = this.claims.lister.get(ref?.name ?? '', ref?.namespace);
    const isBound = claim?.status?.phase === 'Bound' && claim.spec?.volumeName === nameOf(volume);
    return isBound && uidOf(claim) === ref?.uid ? claim : undefined;
  }

  #isUsing(pod: Readonly<Pod>): boolean {
    const name = pod.spec?.nodeName;
    if (!name) return false;
    const node = this.nodes.lister.get(name);
    if (node && !isManaged(node)) return false;
    return !hasPodStopped(pod) || node?.metadata.annotations?.[KEEPS_VOLUMES] === 'true';
  }
}

function add(
  uses: Map<string, Use>,
  key: string,
  pod: Readonly<Pod>,
  volume: Readonly<PersistentVolume>,
): void {
  const use = uses.get(key);
  if (use) use.pods.push(pod);
  else uses.set(key, { node: pod.spec?.nodeName ?? '', volume, pods: [pod] });
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

/** No node has as many; a node can write the list. */
const MOST_ATTACHED = 1_000;

const attachedNames = (node: Readonly<Node> | undefined): string[] =>
  (node?.status?.volumesAttached ?? []).slice(0, MOST_ATTACHED).map(({ name }) => name);
