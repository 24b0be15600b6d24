// Starts a node's service proxy on the informers of Services and EndpointSlices. Called by the node agent, once per node.
import { prefixOf, prefixText } from '../../api/addresses/prefix.ts';
import { Service } from '../../api/kinds/core/v1/service.ts';
import { EndpointSlice } from '../../api/kinds/discovery/v1/endpoint-slice.ts';
import type { InformerFactory } from '../../client/informer/factory.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { type AddressFamily, IPV4, IPV6 } from '../family.ts';
import type { NodeExec } from '../node-exec.ts';
import { ServiceProxy } from './proxy.ts';

export interface ServiceProxyOptions {
  readonly nodeName: string;
  /** The pod networks of all nodes together. A family without a range has no rules. */
  readonly clusterCidrs: readonly string[];
  readonly exec: NodeExec;
  readonly informers: InformerFactory;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Returns a function that stops it; the rules stay. */
export function startServiceProxy(options: ServiceProxyOptions): () => void {
  const { nodeName, clusterCidrs, exec, informers, clock, log } = options;
  const services = informers.informer(Service);
  const slices = informers.informer(EndpointSlice);
  const source = { services: () => services.lister.list(), endpointSlices: () => slices.lister.list() };
  const proxies = [IPV4, IPV6].flatMap((family) => {
    const podCidrs = rangesOf(family, clusterCidrs);
    if (podCidrs.length === 0) return [];
    return [new ServiceProxy({ nodeName, family, podCidrs, source, exec, clock, log })];
  });
  // Rules made before both caches are filled would cut off Services that were reachable before a restart.
  const changed = () => {
    if (services.hasSynced && slices.hasSynced) for (const proxy of proxies) proxy.changed();
  };
  const handler = { onAdd: changed, onUpdate: changed, onDelete: changed };
  const stops = [services.addHandler(handler), slices.addHandler(handler)];
  void Promise.all([services.synced(), slices.synced()]).then(changed);
  return () => {
    for (const stop of stops) stop();
    for (const proxy of proxies) proxy.stop();
  };
}

const rangesOf = (family: AddressFamily, cidrs: readonly string[]): string[] =>
  cidrs.flatMap((cidr) => {
    const prefix = prefixOf(cidr);
    return prefix?.family === family.name ? [prefixText(prefix)] : [];
  });
