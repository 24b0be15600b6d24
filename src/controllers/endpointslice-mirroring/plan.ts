// The slices that mirror an Endpoints object. Pure. Upstream: reconcile in pkg/controller/endpointslicemirroring/reconciler.go.

import { addressOf } from '../../api/addresses/prefix.ts';
import type { EndpointAddress, EndpointSubset, Endpoints } from '../../api/kinds/core/v1/endpoints.ts';
import type { Endpoint, EndpointPort } from '../../api/kinds/discovery/v1/endpoint-slice.ts';
import { addAll } from '../../kit/lists.ts';
import { type AddressType, portsKey } from '../endpointslice/endpoint.ts';
import { identity, type Wanted } from '../endpointslice/plan.ts';

/** Further addresses of one subset are left out, as upstream's mirroring-max-endpoints-per-subset. */
export const MAX_PER_SUBSET = 1000;

export interface Mirrored {
  readonly wanted: readonly Wanted[];
  /** How many texts are no addresses. */
  readonly invalid: number;
  /** How many addresses are left out, those that are invalid among them. */
  readonly skipped: number;
}

export function mirrored(endpoints: Readonly<Endpoints>): Mirrored {
  const groups = new Map<string, Wanted & { readonly endpoints: Endpoint[] }>();
  let invalid = 0;
  let skipped = 0;
  for (const subset of endpoints.subsets ?? []) {
    const ports = portsOf(subset);
    let added = 0;
    for (const [address, ready] of addressesOf(subset)) {
      const family = added < MAX_PER_SUBSET ? addressOf(address.ip)?.family : undefined;
      if (family) {
        added++;
        // Subsets with the same ports are one group.
        const key = `${family} ${portsKey(ports)}`;
        const group = groups.get(key) ?? { addressType: family, ports, endpoints: [] };
        groups.set(key, group);
        group.endpoints.push(endpointOf(address, ready));
        continue;
      }
      skipped++;
      if (added < MAX_PER_SUBSET) invalid++;
    }
  }
  const wanted = [...groups.values()].map((group) => ({ ...group, endpoints: distinct(group.endpoints) }));
  return { wanted, invalid, skipped };
}

function addressesOf(subset: EndpointSubset): [EndpointAddress, boolean][] {
  const all: [EndpointAddress, boolean][] = [];
  addAll(
    all,
    (subset.addresses ?? []).map((address): [EndpointAddress, boolean] => [address, true]),
  );
  addAll(
    all,
    (subset.notReadyAddresses ?? []).map((address): [EndpointAddress, boolean] => [address, false]),
  );
  return all;
}

const distinct = (endpoints: readonly Endpoint[]): Endpoint[] => [
  ...new Map(endpoints.map((endpoint) => [identity(endpoint), endpoint])).values(),
];

function portsOf(subset: EndpointSubset): EndpointPort[] {
  return (subset.ports ?? []).map((port) => ({
    name: port.name ?? '',
    port: port.port,
    protocol: port.protocol ?? 'TCP',
    ...(port.appProtocol !== undefined && { appProtocol: port.appProtocol }),
  }));
}

function endpointOf(address: EndpointAddress, ready: boolean): Endpoint {
  const { ip, hostname, nodeName, targetRef } = address;
  return {
    addresses: [ip],
    conditions: { ready },
    ...(hostname && { hostname }),
    ...(nodeName && { nodeName }),
    ...(targetRef && { targetRef }),
  };
}

export const ofType = (wanted: readonly Wanted[], type: AddressType): Wanted[] =>
  wanted.filter(({ addressType }) => addressType === type);

/** Written by clients' tools about the Endpoints themselves. */
const NOT_MIRRORED = [
  'endpoints.kubernetes.io/last-change-trigger-time',
  'kubectl.kubernetes.io/last-applied-configuration',
];

export const annotationsFor = ({ metadata }: Readonly<Endpoints>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(metadata.annotations ?? {}).filter(([name]) => !NOT_MIRRORED.includes(name)),
  );
