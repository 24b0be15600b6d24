// Where a connection to a loopback port goes to. A port with a NodePort: one of the ready nodes in turn, under externalTrafficPolicy Local
// of those with a usable endpoint. A port without: a usable endpoint in the cluster's own networks. With session affinity a client
// always goes to the same one, as long as it is there.
import { createHash } from 'node:crypto';
import type { Family } from '../../api/addresses/prefix.ts';
import { usableEndpoints } from '../../api/endpoints/conditions.ts';
import { serviceNameOf, slicePort } from '../../api/endpoints/slices.ts';
import type { Node } from '../../api/kinds/core/v1/node.ts';
import type { Service } from '../../api/kinds/core/v1/service.ts';
import type { EndpointSlice } from '../../api/kinds/discovery/v1/endpoint-slice.ts';
import { nameOf, namespaceOf } from '../../api/meta/v1/object.ts';
import { isNodeReady } from '../../api/nodes/readiness.ts';
import { nodesWithEndpoints } from '../balanced-addresses/endpoints.ts';
import { familiesOf } from '../balanced-addresses/wishes.ts';
import { internalAddresses } from '../node-address.ts';
import type { ChooseTarget, Target } from './host-port.ts';

export interface Cluster {
  readonly service: (key: string) => Service | undefined;
  readonly nodes: () => readonly Readonly<Node>[];
  readonly slices: () => readonly EndpointSlice[];
  /** The address is one of a pod or a node. */
  readonly isInside: (address: string) => boolean;
}

export function targetsIn(cluster: Cluster): ChooseTarget {
  let turn = 0;
  return ({ service: key, nodePort, name }, client) => {
    const service = cluster.service(key);
    if (!service) return undefined;
    const targets = nodePort ? nodesFor(service, nodePort, cluster) : endpointsOf(service, name, cluster);
    const sticks = service.spec?.sessionAffinity === 'ClientIP';
    const index = sticks ? createHash('sha256').update(client).digest().readUInt32BE() : turn++;
    return targets[index % Math.max(1, targets.length)];
  };
}

function nodesFor(service: Service, port: number, { nodes, slices }: Cluster): Target[] {
  const [family = 'IPv4'] = familiesOf(service);
  const ready = nodes().flatMap((node) => {
    const host = isNodeReady(node) && addressIn(family, node);
    return host ? { name: nameOf(node), host } : [];
  });
  const names =
    service.spec?.externalTrafficPolicy === 'Local' && nodesWithEndpoints(slicesOf(service, slices()));
  return ready.filter(({ name }) => !names || names.has(name)).map(({ host }) => ({ host, port }));
}

function endpointsOf(service: Service, name: string, { slices, isInside }: Cluster): Target[] {
  const [family] = familiesOf(service);
  const own = slicesOf(service, slices()).filter(({ addressType }) => addressType === family);
  const endpoints = own.flatMap((slice) => {
    const port = slicePort(slice, name);
    return (slice.endpoints ?? []).flatMap(({ addresses: [host = ''], conditions }) =>
      port && isInside(host) ? { host, port, conditions } : [],
    );
  });
  return usableEndpoints(endpoints).map(({ host, port }) => ({ host, port }));
}

const addressIn = (family: Family, node: Readonly<Node>): string | undefined =>
  internalAddresses(node).find((address) => address.includes(':') === (family === 'IPv6'));

const slicesOf = (service: Service, slices: readonly EndpointSlice[]): EndpointSlice[] =>
  slices.filter(
    (slice) => serviceNameOf(slice) === nameOf(service) && namespaceOf(slice) === namespaceOf(service),
  );
