// Reads what is to be known of claims and volumes, with the rights of the one who asks: what may not be read is left out, and named.
import { Node } from '../../../api/kinds/core/v1/node.ts';
import { PersistentVolume } from '../../../api/kinds/core/v1/persistent-volume.ts';
import type { PersistentVolumeClaim } from '../../../api/kinds/core/v1/persistent-volume-claim.ts';
import { Pod } from '../../../api/kinds/core/v1/pod.ts';
import { CSINode } from '../../../api/kinds/storage/v1/csi-node.ts';
import { StorageClass } from '../../../api/kinds/storage/v1/storage-class.ts';
import { VolumeAttachment } from '../../../api/kinds/storage/v1/volume-attachment.ts';
import { nameOf, namespaceOf } from '../../../api/meta/v1/object.ts';
import type { AnyResource, ObjectOf } from '../../../api/meta/v1/resource.ts';
import { isForbidden, isNotFound } from '../../../api/status/status-error.ts';
import { SELECTED_NODE } from '../../../api/volumes/annotations.ts';
import { classOfClaim } from '../../../api/volumes/classes.ts';
import { usesClaim } from '../../../api/volumes/users.ts';
import { type ClaimFacts, type Seen, shown, type VolumeFacts } from '../../../api/why/volumes/facts.ts';
import type { Client, ListQuery } from '../../../client/client.ts';
import { warningsOf } from '../events.ts';

/** Objects of a kind that are looked at. */
const MOST_READ = 5_000;

export class Reader {
  readonly #client: Client;
  /** Plural names of kinds that the user may not read. */
  readonly hidden = new Set<string>();

  constructor(client: Client) {
    this.#client = client;
  }

  async get<R extends AnyResource>(kind: R, name = '', namespace?: string): Promise<Seen<ObjectOf<R>>> {
    if (!name) return 'missing';
    try {
      return await this.#client.get(kind, name, namespace);
    } catch (error) {
      if (isNotFound(error)) return 'missing';
      return this.#hide(kind, error, 'hidden');
    }
  }

  async list<R extends AnyResource>(kind: R, query: ListQuery = {}): Promise<ObjectOf<R>[] | undefined> {
    try {
      return (await this.#client.list(kind, { ...query, limit: MOST_READ })).items;
    } catch (error) {
      return this.#hide(kind, error, undefined);
    }
  }

  async claim(claim: Readonly<PersistentVolumeClaim>): Promise<ClaimFacts> {
    const isWaiting = !claim.spec?.volumeName;
    const [found, volume, node, pods, candidates, events] = await Promise.all([
      this.get(StorageClass, classOfClaim(claim)),
      this.get(PersistentVolume, claim.spec?.volumeName),
      this.get(Node, claim.metadata.annotations?.[SELECTED_NODE]),
      this.list(Pod, { namespace: namespaceOf(claim) }),
      isWaiting ? this.list(PersistentVolume) : [],
      warningsOf(this.#client, claim),
    ]);
    const provisioner = shown(found)?.provisioner;
    const driverNodes = isWaiting && provisioner ? await this.#nodesWith(provisioner) : undefined;
    return {
      ...{ claim, class: found, volume, node, candidates: candidates ?? [], events },
      ...(pods && { pods: pods.filter((pod) => usesClaim(pod, claim)) }),
      ...(driverNodes && { driverNodes }),
    };
  }

  async volume(volume: Readonly<PersistentVolume>): Promise<VolumeFacts> {
    const [attachments, events] = await Promise.all([
      this.attachments(volume),
      warningsOf(this.#client, volume),
    ]);
    return { volume, events, ...(attachments && { attachments }) };
  }

  async attachments(volume: Readonly<PersistentVolume>): Promise<VolumeAttachment[] | undefined> {
    const all = await this.list(VolumeAttachment);
    return all?.filter(({ spec }) => spec.source.persistentVolumeName === nameOf(volume));
  }

  async #nodesWith(driver: string): Promise<string[] | undefined> {
    const nodes = await this.list(CSINode);
    return nodes?.filter(({ spec }) => spec.drivers?.some(({ name }) => name === driver)).map(nameOf);
  }

  #hide<T>(kind: AnyResource, error: unknown, instead: T): T {
    if (!isForbidden(error)) throw error;
    this.hidden.add(kind.resource.plural);
    return instead;
  }
}
