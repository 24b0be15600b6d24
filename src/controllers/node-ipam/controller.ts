// Promise: every node has a podCIDR of its own from the cluster CIDR. There is one worker, and ranges that were allocated
// but are not in the cache yet are remembered, so that no range is allocated twice.
import { Node } from '../../api/kinds/core/v1/node.ts';
import { isBeingDeleted, nameOf } from '../../api/meta/v1/object.ts';
import { isNotFound } from '../../api/status/status-error.ts';
import { referenceTo } from '../../client/events/events.ts';
import { type Controller, type ControllerContext, watch } from '../framework/controller.ts';
import { nextRange, type Ranges } from './plan.ts';

export function createNodeIpamController(context: ControllerContext, ranges: Ranges | undefined): Controller {
  const nodes = context.informers.informer(Node);
  const given = new Map<string, string>();
  return {
    name: 'node-ipam-controller',
    workers: 1,
    watches: [watch(nodes, (node) => [nameOf(node)])],
    reconcile: async (name) => {
      const node = nodes.lister.get(name);
      if (!node) {
        given.delete(name);
        return undefined;
      }
      if (!ranges || node.spec?.podCIDR || isBeingDeleted(node)) return undefined;
      const taken = new Set([
        ...given.values(),
        ...nodes.lister.list().flatMap((one) => one.spec?.podCIDRs ?? one.spec?.podCIDR ?? []),
      ]);
      const range = given.get(name) ?? nextRange(ranges, taken);
      if (!range) {
        const message = `Node ${name} status is now: CIDRNotAvailable`;
        context.events.record(referenceTo(Node, node), 'Normal', 'CIDRNotAvailable', message);
        throw new Error(`no range of pod addresses is left for node ${name}`);
      }
      given.set(name, range);
      await assign(context, name, range);
      return undefined;
    },
  };
}

async function assign(context: ControllerContext, name: string, range: string): Promise<void> {
  const patch = { spec: { podCIDR: range, podCIDRs: [range] } };
  await context.client.patch(Node, name, undefined, 'strategic', patch).catch((error: unknown) => {
    if (!isNotFound(error)) throw error;
  });
}
