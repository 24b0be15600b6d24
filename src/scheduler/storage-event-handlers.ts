// What changes of storage objects mean for the queue: a pod that waits for a claim, a volume or room for one is tried again.
import { PersistentVolume } from '../api/kinds/core/v1/persistent-volume.ts';
import { PersistentVolumeClaim } from '../api/kinds/core/v1/persistent-volume-claim.ts';
import { CSIDriver } from '../api/kinds/storage/v1/csi-driver.ts';
import { CSINode } from '../api/kinds/storage/v1/csi-node.ts';
import { CSIStorageCapacity } from '../api/kinds/storage/v1/csi-storage-capacity.ts';
import { StorageClass } from '../api/kinds/storage/v1/storage-class.ts';
import { VolumeAttachment } from '../api/kinds/storage/v1/volume-attachment.ts';
import type { InformerFactory } from '../client/informer/factory.ts';
import type { SchedulingQueue } from './queue/scheduling-queue.ts';

export function addStorageEventHandlers(informers: InformerFactory, queue: SchedulingQueue): void {
  informers.informer(PersistentVolumeClaim).addHandler({
    onAdd: (claim) => queue.moveAll({ type: 'ClaimAdded', claim }),
    onUpdate: (claim, old) => queue.moveAll({ type: 'ClaimUpdated', claim, old }),
  });
  informers.informer(PersistentVolume).addHandler({
    onAdd: (volume) => queue.moveAll({ type: 'VolumeAdded', volume }),
    onUpdate: (volume, old) => queue.moveAll({ type: 'VolumeUpdated', volume, old }),
  });
  informers.informer(StorageClass).addHandler({
    onAdd: (storageClass) => queue.moveAll({ type: 'ClassAdded', storageClass }),
    onUpdate: (storageClass, old) => queue.moveAll({ type: 'ClassUpdated', storageClass, old }),
  });
  informers.informer(CSINode).addHandler({
    onAdd: (csiNode) => queue.moveAll({ type: 'CsiNodeAdded', csiNode }),
    onUpdate: (csiNode, old) => queue.moveAll({ type: 'CsiNodeUpdated', csiNode, old }),
  });
  informers.informer(CSIDriver).addHandler({
    onUpdate: (driver, old) => queue.moveAll({ type: 'CsiDriverUpdated', driver, old }),
  });
  informers.informer(CSIStorageCapacity).addHandler({
    onAdd: (capacity) => queue.moveAll({ type: 'CapacityAdded', capacity }),
    onUpdate: (capacity, old) => queue.moveAll({ type: 'CapacityUpdated', capacity, old }),
  });
  informers.informer(VolumeAttachment).addHandler({
    onDelete: (attachment) => queue.moveAll({ type: 'AttachmentDeleted', attachment }),
  });
}
