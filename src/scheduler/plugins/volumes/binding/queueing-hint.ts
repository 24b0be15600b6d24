// Which events may make a pod fit that VolumeBinding rejected. Upstream: the isSchedulableAfter… of volumebinding/volume_binding.go.
import { labelsOf, nameOf, namespaceOf } from '../../../../api/meta/v1/object.ts';
import { compareQuantity } from '../../../../api/quantity/quantity.ts';
import { MIGRATED_PLUGINS } from '../../../../api/volumes/annotations.ts';
import { claimNameOf } from '../../../../api/volumes/binding.ts';
import type { PodInfo } from '../../../cache/pod-info.ts';
import { type ClusterEvent, isSame } from '../../../framework/cluster-events.ts';
import { limitOf } from './find-volumes.ts';

export function mayFitAfter({ pod, namespace }: PodInfo, event: ClusterEvent): boolean {
  const volumes = pod.spec?.volumes ?? [];
  switch (event.type) {
    case 'ClaimAdded':
    case 'ClaimUpdated':
      return (
        namespaceOf(event.claim) === namespace &&
        volumes.some((volume) => claimNameOf(pod, volume) === nameOf(event.claim))
      );
    case 'VolumeAdded':
    case 'VolumeUpdated':
    case 'ClassAdded':
    case 'CsiNodeAdded':
    case 'CapacityAdded':
    case 'NodeAdded':
      return true;
    case 'NodeUpdated':
      return !isSame(labelsOf(event.node.node!), labelsOf(event.old.node!));
    case 'ClassUpdated':
      return !isSame(event.storageClass.allowedTopologies, event.old.allowedTopologies);
    case 'CsiNodeUpdated':
      return (
        event.csiNode.metadata.annotations?.[MIGRATED_PLUGINS] !==
        event.old.metadata.annotations?.[MIGRATED_PLUGINS]
      );
    case 'CsiDriverUpdated':
      return (
        volumes.some(({ csi }) => csi?.driver === nameOf(event.driver)) &&
        Boolean(event.old.spec.storageCapacity) &&
        !event.driver.spec.storageCapacity
      );
    case 'CapacityUpdated': {
      const [limit, before] = [limitOf(event.capacity), limitOf(event.old)];
      return limit !== undefined && (!before || compareQuantity(limit, before) > 0);
    }
    default:
      return false;
  }
}
