// Which changes of nodes concern load balancers, and how nodes are named in events. Pure. Upstream: controllers/service/controller.go.
import type { Node } from '../../../api/kinds/core/v1/node.ts';
import { nameOf } from '../../../api/meta/v1/object.ts';
import { isIncluded } from '../../../api/nodes/balanced.ts';

/** The change may concern all load balancers. */
export const concernsBalancers = (node: Readonly<Node>, old: Readonly<Node>): boolean =>
  isIncluded(node) !== isIncluded(old) || node.spec?.providerID !== old.spec?.providerID;

export function sameNodes(some: readonly Readonly<Node>[], others: readonly Readonly<Node>[]): boolean {
  if (some.length !== others.length) return false;
  const ids = new Map(some.map((node) => [nameOf(node), node.spec?.providerID ?? '']));
  return others.every((node) => ids.get(nameOf(node)) === (node.spec?.providerID ?? ''));
}

const MOST_NAMES = 20;

/** As Go prints a list of names, twenty of them at most. */
export function namesOf(nodes: readonly Readonly<Node>[]): string {
  const names = nodes.slice(0, MOST_NAMES).map(nameOf).sort();
  if (nodes.length > MOST_NAMES) names.push(`<${nodes.length - MOST_NAMES} more>`);
  return `[${names.join(' ')}]`;
}
