// Updates a route table whenever a Node changes. Called by the node agent, once per node and once for the machine itself.
import { Node } from '../../api/kinds/core/v1/node.ts';
import type { InformerFactory } from '../../client/informer/factory.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { internalAddress } from '../node-address.ts';
import type { NodeExec } from '../node-exec.ts';
import { RouteTable } from './routes.ts';

export interface RoutesOptions {
  /** Empty for the machine itself, which is no node and routes to all of them. */
  readonly nodeName: string;
  readonly exec: NodeExec;
  readonly informers: InformerFactory;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Returns a function that stops it; the routes stay. */
export function startRoutes({ nodeName, exec, informers, clock, log }: RoutesOptions): () => void {
  const nodes = informers.informer(Node);
  const table = new RouteTable({ exec, self: nodeName, clock, log });
  // There may be thousands of nodes to which no route leads.
  const changed = (...of: readonly Readonly<Node>[]) => {
    if (of.some(internalAddress)) void table.sync(nodes.lister.list());
  };
  const detach = nodes.addHandler({ onAdd: changed, onUpdate: changed, onDelete: changed });
  return () => {
    detach();
    table.stop();
  };
}
