// The resources that an object uses, as counted by resource quotas. Pure.
// Used by admission before a write, and by the quota controller for existing objects; both must agree.

import type { PersistentVolumeClaim } from '../kinds/core/v1/persistent-volume-claim.ts';
import type { Pod } from '../kinds/core/v1/pod.ts';
import type { ResourceQuota } from '../kinds/core/v1/resource-quota.ts';
import type { Service } from '../kinds/core/v1/service.ts';
import type { ResourceClaim } from '../kinds/resource/v1/resource-claim.ts';
import type { KubeObject, ResourceInfo } from '../meta/v1/resource.ts';
import { exactly } from '../pods/amounts.ts';
import { isPodTerminal } from '../pods/phase.ts';
import { podLimits, podRequests } from '../pods/resources.ts';
import {
  addQuantity,
  formatQuantity,
  parseQuantity,
  type Quantity,
  quantityOf,
} from '../quantity/quantity.ts';
import { devicesByClass } from './device-usage.ts';

export type Usage = ReadonlyMap<string, Quantity>;

type Names = Pick<ResourceInfo, 'group' | 'plural'>;

/** Kinds of the core group that can be counted by their bare name. */
const BARE = new Set(['configmaps', 'replicationcontrollers', 'resourcequotas', 'secrets']);

/** The name under which any kind can be counted: `count/deployments.apps`. */
export const countName = ({ group, plural }: Names): string =>
  `count/${group ? `${plural}.${group}` : plural}`;

/** All resources that one object uses. */
export function usageOf(kind: Names, object: Readonly<KubeObject>): Usage {
  const usage = new Map<string, Quantity>([[countName(kind), one]]);
  if (kind.group === 'resource.k8s.io' && kind.plural === 'resourceclaims')
    for (const [name, devices] of devicesByClass(object as Readonly<ResourceClaim>))
      usage.set(`${name}.deviceclass.resource.k8s.io/devices`, quantityOf(devices));
  if (kind.group !== '') return usage;
  if (kind.plural === 'pods') podUsage(object as Readonly<Pod>, usage);
  else if (kind.plural === 'services') serviceUsage(object as Readonly<Service>, usage);
  else if (kind.plural === 'persistentvolumeclaims')
    claimUsage(object as Readonly<PersistentVolumeClaim>, usage);
  else if (BARE.has(kind.plural)) usage.set(kind.plural, one);
  return usage;
}

const one = quantityOf(1);

/**
 * A terminal pod counts only as an object. Names follow podComputeUsageHelper in k8s.io/kubernetes
 * pkg/quota/v1/evaluator/core. Deliberate difference: a pod whose deletion grace period is over still counts until it is gone.
 */
function podUsage(pod: Readonly<Pod>, usage: Map<string, Quantity>): void {
  if (isPodTerminal(pod)) return;
  usage.set('pods', one);
  for (const [name, amount] of podRequests(pod, exactly, { withStatus: true })) {
    usage.set(`requests.${name}`, amount);
    if (COMPUTE.has(name) || name.startsWith('hugepages-')) usage.set(name, amount);
  }
  for (const [name, amount] of podLimits(pod, exactly, { withStatus: true }))
    if (COMPUTE.has(name)) usage.set(`limits.${name}`, amount);
}

/** Resources with quotas for requests, also without the prefix `requests.`, and for limits. */
const COMPUTE = new Set(['cpu', 'memory', 'ephemeral-storage']);

function serviceUsage(service: Readonly<Service>, usage: Map<string, Quantity>): void {
  const { type, ports = [], allocateLoadBalancerNodePorts } = service.spec ?? {};
  usage.set('services', one);
  if (type === 'LoadBalancer') usage.set('services.loadbalancers', one);
  const takesPorts =
    type === 'NodePort' || (type === 'LoadBalancer' && allocateLoadBalancerNodePorts !== false);
  if (takesPorts) usage.set('services.nodeports', quantityOf(ports.length));
}

function claimUsage(claim: Readonly<PersistentVolumeClaim>, usage: Map<string, Quantity>): void {
  const storage = parseQuantity(claim.spec?.resources?.requests?.storage ?? '0');
  const storageClass = claim.spec?.storageClassName;
  usage.set('persistentvolumeclaims', one);
  usage.set('requests.storage', storage);
  if (!storageClass) return;
  usage.set(`${storageClass}.storageclass.storage.k8s.io/persistentvolumeclaims`, one);
  usage.set(`${storageClass}.storageclass.storage.k8s.io/requests.storage`, storage);
}

/** The part of a usage that a quota limits. */
export function limitedBy(quota: Readonly<ResourceQuota>, usage: Usage): Map<string, Quantity> {
  const hard = quota.spec?.hard ?? {};
  return new Map([...usage].filter(([name]) => hard[name] !== undefined));
}

export function addUsage(total: Map<string, Quantity>, usage: Usage): void {
  for (const [name, amount] of usage) {
    const before = total.get(name);
    total.set(name, before ? addQuantity(before, amount) : amount);
  }
}

/** The total usage against a quota: all limited resources, unused ones as 0. */
export function totalFor(quota: Readonly<ResourceQuota>, usages: Iterable<Usage>): Record<string, string> {
  const total = new Map<string, Quantity>();
  for (const name of Object.keys(quota.spec?.hard ?? {})) total.set(name, quantityOf(0));
  for (const usage of usages) addUsage(total, limitedBy(quota, usage));
  return Object.fromEntries([...total].map(([name, amount]) => [name, formatQuantity(amount)]));
}
