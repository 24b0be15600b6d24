// The ranges of pods that Nodes show are those that their pods have: routes follow them. They never change while a Node exists, but from
// one start to the next a cluster may have another number on the machine, or another family. Called by running-cluster.ts before
// the kubelets register.
import { Node } from '../../api/kinds/core/v1/node.ts';
import { isAlreadyExists, isNotFound } from '../../api/status/status-error.ts';
import type { Client } from '../../client/client.ts';
import type { NodePlan } from '../nodes/plan.ts';

/** Nodes of an earlier start with other ranges are made anew, with what users and components have given them. */
export async function renewPodRanges(
  client: Client,
  nodes: readonly Pick<NodePlan, 'name' | 'podCidrs'>[],
): Promise<void> {
  const { items } = await client.list(Node);
  await Promise.all(
    nodes.map(async ({ name, podCidrs }) => {
      const found = items.find(({ metadata }) => metadata.name === name);
      const before = found?.spec?.podCIDRs;
      if (found && before && before.join() !== podCidrs.join()) await replace(client, found, podCidrs);
    }),
  );
}

async function replace(client: Client, node: Node, podCidrs: readonly string[]): Promise<void> {
  const { name, uid, labels, annotations } = node.metadata;
  await client.delete(Node, name!, undefined, { preconditions: { uid: uid! } }).catch((error) => {
    if (!isNotFound(error)) throw error;
  });
  const fresh: Node = {
    ...node,
    metadata: { name: name!, ...(labels && { labels }), ...(annotations && { annotations }) },
    spec: { ...node.spec, podCIDR: podCidrs[0]!, podCIDRs: [...podCidrs] },
  };
  // Somebody's finalizer may keep the old one: then it goes when it is allowed to, and the kubelet registers the next.
  await client.create(Node, fresh).catch((error) => {
    if (!isAlreadyExists(error)) throw error;
  });
}
