// Changes of storage objects that may make a waiting pod fit. Part of ClusterEvent; made by storage-event-handlers.ts.
import type { PersistentVolume } from '../../api/kinds/core/v1/persistent-volume.ts';
import type { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import type { CSIDriver } from '../../api/kinds/storage/v1/csi-driver.ts';
import type { CSINode } from '../../api/kinds/storage/v1/csi-node.ts';
import type { CSIStorageCapacity } from '../../api/kinds/storage/v1/csi-storage-capacity.ts';
import type { StorageClass } from '../../api/kinds/storage/v1/storage-class.ts';
import type { VolumeAttachment } from '../../api/kinds/storage/v1/volume-attachment.ts';

type Claim = Readonly<PersistentVolumeClaim>;
type Volume = Readonly<PersistentVolume>;

export type StorageEvent =
  | { readonly type: 'ClaimAdded'; readonly claim: Claim }
  | { readonly type: 'ClaimUpdated'; readonly claim: Claim; readonly old: Claim }
  | { readonly type: 'VolumeAdded'; readonly volume: Volume }
  | { readonly type: 'VolumeUpdated'; readonly volume: Volume; readonly old: Volume }
  | { readonly type: 'ClassAdded'; readonly storageClass: Readonly<StorageClass> }
  | {
      readonly type: 'ClassUpdated';
      readonly storageClass: Readonly<StorageClass>;
      readonly old: Readonly<StorageClass>;
    }
  | { readonly type: 'CsiNodeAdded'; readonly csiNode: Readonly<CSINode> }
  | { readonly type: 'CsiNodeUpdated'; readonly csiNode: Readonly<CSINode>; readonly old: Readonly<CSINode> }
  | {
      readonly type: 'CsiDriverUpdated';
      readonly driver: Readonly<CSIDriver>;
      readonly old: Readonly<CSIDriver>;
    }
  | { readonly type: 'CapacityAdded'; readonly capacity: Readonly<CSIStorageCapacity> }
  | {
      readonly type: 'CapacityUpdated';
      readonly capacity: Readonly<CSIStorageCapacity>;
      readonly old: Readonly<CSIStorageCapacity>;
    }
  | { readonly type: 'AttachmentDeleted'; readonly attachment: Readonly<VolumeAttachment> };
