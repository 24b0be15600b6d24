// What happens in the cluster that may make a waiting pod fit, and how much of a change counts. Made by the event handlers;
// plugins say of each whether it helps a pod that they rejected (Plugin.mayFitAfter, upstream's queueing hints).
import type { Node } from '../../api/kinds/core/v1/node.ts';
import type { ResourceClaim } from '../../api/kinds/resource/v1/resource-claim.ts';
import type { NodeInfo } from '../cache/node-info.ts';
import type { PodInfo } from '../cache/pod-info.ts';
import type { StorageEvent } from './storage-events.ts';

export type ClusterEvent =
  /** A pod is on a node now. */
  | { readonly type: 'PodAdded'; readonly pod: PodInfo }
  /** A pod on a node has other labels or asks for less. */
  | { readonly type: 'PodUpdated'; readonly pod: PodInfo; readonly old: PodInfo }
  /** A pod is no longer on its node, or no longer nominated to one. */
  | { readonly type: 'PodDeleted'; readonly pod: PodInfo }
  /** Here and below the node is without its pods. */
  | { readonly type: 'NodeAdded'; readonly node: NodeInfo }
  | { readonly type: 'NodeUpdated'; readonly node: NodeInfo; readonly old: NodeInfo }
  | { readonly type: 'NodeDeleted'; readonly node: NodeInfo }
  | StorageEvent
  /** Added, or changed from `old`. */
  | {
      readonly type: 'ResourceClaimChanged';
      readonly claim: Readonly<ResourceClaim>;
      readonly old?: Readonly<ResourceClaim>;
    }
  /** Added or changed. */
  | { readonly type: 'ResourceSliceChanged' | 'DeviceClassChanged' };

/** Upstream's name of the event; what of an object changed is not told apart. */
export const eventLabel = ({ type }: ClusterEvent): string => LABELS[type];

const LABELS: Readonly<Record<ClusterEvent['type'], string>> = {
  PodAdded: 'AssignedPodAdd',
  PodUpdated: 'AssignedPodUpdate',
  PodDeleted: 'AssignedPodDelete',
  NodeAdded: 'NodeAdd',
  NodeUpdated: 'NodeUpdate',
  NodeDeleted: 'NodeDelete',
  ClaimAdded: 'PersistentVolumeClaimAdd',
  ClaimUpdated: 'PersistentVolumeClaimUpdate',
  VolumeAdded: 'PersistentVolumeAdd',
  VolumeUpdated: 'PersistentVolumeUpdate',
  ClassAdded: 'storage.k8s.io/StorageClassAdd',
  ClassUpdated: 'storage.k8s.io/StorageClassUpdate',
  CsiNodeAdded: 'storage.k8s.io/CSINodeAdd',
  CsiNodeUpdated: 'storage.k8s.io/CSINodeUpdate',
  CsiDriverUpdated: 'storage.k8s.io/CSIDriverUpdate',
  CapacityAdded: 'storage.k8s.io/CSIStorageCapacityAdd',
  CapacityUpdated: 'storage.k8s.io/CSIStorageCapacityUpdate',
  AttachmentDeleted: 'storage.k8s.io/VolumeAttachmentDelete',
  ResourceClaimChanged: 'resource.k8s.io/ResourceClaimUpdate',
  ResourceSliceChanged: 'resource.k8s.io/ResourceSliceUpdate',
  DeviceClassChanged: 'resource.k8s.io/DeviceClassUpdate',
};

/** Whether the change of a pod on a node can matter to others; most changes are of its status and cannot. */
export const podMatters = (pod: PodInfo, old: PodInfo): boolean =>
  asksForLess(pod, old) || !isSame(pod.labels, old.labels);

/** Of one of the resources in `of`, or of any. */
export function asksForLess(
  { requests }: PodInfo,
  old: PodInfo,
  of: ReadonlyMap<string, number> = old.requests,
): boolean {
  for (const [name, amount] of of)
    if (amount > 0 && (requests.get(name) ?? 0) < (old.requests.get(name) ?? 0)) return true;
  return false;
}

/** Heartbeats change conditions, which no plugin looks at. */
export function nodeMatters(node: Readonly<Node>, old: Readonly<Node>): boolean {
  const seen = ({ metadata, spec, status }: Readonly<Node>) => [
    metadata.labels,
    spec?.taints,
    spec?.unschedulable,
    status?.allocatable,
  ];
  return !isSame(seen(node), seen(old));
}

/** Whether the event gives the pod a node that `suits` it, which it has not been before. */
export function nodeNowSuits(event: ClusterEvent, suits: (node: NodeInfo) => boolean): boolean {
  if (event.type === 'NodeAdded') return suits(event.node);
  return event.type === 'NodeUpdated' && suits(event.node) && !suits(event.old);
}

/** Whether two pieces of API objects say the same; keys in another order count as a difference. */
export const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
