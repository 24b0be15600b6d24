// Promise: a node that is not ready and whose machine the provider no longer has is deleted; one whose machine is shut down has a
// taint that says so. Upstream: staging/src/k8s.io/cloud-provider/controllers/nodelifecycle.
import { Node } from '../../../api/kinds/core/v1/node.ts';
import { nameOf } from '../../../api/meta/v1/object.ts';
import { isNodeReady } from '../../../api/nodes/readiness.ts';
import { isNotFound } from '../../../api/status/status-error.ts';
import { messageOf } from '../../../kit/message-of.ts';
import { eachAtOnce } from '../../framework/at-once.ts';
import { type Controller, reads } from '../../framework/controller.ts';
import type { CloudContext } from '../context.ts';
import type { Instances } from '../provider.ts';

/** The one key: all nodes. */
const NODES = '/nodes';
/** Upstream's --node-monitor-period. */
const PERIOD_MS = 5_000;
/** A provider that is slow to answer about one machine, or does not, delays the others less than upstream, which asks one by one. */
const AT_ONCE = 10;

export const SHUTDOWN = 'node.cloudprovider.kubernetes.io/shutdown';

export function createCloudNodeLifecycleController(
  context: CloudContext,
  instances: Instances,
  periodMs = PERIOD_MS,
): Controller {
  const nodes = context.informers.informer(Node);
  return {
    name: 'cloud-node-lifecycle-controller',
    workers: 1,
    watches: [reads(nodes)],
    start: (enqueue) => enqueue(NODES),
    reconcile: async () => {
      await eachAtOnce(nodes.lister.list(), AT_ONCE, (node) =>
        check(context, instances, node).catch((error: unknown) =>
          context.log.warn('a node was not looked after', { node: nameOf(node), error: messageOf(error) }),
        ),
      );
      return { requeueAfter: periodMs };
    },
  };
}

async function check(context: CloudContext, instances: Instances, node: Readonly<Node>): Promise<void> {
  if (isNodeReady(node)) return taint(context, node, false);
  if (!(await instances.exists(node))) return remove(context, node);
  if (await instances.isShutDown(node)) await taint(context, node, true);
}

async function remove({ client, events }: CloudContext, node: Readonly<Node>): Promise<void> {
  const name = nameOf(node);
  const reference = { apiVersion: 'v1', kind: 'Node', name, uid: node.metadata.uid ?? '' };
  const why = `Deleting node ${name} because it does not exist in the cloud provider`;
  events.record(reference, 'Normal', 'DeletingNode', why);
  try {
    await client.delete(Node, name);
  } catch (error) {
    if (isNotFound(error)) return;
    const message = `Failed deleting node ${name}: ${messageOf(error)}`;
    events.record(reference, 'Warning', 'DeletingNodeFailed', message);
    throw error;
  }
}

async function taint({ client }: CloudContext, node: Readonly<Node>, wanted: boolean): Promise<void> {
  const { taints = [] } = node.spec ?? {};
  const others = taints.filter(({ key, effect }) => key !== SHUTDOWN || effect !== 'NoSchedule');
  if (others.length < taints.length === wanted) return;
  const all = wanted ? [...others, { key: SHUTDOWN, effect: 'NoSchedule' as const }] : others;
  // A merge patch replaces the whole list; at another version it could undo a taint that somebody else has just set.
  const { resourceVersion } = node.metadata;
  const patch = { metadata: { resourceVersion }, spec: { taints: all.length > 0 ? all : null } };
  await client.patch(Node, nameOf(node), undefined, 'merge', patch);
}
