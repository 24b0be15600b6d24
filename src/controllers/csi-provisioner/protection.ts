// What a volume is being made from stays until it is made: claims and snapshots that are its source have a finalizer meanwhile.
// Upstream: clone_controller.go and snapshot_finalizer_controller.go of external-provisioner.
import { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import { VolumeSnapshot } from '../../api/kinds/snapshot/v1/volume-snapshot.ts';
import { isBeingDeleted, keyOf, namespaceOf } from '../../api/meta/v1/object.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import { isNotFound } from '../../api/status/status-error.ts';
import type { Client } from '../../client/client.ts';
import { hasFinalizer, withFinalizer, withoutFinalizer } from '../csi/finalizers.ts';
import type { Latest } from '../framework/latest.ts';

export const CLONE_PROTECTION = 'provisioner.storage.kubernetes.io/cloning-protection';
export const SNAPSHOT_PROTECTION = 'provisioner.storage.kubernetes.io/volumesnapshot-as-source-protection';

type Claim = Readonly<PersistentVolumeClaim & KubeObject>;

/** The index of claims by the source of their contents. */
export const BY_SOURCE = 'data-source';
export const sourceKey = (kind: 'claim' | 'snapshot', key: string): string => `${kind}/${key}`;

export function sourcesOf(claim: Readonly<PersistentVolumeClaim>): string[] {
  const { kind, name } = claim.spec?.dataSource ?? claim.spec?.dataSourceRef ?? {};
  const source = `${namespaceOf(claim)}/${name}`;
  if (kind === 'PersistentVolumeClaim') return [sourceKey('claim', source)];
  return kind === 'VolumeSnapshot' ? [sourceKey('snapshot', source)] : [];
}

export class SourceProtection {
  readonly #client: Client;
  readonly #claims: Latest<PersistentVolumeClaim & KubeObject>;

  constructor(client: Client, claims: Latest<PersistentVolumeClaim & KubeObject>) {
    this.#client = client;
    this.#claims = claims;
  }

  async holdClaim(claim: Claim): Promise<void> {
    if (hasFinalizer(claim, CLONE_PROTECTION)) return;
    const finalizers = withFinalizer(claim, CLONE_PROTECTION);
    const held = await this.#client.update(PersistentVolumeClaim, marked(claim, finalizers));
    this.#claims.wrote(held as Claim);
  }

  async holdSnapshot(name: string, namespace: string): Promise<void> {
    const snapshot = await this.#client.get(VolumeSnapshot, name, namespace);
    if (!hasFinalizer(snapshot, SNAPSHOT_PROTECTION))
      await this.#client.update(
        VolumeSnapshot,
        marked(snapshot, withFinalizer(snapshot, SNAPSHOT_PROTECTION)),
      );
  }

  /** Nobody needs the source any more, if no claim waits for its contents. */
  async release(source: string): Promise<void> {
    if (this.#claims.byIndex(BY_SOURCE, source).some(isPending)) return;
    const [kind, namespace, name = ''] = source.split('/');
    if (kind === 'snapshot') return this.#releaseSnapshot(name, namespace);
    const claim = this.#claims.get(`${namespace}/${name}`);
    // As long as the claim stays, it may be cloned again.
    if (!claim || !isBeingDeleted(claim) || !hasFinalizer(claim, CLONE_PROTECTION)) return;
    await this.#client
      .update(PersistentVolumeClaim, marked(claim, withoutFinalizer(claim, CLONE_PROTECTION)))
      .catch(unlessGone);
  }

  /** Those that a process before this one has left behind. */
  async sweep(): Promise<void> {
    const { items } = (await this.#client.list(VolumeSnapshot).catch(unlessGone)) ?? { items: [] };
    for (const snapshot of items)
      if (hasFinalizer(snapshot, SNAPSHOT_PROTECTION))
        await this.release(sourceKey('snapshot', keyOf(snapshot)));
  }

  async #releaseSnapshot(name: string, namespace: string | undefined): Promise<void> {
    const snapshot = await this.#client.get(VolumeSnapshot, name, namespace).catch(unlessGone);
    if (!snapshot || !hasFinalizer(snapshot, SNAPSHOT_PROTECTION)) return;
    const finalizers = withoutFinalizer(snapshot, SNAPSHOT_PROTECTION);
    await this.#client.update(VolumeSnapshot, marked(snapshot, finalizers)).catch(unlessGone);
  }
}

/** An update carries the version, so that nobody else's finalizer is lost. */
const marked = <T extends { readonly metadata: KubeObject['metadata'] }>(
  object: T,
  finalizers: string[],
): T => ({
  ...object,
  metadata: { ...object.metadata, finalizers },
});

const isPending = (claim: Readonly<PersistentVolumeClaim>): boolean =>
  (claim.status?.phase ?? 'Pending') === 'Pending';

function unlessGone(error: unknown): undefined {
  if (!isNotFound(error)) throw error;
  return undefined;
}
