// Which node a connection to a loopback port goes to: the ready ones in turn; under externalTrafficPolicy Local those with a usable
// endpoint; with session affinity always the same one for a client, as long as it is there.
import { createHash } from 'node:crypto';
import type { Family } from '../../api/addresses/prefix.ts';
import { serviceNameOf } from '../../api/endpoints/slices.ts';
import type { Node } from '../../api/kinds/core/v1/node.ts';
import type { Service } from '../../api/kinds/core/v1/service.ts';
import type { EndpointSlice } from '../../api/kinds/discovery/v1/endpoint-slice.ts';
import { nameOf, namespaceOf } from '../../api/meta/v1/object.ts';
import { isNodeReady } from '../../api/nodes/readiness.ts';
import { nodesWithEndpoints } from '../balanced-addresses/endpoints.ts';
import { familiesOf } from '../balanced-addresses/wishes.ts';
import { internalAddresses } from '../node-address.ts';
import type { ChooseTarget } from './host-port.ts';

export interface Cluster {
  readonly service: (key: string) => Service | undefined;
  readonly nodes: () => readonly Readonly<Node>[];
  readonly slices: () => readonly EndpointSlice[];
}

export function targetsIn(cluster: Cluster): ChooseTarget {
  let turn = 0;
  return ({ service: key, nodePort }, client) => {
    const service = cluster.service(key);
    if (!service) return undefined;
    const hosts = hostsFor(service, cluster);
    const sticks = service.spec?.sessionAffinity === 'ClientIP';
    const index = sticks ? createHash('sha256').update(client).digest().readUInt32BE() : turn++;
    const host = hosts[index % Math.max(1, hosts.length)];
    return host ? { host, port: nodePort } : undefined;
  };
}

function hostsFor(service: Service, { nodes, slices }: Cluster): string[] {
  const [family = 'IPv4'] = familiesOf(service);
  const ready = nodes().flatMap((node) => {
    const address = isNodeReady(node) && addressIn(family, node);
    return address ? { name: nameOf(node), address } : [];
  });
  const names =
    service.spec?.externalTrafficPolicy === 'Local' &&
    nodesWithEndpoints(slices().filter((slice) => isOf(slice, service)));
  return ready.filter(({ name }) => !names || names.has(name)).map(({ address }) => address);
}

const addressIn = (family: Family, node: Readonly<Node>): string | undefined =>
  internalAddresses(node).find((address) => address.includes(':') === (family === 'IPv6'));

const isOf = (slice: EndpointSlice, service: Service): boolean =>
  serviceNameOf(slice) === nameOf(service) && namespaceOf(slice) === namespaceOf(service);
