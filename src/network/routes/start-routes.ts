// Keeps the routes to other nodes' pods up to date with the Node objects. Called by the node agent, once per node and once for the
// machine itself. Needs Nodes and a way to run programs in the node; to be the end of tunnels, also a way to annotate its own Node.
import { Node } from '../../api/kinds/core/v1/node.ts';
import type { InformerFactory } from '../../client/informer/factory.ts';
import { internalAddress } from '../node-address.ts';
import { factsOf } from './peers.ts';
import { PodRoutes, type PodRoutesOptions } from './pod-routes.ts';

export interface RoutesOptions extends Omit<PodRoutesOptions, 'nodes'> {
  readonly informers: InformerFactory;
}

/** Returns a function that stops it; the routes stay. */
export function startRoutes({ informers, ...options }: RoutesOptions): () => void {
  const nodes = informers.informer(Node);
  const routes = new PodRoutes({ ...options, nodes: () => nodes.lister.list() });
  let stopped = false;
  let detach = () => {};
  // There may be thousands of nodes to which no route leads, and most changes of a Node are none of its place in the network.
  const changed = (node: Readonly<Node>, old?: Readonly<Node>) => {
    if (old && factsOf(node) === factsOf(old)) return;
    if (internalAddress(node) || (old && internalAddress(old))) void routes.sync();
  };
  // Before all nodes are known, those that are not would lose their routes.
  void nodes.synced().then(() => {
    if (stopped) return;
    void routes.sync();
    detach = nodes.addHandler({ onAdd: changed, onUpdate: changed, onDelete: changed });
  });
  return () => {
    stopped = true;
    detach();
    routes.stop();
  };
}
