// Promise: every node has a podCIDR of its own from each cluster CIDR. There is one worker, and ranges that were allocated
// but are not in the cache yet are remembered, so that no range is allocated twice.
import { Node } from '../../api/kinds/core/v1/node.ts';
import { isBeingDeleted, nameOf } from '../../api/meta/v1/object.ts';
import { isNotFound } from '../../api/status/status-error.ts';
import { referenceTo } from '../../client/events/events.ts';
import { type Controller, type ControllerContext, watch } from '../framework/controller.ts';
import { nextRanges, type Ranges } from './plan.ts';

export function createNodeIpamController(context: ControllerContext, ranges: Ranges | undefined): Controller {
  const nodes = context.informers.informer(Node);
  const given = new Map<string, readonly string[]>();
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
      const taken = [...given.values(), ...nodes.lister.list().map(podRanges)].flat();
      const own = given.get(name) ?? nextRanges(ranges, taken);
      if (!own) {
        const message = `Node ${name} status is now: CIDRNotAvailable`;
        context.events.record(referenceTo(Node, node), 'Normal', 'CIDRNotAvailable', message);
        throw new Error(`no range of pod addresses is left for node ${name}`);
      }
      given.set(name, own);
      await assign(context, name, own);
      return undefined;
    },
  };
}

const podRanges = ({ spec }: Readonly<Node>): readonly string[] =>
  spec?.podCIDRs ?? (spec?.podCIDR ? [spec.podCIDR] : []);

async function assign(context: ControllerContext, name: string, own: readonly string[]): Promise<void> {
  const patch = { spec: { podCIDR: own[0], podCIDRs: own } };
  await context.client.patch(Node, name, undefined, 'strategic', patch).catch((error: unknown) => {
    if (!isNotFound(error)) throw error;
  });
}
