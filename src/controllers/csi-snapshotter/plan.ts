// What is to be done about a content, and which changes of one count. Pure. Upstream: syncContent in pkg/sidecar-controller and
// ShouldEnqueueContentChange in pkg/utils.
import type { VolumeSnapshotContent } from '../../api/kinds/snapshot/v1/volume-snapshot-content.ts';
import { isBeingDeleted } from '../../api/meta/v1/object.ts';
import {
  BEING_CREATED,
  BEING_DELETED,
  CONTENT_PROTECTION,
  GROUP_HANDLE,
} from '../../api/volumes/snapshots/names.ts';
import { hasFinalizer } from '../csi/finalizers.ts';
import { sameMeaning } from '../framework/same-meaning.ts';

type Content = Readonly<VolumeSnapshotContent>;

/** `settle`: the snapshot is ready; `release`: nothing of ours holds the content any more. */
export type Plan = 'nothing' | 'take' | 'look' | 'settle' | 'delete' | 'release';

export function planContent(content: Content): Plan {
  const { source, deletionPolicy } = content.spec;
  const { snapshotHandle, volumeGroupSnapshotHandle, readyToUse } = content.status ?? {};
  if (mayGo(content)) {
    const isKept = deletionPolicy !== 'Delete' || !snapshotHandle || volumeGroupSnapshotHandle !== undefined;
    return isKept ? 'release' : 'delete';
  }
  if (readyToUse) return 'settle';
  if (source.snapshotHandle !== undefined) return 'look';
  const { annotations = {} } = content.metadata;
  const isLeaving = annotations[BEING_DELETED] !== undefined && deletionPolicy === 'Delete';
  const isPointless = isLeaving && annotations[BEING_CREATED] === undefined && !snapshotHandle;
  // Without the finalizer it could go while the driver takes the snapshot, which nobody would know of then.
  const isHeld = hasFinalizer(content, CONTENT_PROTECTION);
  return annotations[GROUP_HANDLE] !== undefined || isPointless || !isHeld ? 'nothing' : 'take';
}

/**
 * A content that is deleted stays while its snapshot is there, and while nobody knows whether the driver is taking the snapshot: what
 * comes of it could not be deleted otherwise.
 */
function mayGo(content: Content): boolean {
  if (!isBeingDeleted(content)) return false;
  const { source, volumeSnapshotRef } = content.spec;
  const { annotations = {} } = content.metadata;
  if (source.snapshotHandle !== undefined && !volumeSnapshotRef.uid) return true;
  return annotations[BEING_CREATED] === undefined && annotations[BEING_DELETED] !== undefined;
}

/** What this controller writes itself is no news: it would end the back-off. That the snapshot is ready may let the content go. */
export function isNews(now: Content, before: Content): boolean {
  if (now.status?.readyToUse && !before.status?.readyToUse) return true;
  return !sameMeaning(essence(now), essence(before));
}

function essence(content: Content): unknown {
  const { metadata, spec } = content;
  const { resourceVersion: _, managedFields: __, finalizers: ___, annotations = {}, ...own } = metadata;
  const isHeld = hasFinalizer(content, CONTENT_PROTECTION);
  return { own, spec, isHeld, annotations: { ...annotations, [BEING_CREATED]: undefined } };
}
