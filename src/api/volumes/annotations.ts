// Annotations by which the scheduler, the persistent volume controller and external provisioners tell one another what they have done.
// Upstream: component-helpers/storage/volume/pv_helpers.go.

/** On a claim: the binding is complete. */
export const BIND_COMPLETED = 'pv.kubernetes.io/bind-completed';
/** On a volume or claim: its reference to the other was set by a controller, not by a user. */
export const BOUND_BY_CONTROLLER = 'pv.kubernetes.io/bound-by-controller';
/** On a claim: the scheduler wants a volume that this node can reach. */
export const SELECTED_NODE = 'volume.kubernetes.io/selected-node';
/** On a volume: the provisioner that made it. */
export const PROVISIONED_BY = 'pv.kubernetes.io/provisioned-by';
/** On a claim or volume: the CSI driver that has taken over from an in-tree plug-in. */
export const MIGRATED_TO = 'pv.kubernetes.io/migrated-to';
/** On a claim: who shall make a volume for it. */
export const STORAGE_PROVISIONER = 'volume.kubernetes.io/storage-provisioner';
export const BETA_STORAGE_PROVISIONER = 'volume.beta.kubernetes.io/storage-provisioner';
/** On a claim or volume, from before there was storageClassName. */
export const BETA_STORAGE_CLASS = 'volume.beta.kubernetes.io/storage-class';
/** On a CSINode: the in-tree plug-ins that have been migrated on the node, separated by commas. */
export const MIGRATED_PLUGINS = 'storage.alpha.kubernetes.io/migrated-plugins';
/** On a StorageClass: claims without a class get this one. */
export const DEFAULT_CLASS = 'storageclass.kubernetes.io/is-default-class';
export const BETA_DEFAULT_CLASS = 'storageclass.beta.kubernetes.io/is-default-class';
/** On a volume: its size before its driver made it larger; the file system has not followed yet. */
export const PRE_RESIZE_CAPACITY = 'volume.alpha.kubernetes.io/pre-resize-capacity';
/** On a claim: who shall make its volume larger. */
export const STORAGE_RESIZER = 'volume.kubernetes.io/storage-resizer';

/** As a class's provisioner: its volumes are made by hand. */
export const NO_PROVISIONER = 'kubernetes.io/no-provisioner';
