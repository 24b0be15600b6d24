// What is wrong between services and IPAddress objects, and what mends it. Pure; ip-repair.ts acts on it.
// Upstream: syncService and syncIPAddress in pkg/registry/core/service/ipallocator/controller/repairip.go.
import { addressOf, addressText } from '../../../api/addresses/prefix.ts';
import type { Service } from '../../../api/kinds/core/v1/service.ts';
import type { IPAddress, ParentReference } from '../../../api/kinds/networking/v1/ip-address.ts';
import type { ServiceCIDR } from '../../../api/kinds/networking/v1/service-cidr.ts';
import { addressesOf } from '../../strategies/service/addresses.ts';
import { isLabelled, isManaged, refersTo, refersToService } from '../ip-address-object.ts';
import { isWithin } from '../service-cidrs.ts';

/** Label `type` of apiserver_clusterip_repair_ip_errors_total. */
export type ErrorType = 'leak' | 'repair' | 'full' | 'outOfRange' | 'duplicate' | 'unknown' | 'invalid';

export interface Finding {
  readonly type: ErrorType;
  /** Of the event; undefined if none is recorded. */
  readonly reason?: string;
  readonly note?: string;
  readonly address: string;
  /** Deletes the IPAddress; makes one for the service; both, in this order; or nothing, if a user has to act. */
  readonly deletes?: boolean;
  readonly creates?: boolean;
}

/** What is stored. */
export interface Stored {
  readonly cidrs: readonly Readonly<ServiceCIDR>[];
  service(namespace: string, name: string): Readonly<Service> | undefined;
  address(name: string): Readonly<IPAddress> | undefined;
}

export function findingsOfService(service: Readonly<Service>, stored: Stored): Finding[] {
  if (service.spec?.type === 'ExternalName') return [];
  return addressesOf(service).flatMap((ip) => findingOf(ip, service, stored) ?? []);
}

function findingOf(ip: string, service: Readonly<Service>, stored: Stored): Finding | undefined {
  const address = addressOf(ip);
  if (!address)
    return {
      type: 'invalid',
      address: ip,
      reason: 'ClusterIPNotValid',
      note: `Cluster IP ${ip} is not a valid IP; please recreate Service`,
    };
  const { namespace, name } = service.metadata;
  const text = addressText(address);
  const shown = `[${address.family}]: ${text}`;
  if (!isWithin(stored.cidrs, address))
    return {
      type: 'outOfRange',
      address: text,
      reason: 'ClusterIPOutOfRange',
      note: `Cluster IP ${shown} is not within any configured Service CIDR; please recreate service`,
    };
  const object = stored.address(text);
  const again = { type: 'repair', address: text, creates: true, reason: 'ClusterIPNotAllocated' } as const;
  if (!object) return { ...again, note: `Cluster IP ${shown} is not allocated; repairing` };
  const wrong = `the ClusterIP ${shown} for Service ${namespace}/${name} has a wrong reference; repairing`;
  const { parentRef } = object.spec;
  if (!refersToService(parentRef)) return { ...again, deletes: true, note: wrong };
  if (!refersTo(parentRef, service)) {
    const other = stored.service(parentRef.namespace ?? '', parentRef.name);
    if (!other) return { ...again, deletes: true, note: wrong };
    if (addressesOf(other).includes(text))
      return {
        type: 'duplicate',
        address: text,
        reason: 'ClusterIPAlreadyAllocated',
        note: `Cluster IP [${address.family}]:${text} was assigned to multiple services; please recreate service`,
      };
  }
  return isLabelled(object) ? undefined : { type: 'repair', address: text, deletes: true, creates: true };
}

/** How long the service of an address may take to be stored, which is how long a request may take. */
const GRACE_MS = 60_000;
/** How long an address may wait for the end of a write that failed. */
const REVERT_MS = 5_000;

/** Undefined if all is well; a number if it has to be looked at again after so many milliseconds. */
export function findingOfAddress(
  object: Readonly<IPAddress>,
  stored: Pick<Stored, 'service'>,
  now: number,
): Finding | number | undefined {
  if (!isManaged(object)) return undefined;
  const { name: ip = '', creationTimestamp = '' } = object.metadata;
  const { parentRef } = object.spec;
  const gone = { type: 'leak', address: ip, deletes: true } as const;
  if (!refersToService(parentRef))
    return {
      ...gone,
      reason: 'IPAddressNotAllocated',
      note: `IPAddress ${ip} appears to have been modified, not referencing a Service ${shownParent(parentRef)}: cleaning up`,
    };
  const { namespace = '', name } = parentRef;
  const of = `IPAddress: ${ip} for Service ${namespace}/${name}`;
  const age = now - Date.parse(creationTimestamp);
  const service = stored.service(namespace, name);
  if (!service)
    return age > GRACE_MS
      ? { ...gone, reason: 'IPAddressNotAllocated', note: `${of} appears to have leaked: cleaning up` }
      : GRACE_MS - age + 1;
  if (addressesOf(service).includes(ip)) return undefined;
  // A service that gets its addresses by an update: they come first.
  if (service.spec?.type === 'ExternalName' && age < GRACE_MS) return GRACE_MS - age;
  const younger = creationTimestamp > (service.metadata.creationTimestamp ?? '');
  if (younger && age < REVERT_MS) return REVERT_MS;
  return { ...gone, reason: 'IPAddressWrongReference', note: `${of} has a wrong reference; cleaning up` };
}

/** As Go shows the pointer to the structure. */
const shownParent = (parent: Readonly<ParentReference> | undefined): string =>
  parent ? `&{${parent.group ?? ''} ${parent.resource} ${parent.namespace ?? ''} ${parent.name}}` : '<nil>';
