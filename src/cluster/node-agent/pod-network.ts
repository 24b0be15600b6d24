// The way from the pods of a node to those of others, and from the machine to all of them, as the cluster's plan says.
import { join } from 'node:path';
import { Node } from '../../api/kinds/core/v1/node.ts';
import type { Client } from '../../client/client.ts';
import { ANNOTATION } from '../../network/routes/annotation.ts';
import { type RoutesOptions, startRoutes } from '../../network/routes/start-routes.ts';
import { type ClusterNode, type ClusterNodes, writePodNetwork } from '../nodes/create.ts';
import { hostShell } from '../nodes/shell.ts';

type Tools = Pick<RoutesOptions, 'informers' | 'clock' | 'log'>;

/** Links that we made ourselves are seldom changed by others, and there may be a hundred nodes. */
const OWN_LINKS_MS = 60_000;

/** Returns how to stop it. `client` may annotate the node's own Node. */
export function startPodNetwork(
  { cluster, node }: { readonly cluster: ClusterNodes; readonly node: ClusterNode },
  { client, ...tools }: Tools & { readonly client: Client },
): () => void {
  const { podNetwork: mode, routeMetric: metric } = cluster;
  if (mode === 'none') return () => {};
  return startRoutes({
    ...tools,
    nodeName: node.name,
    exec: node.shell.exec,
    mode,
    device: node.tunnel,
    metric,
    publish: async (annotation) => {
      const metadata = { annotations: { [ANNOTATION]: annotation } };
      await client.patch(Node, node.name, undefined, 'merge', { metadata });
    },
    onMtu: (mtu) => writePodNetwork(cluster, node, mtu),
    keyFile: join(node.directory, 'wireguard.key'),
    ...(node.pins && { checkMs: OWN_LINKS_MS }),
  });
}

/** The machine is on the segment of its nodes: probes and the API server reach their pods directly. */
export function startMachineRoutes({ routeMetric: metric, nodes }: ClusterNodes, tools: Tools): () => void {
  const { exec } = hostShell;
  return startRoutes({
    ...tools,
    nodeName: '',
    exec,
    mode: 'routes',
    device: nodes[0]!.tunnel,
    metric,
    checkMs: OWN_LINKS_MS,
  });
}
