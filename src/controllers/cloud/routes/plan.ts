// Which routes are to be removed and made, so that each podCIDR of each node has one. Pure.
// Upstream: reconcile (cloud-provider/controllers/route/route_controller.go).
import { overlaps, type Prefix, prefixOf } from '../../../api/addresses/prefix.ts';
import type { Node } from '../../../api/kinds/core/v1/node.ts';
import { nameOf } from '../../../api/meta/v1/object.ts';
import { sameMeaning } from '../../framework/same-meaning.ts';
import type { Route } from '../provider.ts';

export interface Missing {
  readonly node: Readonly<Node>;
  readonly destinationCIDR: string;
}

export interface RoutePlan {
  readonly remove: readonly Route[];
  readonly create: readonly Missing[];
}

export const podCIDRsOf = ({ spec }: Readonly<Node>): readonly string[] => spec?.podCIDRs ?? [];

const idOf = (node: string, cidr: string): string => `${node} ${cidr}`;

/** Routes outside `ranges` are somebody else's. */
export function planOf(
  nodes: readonly Readonly<Node>[],
  routes: readonly Route[],
  ranges: readonly Prefix[],
): RoutePlan {
  const present = new Map(routes.map((route) => [idOf(route.targetNode, route.destinationCIDR), route]));
  const kept = new Set<string>();
  const create: Missing[] = [];
  for (const node of nodes)
    for (const destinationCIDR of podCIDRsOf(node)) {
      const id = idOf(nameOf(node), destinationCIDR);
      const route = present.get(id);
      if (route && leadsTo(route, node)) kept.add(id);
      else create.push({ node, destinationCIDR });
    }
  const remove = routes.filter((route) => {
    const isOurs = route.blackhole || !kept.has(idOf(route.targetNode, route.destinationCIDR));
    return isOurs && isInside(route, ranges);
  });
  return { remove, create };
}

const leadsTo = ({ targetAddresses }: Route, { status }: Readonly<Node>): boolean =>
  !targetAddresses || sameMeaning(sorted(targetAddresses), sorted(status?.addresses ?? []));

const sorted = (addresses: readonly { type: string; address: string }[]): string[] =>
  addresses.map(({ type, address }) => `${type} ${address}`).sort();

function isInside({ destinationCIDR }: Route, ranges: readonly Prefix[]): boolean {
  const prefix = prefixOf(destinationCIDR);
  return prefix !== undefined && ranges.some((range) => overlaps(range, prefix));
}
