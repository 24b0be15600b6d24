// What one node needs of the network, and the machine itself: service rules and routes, fed by the shared informers.
import { Node } from '../../api/kinds/core/v1/node.ts';
import { Service } from '../../api/kinds/core/v1/service.ts';
import { EndpointSlice } from '../../api/kinds/discovery/v1/endpoint-slice.ts';
import type { InformerFactory } from '../../client/informer/factory.ts';
import type { Handler } from '../../client/informer/informer.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { ServiceProxy } from '../../network/proxy/proxy.ts';
import { RouteTable } from '../../network/routes/routes.ts';
import type { NodeShell } from '../nodes/shell.ts';

export interface NodeNetworkOptions {
  /** The node's name; empty for the machine, which is no node but routes to all. */
  readonly nodeName: string;
  readonly shell: NodeShell;
  readonly clusterCidr: string;
  readonly informers: InformerFactory;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Calls `changed` for every event of an informer; returns how to stop. */
const each = <T>(
  informer: { addHandler(handler: Handler<T>): () => void },
  changed: () => void,
): (() => void) => informer.addHandler({ onAdd: changed, onUpdate: changed, onDelete: changed });

/** Keeps routes to the other nodes' pods; returns how to stop. */
export function keepRoutes({ nodeName, shell, informers, log }: NodeNetworkOptions): () => void {
  const nodes = informers.informer(Node);
  const table = new RouteTable({ exec: shell.exec, self: nodeName, log });
  return each(nodes, () => void table.sync(nodes.lister.list()));
}

/** Keeps the node's service rules; returns how to stop. */
export function keepServiceRules(options: NodeNetworkOptions): () => void {
  const { nodeName, shell, clusterCidr, informers, clock, log } = options;
  const services = informers.informer(Service);
  const slices = informers.informer(EndpointSlice);
  const proxy = new ServiceProxy({
    nodeName,
    podCidr: clusterCidr,
    source: { services: () => services.lister.list(), endpointSlices: () => slices.lister.list() },
    exec: shell.exec,
    clock,
    log,
  });
  const ready = () => services.hasSynced && slices.hasSynced;
  const changed = () => {
    if (ready()) proxy.changed();
  };
  const stops = [each(services, changed), each(slices, changed)];
  void Promise.all([services.synced(), slices.synced()]).then(() => proxy.changed());
  return () => {
    for (const stop of stops) stop();
    proxy.stop();
  };
}
