// A snapshot that is being deleted: first nothing may be made from it any more, then its content goes if the policy says so, then the
// snapshot. Upstream: processSnapshotWithDeletionTimestamp in snapshot_controller.go.
import { VolumeSnapshot } from '../../api/kinds/snapshot/v1/volume-snapshot.ts';
import { VolumeSnapshotContent } from '../../api/kinds/snapshot/v1/volume-snapshot-content.ts';
import { isBeingDeleted, keyOf, nameOf } from '../../api/meta/v1/object.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import { isNotFound } from '../../api/status/status-error.ts';
import { BEING_DELETED, BOUND_PROTECTION, SOURCE_PROTECTION } from '../../api/volumes/snapshots/names.ts';
import { referenceTo } from '../../client/events/events.ts';
import type { ControllerContext } from '../framework/controller.ts';
import type { SourceClaims } from './claims.ts';
import { contentNameOf, refersTo } from './content.ts';
import type { SnapshotMetrics } from './metrics.ts';

type Snapshot = Readonly<VolumeSnapshot & KubeObject>;

export class SnapshotDeletion {
  readonly #context: ControllerContext;
  readonly #claims: SourceClaims;
  readonly #metrics: SnapshotMetrics;

  constructor(context: ControllerContext, claims: SourceClaims, metrics: SnapshotMetrics) {
    this.#context = context;
    this.#claims = claims;
    this.#metrics = metrics;
  }

  async sync(snapshot: Snapshot): Promise<void> {
    const { finalizers = [] } = snapshot.metadata;
    if (![SOURCE_PROTECTION, BOUND_PROTECTION].some((one) => finalizers.includes(one))) return;
    const content = await this.#contentOf(snapshot);
    if (content && this.#claims.isBeingRestored(snapshot)) {
      // The claim's next change brings the snapshot again.
      this.#warn(snapshot, 'SnapshotDeletePending', 'Snapshot is being used to restore a PVC');
      return;
    }
    this.#metrics.begin(snapshot, 'DeleteSnapshot');
    const goesFirst = content?.spec.deletionPolicy === 'Delete';
    if (content) await this.#mark(content);
    if (content && goesFirst) await this.#delete(snapshot, content);
    // Before the snapshot is gone: nothing would remind us of the claim afterwards.
    await this.#claims.release(snapshot, snapshot);
    const leaving = goesFirst ? [SOURCE_PROTECTION] : [SOURCE_PROTECTION, BOUND_PROTECTION];
    const kept = finalizers.filter((one) => !leaving.includes(one));
    if (kept.length === finalizers.length) return;
    const metadata = { ...snapshot.metadata, finalizers: kept };
    await this.#context.client.update(VolumeSnapshot, { ...snapshot, metadata });
  }

  /** The API is asked: without its content the snapshot would go, and what was taken would stay. */
  async #contentOf(snapshot: Snapshot): Promise<VolumeSnapshotContent | undefined> {
    const name = snapshot.status?.boundVolumeSnapshotContentName ?? contentNameOf(snapshot);
    const found = await this.#context.client.get(VolumeSnapshotContent, name).catch(ignoreMissing);
    return found && refersTo(found, snapshot) ? found : undefined;
  }

  /** csi-snapshotter deletes nothing without the mark. */
  async #mark(content: VolumeSnapshotContent): Promise<void> {
    if (content.metadata.annotations?.[BEING_DELETED] !== undefined) return;
    const patch = { metadata: { annotations: { [BEING_DELETED]: 'yes' } } };
    await this.#context.client.patch(VolumeSnapshotContent, nameOf(content), undefined, 'merge', patch);
  }

  async #delete(snapshot: Snapshot, content: VolumeSnapshotContent): Promise<void> {
    if (isBeingDeleted(content)) return;
    const { uid } = content.metadata;
    const preconditions = uid ? { preconditions: { uid } } : {};
    try {
      await this.#context.client.delete(VolumeSnapshotContent, nameOf(content), undefined, preconditions);
    } catch (error) {
      if (isNotFound(error)) return;
      const text = 'Failed to delete snapshot content API object';
      this.#warn(snapshot, 'SnapshotContentObjectDeleteError', text);
      throw error;
    }
  }

  #warn(snapshot: Snapshot, reason: string, text: string): void {
    this.#context.log.debug(text, { snapshot: keyOf(snapshot) });
    this.#context.events.record(referenceTo(VolumeSnapshot, snapshot), 'Warning', reason, text);
  }
}

function ignoreMissing(error: unknown): undefined {
  if (!isNotFound(error)) throw error;
}
