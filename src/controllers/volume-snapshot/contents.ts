// A content that is bound has the finalizer by which csi-snapshotter can delete the snapshot before it. Upstream: syncContent in
// snapshot_controller.go; what it does about the snapshot is done when the content's change brings that.
import { VolumeSnapshotContent } from '../../api/kinds/snapshot/v1/volume-snapshot-content.ts';
import { isBeingDeleted } from '../../api/meta/v1/object.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import { CONTENT_PROTECTION } from '../../api/volumes/snapshots/names.ts';
import { referenceTo } from '../../client/events/events.ts';
import { addFinalizer, hasFinalizer } from '../csi/finalizers.ts';
import type { ControllerContext } from '../framework/controller.ts';
import type { Latest } from '../framework/latest.ts';

type Content = VolumeSnapshotContent & KubeObject;

export async function syncContent(
  { client, events }: Pick<ControllerContext, 'client' | 'events'>,
  contents: Latest<Content>,
  name: string,
): Promise<void> {
  const content = contents.get(name);
  if (!content) return;
  const { source, volumeSnapshotRef } = content.spec;
  if ((source.volumeHandle === undefined) === (source.snapshotHandle === undefined)) {
    const text = 'Exactly one of VolumeHandle and SnapshotHandle should be specified';
    events.record(referenceTo(VolumeSnapshotContent, content), 'Warning', 'ContentValidationError', text);
    return;
  }
  const isDue =
    volumeSnapshotRef.uid && !isBeingDeleted(content) && !hasFinalizer(content, CONTENT_PROTECTION);
  if (!isDue) return;
  const patch = addFinalizer(content, CONTENT_PROTECTION);
  contents.wrote((await client.patch(VolumeSnapshotContent, name, undefined, 'json', patch)) as Content);
}
