// Annotations, finalizers and names by which the snapshot controller, csi-snapshotter and clients know what happens to a snapshot.
// Upstream: pkg/utils/util.go of external-snapshotter.

/** On a content: csi-snapshotter has asked the driver for the snapshot and has no final answer yet. */
export const BEING_CREATED = 'snapshot.storage.kubernetes.io/volumesnapshot-being-created';
/** On a content: its VolumeSnapshot is being deleted, so that csi-snapshotter may delete the snapshot in the storage system. */
export const BEING_DELETED = 'snapshot.storage.kubernetes.io/volumesnapshot-being-deleted';
/** On a content: the Secret for calls of the driver, also after the class is gone. */
export const SECRET_NAME = 'snapshot.storage.kubernetes.io/deletion-secret-name';
export const SECRET_NAMESPACE = 'snapshot.storage.kubernetes.io/deletion-secret-namespace';
/** On a content: it belongs to a group snapshot, which takes and deletes it. */
export const GROUP_HANDLE = 'groupsnapshot.storage.k8s.io/volumeGroupSnapshotHandle';
/** Label of a content: a node that reaches the volume of which the snapshot was taken, if not every node does. */
export const MANAGED_BY = 'snapshot.storage.kubernetes.io/managed-by';
/** On a class: snapshots without a class, of volumes of the same driver, get this one. */
export const DEFAULT_SNAPSHOT_CLASS = 'snapshot.storage.kubernetes.io/is-default-class';

/** On a snapshot: claims may be made from it. */
export const SOURCE_PROTECTION = 'snapshot.storage.kubernetes.io/volumesnapshot-as-source-protection';
/** On a snapshot: its content must be deleted before it. */
export const BOUND_PROTECTION = 'snapshot.storage.kubernetes.io/volumesnapshot-bound-protection';
/** On a content: the snapshot in the storage system may have to be deleted before it. */
export const CONTENT_PROTECTION = 'snapshot.storage.kubernetes.io/volumesnapshotcontent-bound-protection';
/** On a claim: a snapshot of its volume is being taken. */
export const CLAIM_SOURCE_PROTECTION = 'snapshot.storage.kubernetes.io/pvc-as-source-protection';

/** The name of the content that is made for a snapshot of a claim. */
export const contentNameFor = ({ uid = '' }: { readonly uid?: string }): string => `snapcontent-${uid}`;
