// The claim for the extended resources of a pod. It is made up for the scheduling cycle; its requests depend on the node, which may have
// a resource from a device plug-in; it is created when the pod is bound. Pure. Upstream: extendeddynamicresources.go.
import { EXTENDED_RESOURCE_ANNOTATION } from '../../../api/devices/pod-claims.ts';
import { Pod } from '../../../api/kinds/core/v1/pod.ts';
import type { DeviceClass } from '../../../api/kinds/resource/v1/device-class.ts';
import type { ResourceClaim } from '../../../api/kinds/resource/v1/resource-claim.ts';
import { controllerReference, nameOf } from '../../../api/meta/v1/object.ts';
import { mayBeBackedByClass } from '../../../api/pods/resource-names.ts';
import type { NodeInfo } from '../../cache/node-info.ts';
import type { PodInfo } from '../../cache/pod-info.ts';
import { type Status, unresolvable } from '../../framework/status.ts';
import type { Claim } from './claims.ts';
import { type ExtendedRequests, extendedRequests } from './extended-requests.ts';

/** No valid name, so that no claim has it. */
const IN_MEMORY = '<extended-resources>';

export type ClassFor = (resource: string) => Readonly<DeviceClass> | undefined;

export interface NodeClaim extends Pick<ExtendedRequests, 'mappings'> {
  readonly claim: ResourceClaim;
}

export const isInMemory = (claim: Claim): boolean => nameOf(claim) === IN_MEMORY;

/** Whether it asks for resources that a class may back. */
export function asksForExtended({ requests }: Pick<PodInfo, 'requests'>): boolean {
  for (const [name, amount] of requests) if (amount > 0 && mayBeBackedByClass(name)) return true;
  return false;
}

export function isBackedByClass({ requests }: PodInfo, classFor: ClassFor): boolean {
  for (const [name, amount] of requests)
    if (amount > 0 && mayBeBackedByClass(name) && classFor(name)) return true;
  return false;
}

export function inMemoryClaim({ pod, namespace, uid }: PodInfo): ResourceClaim {
  const { blockOwnerDeletion: _, ...owner } = controllerReference(Pod, pod);
  return {
    apiVersion: 'resource.k8s.io/v1',
    kind: 'ResourceClaim',
    metadata: {
      ...{ name: IN_MEMORY, namespace, uid: `extended resources of ${uid}` },
      generateName: `${nameOf(pod)}-extended-resources-`,
      ownerReferences: [owner],
      annotations: { [EXTENDED_RESOURCE_ANNOTATION]: 'true' },
    },
    spec: { devices: { requests: [] } },
  };
}

/** As it is sent to be created. */
export function toCreate({ metadata, ...claim }: ResourceClaim): ResourceClaim {
  const { name: _, uid: __, ...rest } = metadata;
  return { ...claim, metadata: rest };
}

/** Undefined: the node has all of the resources without DRA. */
export function claimOnNode(
  claim: Claim,
  { pod, requests }: PodInfo,
  { allocatable }: NodeInfo,
  classFor: ClassFor,
): NodeClaim | Status | undefined {
  if (!isInMemory(claim)) return unresolvable('cannot schedule extended resource claim');
  const classes = new Map<string, string>();
  for (const [name, amount] of requests) {
    if (amount === 0 || !mayBeBackedByClass(name)) continue;
    const backing = classFor(name);
    if (backing && !allocatable.get(name)) classes.set(name, nameOf(backing));
    else if (!allocatable.has(name)) return unresolvable('cannot fit resource');
  }
  if (classes.size === 0) return undefined;
  const { requests: all, mappings } = extendedRequests(pod, classes);
  return { claim: { ...claim, spec: { devices: { requests: all } } }, mappings };
}
