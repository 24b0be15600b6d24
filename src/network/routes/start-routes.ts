// Feeds a route table from the Node informer. Called by the node agent, once per node and once for the machine itself.
import { Node } from '../../api/kinds/core/v1/node.ts';
import type { InformerFactory } from '../../client/informer/factory.ts';
import type { Logger } from '../../kit/log.ts';
import type { NodeExec } from '../node-exec.ts';
import { RouteTable } from './routes.ts';

export interface RoutesOptions {
  /** Empty for the machine, which is no node and routes to all of them. */
  readonly nodeName: string;
  readonly exec: NodeExec;
  readonly informers: InformerFactory;
  readonly log: Logger;
}

/** Keeps routes to the other nodes' pods; returns how to stop. */
export function startRoutes({ nodeName, exec, informers, log }: RoutesOptions): () => void {
  const nodes = informers.informer(Node);
  const table = new RouteTable({ exec, self: nodeName, log });
  const changed = () => void table.sync(nodes.lister.list());
  return nodes.addHandler({ onAdd: changed, onUpdate: changed, onDelete: changed });
}
