// The content that is made for a snapshot of a claim, and whether a content belongs to a snapshot. Pure.
// Upstream: createSnapshotContent and getPreprovisionedContentFromStore in snapshot_controller.go.
import type { PersistentVolume } from '../../api/kinds/core/v1/persistent-volume.ts';
import type { SecretReference } from '../../api/kinds/core/v1/references.ts';
import { VolumeSnapshot } from '../../api/kinds/snapshot/v1/volume-snapshot.ts';
import type { VolumeSnapshotClass } from '../../api/kinds/snapshot/v1/volume-snapshot-class.ts';
import type { VolumeSnapshotContent } from '../../api/kinds/snapshot/v1/volume-snapshot-content.ts';
import { nameOf, namespaceOf, uidOf } from '../../api/meta/v1/object.ts';
import {
  CONTENT_PROTECTION,
  contentNameFor,
  MANAGED_BY,
  SECRET_NAME,
  SECRET_NAMESPACE,
} from '../../api/volumes/snapshots/names.ts';
import { referenceTo } from '../../client/events/events.ts';
import { Problem } from './problem.ts';

type Snapshot = Readonly<VolumeSnapshot>;
type Content = Readonly<VolumeSnapshotContent>;

export interface ContentParts {
  readonly volume: Readonly<PersistentVolume>;
  readonly class: Readonly<VolumeSnapshotClass>;
  readonly secret: Required<SecretReference> | undefined;
  /** A node that reaches the volume, unless every node does. */
  readonly node: string | undefined;
}

export function contentOf(
  snapshot: Snapshot,
  { volume, class: chosen, secret, node }: ContentParts,
): VolumeSnapshotContent {
  const { csi, volumeMode } = volume.spec ?? {};
  if (!csi) throw new Error(`cannot find CSI PersistentVolumeSource for volume ${nameOf(volume)}`);
  return {
    apiVersion: snapshot.apiVersion,
    kind: 'VolumeSnapshotContent',
    metadata: {
      name: contentNameFor(snapshot.metadata),
      finalizers: [CONTENT_PROTECTION],
      ...(secret && { annotations: { [SECRET_NAME]: secret.name, [SECRET_NAMESPACE]: secret.namespace } }),
      ...(node !== undefined && { labels: { [MANAGED_BY]: node } }),
    },
    spec: {
      volumeSnapshotRef: referenceTo(VolumeSnapshot, snapshot),
      source: { volumeHandle: csi.volumeHandle },
      volumeSnapshotClassName: nameOf(chosen),
      deletionPolicy: chosen.deletionPolicy,
      driver: chosen.driver,
      ...(volumeMode && { sourceVolumeMode: volumeMode }),
    },
  };
}

/** Undefined of a snapshot that names neither source. */
export const contentNameOf = ({ spec, metadata }: Snapshot): string =>
  spec.source.volumeSnapshotContentName ?? contentNameFor(metadata);

export const isPreProvisioned = ({ spec }: Snapshot): boolean =>
  spec.source.volumeSnapshotContentName !== undefined;

/** Whether the content is the snapshot's and nobody else's. */
export const refersTo = ({ spec: { volumeSnapshotRef: ref } }: Content, snapshot: Snapshot): boolean =>
  ref.name === nameOf(snapshot) && ref.namespace === namespaceOf(snapshot) && ref.uid === uidOf(snapshot);

/** Throws if the content is there for something else. Without a uid, a content that somebody made waits for this snapshot. */
export function checkContent(content: Content, snapshot: Snapshot): void {
  const name = nameOf(content);
  const { source, volumeSnapshotRef: ref } = content.spec;
  const isMade = isPreProvisioned(snapshot);
  if (isMade && source.snapshotHandle === undefined)
    throw new Problem(
      'SnapshotContentMismatch',
      'VolumeSnapshotContent is dynamically provisioned while expecting a pre-provisioned one',
    );
  if (!isMade && source.volumeHandle === undefined)
    throw new Problem(
      'SnapshotContentMismatch',
      `VolumeSnapshotContent ${name} is pre-provisioned while expecting a dynamically provisioned one`,
    );
  const waits =
    isMade && !ref.uid && ref.name === nameOf(snapshot) && ref.namespace === namespaceOf(snapshot);
  if (!waits && !refersTo(content, snapshot))
    throw new Problem(
      'SnapshotContentMisbound',
      `VolumeSnapshotContent [${name}] is bound to a different snapshot`,
    );
}
