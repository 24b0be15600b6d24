// The claims of which snapshots are taken: their volumes, and the finalizer that keeps a claim until all snapshots of it are ready.
// Upstream: ensurePVCFinalizer, checkandRemovePVCFinalizer and getVolumeFromVolumeSnapshot in snapshot_controller.go.
import { PersistentVolume } from '../../api/kinds/core/v1/persistent-volume.ts';
import { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import { VolumeSnapshot } from '../../api/kinds/snapshot/v1/volume-snapshot.ts';
import { isBeingDeleted, keyOf, nameOf, namespaceOf } from '../../api/meta/v1/object.ts';
import { isNotFound } from '../../api/status/status-error.ts';
import { isBoundTo } from '../../api/volumes/binding.ts';
import { CLAIM_SOURCE_PROTECTION } from '../../api/volumes/snapshots/names.ts';
import type { InformerOf } from '../../client/informer/factory.ts';
import { messageOf } from '../../kit/message-of.ts';
import type { ControllerContext } from '../framework/controller.ts';
import { isReady } from './status.ts';

type Snapshot = Readonly<VolumeSnapshot>;
type Claim = Readonly<PersistentVolumeClaim>;

/** Snapshots by the claim of which they are taken. */
export const BY_SOURCE = 'source-claim';
/** Claims by the snapshot from which their volumes are made. */
const BY_DATA_SOURCE = 'data-source-snapshot';

const sourceKeyOf = (snapshot: Snapshot): string[] => {
  const name = snapshot.spec.source.persistentVolumeClaimName;
  return name === undefined ? [] : [`${namespaceOf(snapshot)}/${name}`];
};

export const dataSourceOf = (claim: Claim): string[] => {
  const { apiGroup, kind, name } = claim.spec?.dataSource ?? {};
  const { resource } = VolumeSnapshot;
  return apiGroup === resource.group && kind === resource.kind ? [`${namespaceOf(claim)}/${name}`] : [];
};

export class SourceClaims {
  readonly #client: ControllerContext['client'];
  readonly #claims: InformerOf<typeof PersistentVolumeClaim>;
  readonly #snapshots: InformerOf<typeof VolumeSnapshot>;

  constructor({ client, informers }: Pick<ControllerContext, 'client' | 'informers'>) {
    this.#client = client;
    this.#claims = informers.informer(PersistentVolumeClaim);
    this.#snapshots = informers.informer(VolumeSnapshot);
    this.#claims.addIndex(BY_DATA_SOURCE, dataSourceOf);
    this.#snapshots.addIndex(BY_SOURCE, sourceKeyOf);
  }

  /** The volume of the claim, which must be bound. */
  async volumeFor(snapshot: Snapshot): Promise<PersistentVolume> {
    const claim = this.#claimOf(snapshot);
    const name = nameOf(claim);
    if (claim.status?.phase !== 'Bound')
      throw new Error(`the PVC ${name} is not yet bound to a PV, will not attempt to take a snapshot`);
    const volumeName = claim.spec?.volumeName ?? '';
    const volume = await this.#client.get(PersistentVolume, volumeName).catch((error: unknown) => {
      const text = JSON.stringify(messageOf(error));
      throw new Error(`failed to retrieve PV ${volumeName} from the API server: ${text}`, { cause: error });
    });
    if (!volume.spec?.claimRef || !isBoundTo(volume, claim))
      throw new Error('claim in dataSource not bound or invalid');
    return volume;
  }

  /** Called before the content is made. The claim is asked for: the cache may show a finalizer that has just been removed. */
  async protect(snapshot: Snapshot): Promise<void> {
    const { name, namespace } = sourceOf(snapshot);
    const cannot = (what: string, why: string) =>
      new Error(`snapshot controller failed to update ${what} on API server: ${why}`);
    const claim = await this.#client.get(PersistentVolumeClaim, name, namespace).catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
      throw cannot(nameOf(snapshot), 'cannot get claim from snapshot');
    });
    if (isProtected(claim)) return;
    if (isBeingDeleted(claim))
      throw cannot(name, 'cannot add finalizer on claim because it is being deleted');
    await this.#setFinalizers(claim, [...(claim.metadata.finalizers ?? []), CLAIM_SOURCE_PROTECTION]);
  }

  /** Removes the finalizer when no snapshot of the claim is being taken; `leaving` does not count any more. */
  async release(snapshot: Snapshot, leaving?: Snapshot): Promise<void> {
    const [key] = sourceKeyOf(snapshot);
    const claim = key === undefined ? undefined : this.#claims.lister.byKey(key);
    if (!claim || !isProtected(claim)) return;
    const isTaken = this.#snapshots.lister
      .byIndex(BY_SOURCE, keyOf(claim))
      .some((one) => !isReady(one) && one.metadata.uid !== leaving?.metadata.uid);
    if (isTaken) return;
    const others = (claim.metadata.finalizers ?? []).filter((one) => one !== CLAIM_SOURCE_PROTECTION);
    await this.#setFinalizers(claim, others);
  }

  /** Whether a volume is still to be made from the snapshot. */
  isBeingRestored(snapshot: Snapshot): boolean {
    return this.#claims.lister
      .byIndex(BY_DATA_SOURCE, keyOf(snapshot))
      .some(({ status }) => status?.phase === 'Pending');
  }

  #claimOf(snapshot: Snapshot): Claim {
    const { name, namespace } = sourceOf(snapshot);
    const claim = this.#claims.lister.get(name, namespace);
    if (claim) return claim;
    const text = JSON.stringify(`persistentvolumeclaim "${name}" not found`);
    throw new Error(`failed to retrieve PVC ${name} from the lister: ${text}`);
  }

  async #setFinalizers(claim: Claim, finalizers: string[]): Promise<void> {
    await this.#client.update(PersistentVolumeClaim, {
      ...claim,
      metadata: { ...claim.metadata, finalizers },
    });
  }
}

const sourceOf = (snapshot: Snapshot): { readonly name: string; readonly namespace: string } => ({
  name: snapshot.spec.source.persistentVolumeClaimName ?? '',
  namespace: namespaceOf(snapshot),
});

const isProtected = ({ metadata }: Claim): boolean =>
  metadata.finalizers?.includes(CLAIM_SOURCE_PROTECTION) ?? false;
