// Promise: every node has a podCIDR of its own from each cluster CIDR. Ranges that were allocated but are not in the cache yet
// are remembered, so that no range is allocated twice. Upstream: pkg/controller/nodeipam/ipam/range_allocator.go.
import { Node } from '../../api/kinds/core/v1/node.ts';
import { isBeingDeleted, nameOf } from '../../api/meta/v1/object.ts';
import { isNotFound } from '../../api/status/status-error.ts';
import { referenceTo } from '../../client/events/events.ts';
import { type Controller, type ControllerContext, watch } from '../framework/controller.ts';
import { RangeAllocator } from './allocator.ts';
import { RangeInstruments } from './instruments.ts';
import type { Ranges } from './plan.ts';

/** As upstream's. */
const WORKERS = 30;

export function createNodeIpamController(context: ControllerContext, ranges: Ranges | undefined): Controller {
  const nodes = context.informers.informer(Node);
  if (!ranges) return { name: 'node-ipam-controller', watches: [], reconcile: async () => undefined };
  const allocator = new RangeAllocator(ranges, new RangeInstruments(context.metrics));
  const see = (node: Readonly<Node>): string[] => {
    const own = podRanges(node);
    if (own.length === 0) return [nameOf(node)];
    allocator.hold(nameOf(node), own);
    return [];
  };
  return {
    name: 'node-ipam-controller',
    workers: WORKERS,
    watches: [
      watch(nodes, {
        onAdd: see,
        onUpdate: see,
        onDelete: (node) => {
          allocator.release(nameOf(node));
          return [];
        },
      }),
    ],
    reconcile: async (name) => {
      const node = nodes.lister.get(name);
      if (!node || podRanges(node).length > 0 || isBeingDeleted(node)) return undefined;
      const own = allocator.allocate(name);
      if (!own) {
        record(context, node, 'CIDRNotAvailable');
        throw new Error(`no range of pod addresses is left for node ${name}`);
      }
      try {
        await assign(context, node, own);
      } catch (error) {
        // The range stays the node's: the write may have been made.
        record(context, node, 'CIDRAssignmentFailed');
        throw error;
      }
      return undefined;
    },
  };
}

const podRanges = ({ spec }: Readonly<Node>): readonly string[] =>
  spec?.podCIDRs ?? (spec?.podCIDR ? [spec.podCIDR] : []);

function record(context: ControllerContext, node: Readonly<Node>, status: string): void {
  const message = `Node ${nameOf(node)} status is now: ${status}`;
  context.events.record(referenceTo(Node, node), 'Normal', status, message);
}

/** Not to another node of the same name: by then the range may be a third one's. */
async function assign(
  context: ControllerContext,
  node: Readonly<Node>,
  own: readonly string[],
): Promise<void> {
  const patch = { metadata: { uid: node.metadata.uid }, spec: { podCIDR: own[0], podCIDRs: own } };
  await context.client.patch(Node, nameOf(node), undefined, 'strategic', patch).catch((error: unknown) => {
    if (!isNotFound(error)) throw error;
  });
}
