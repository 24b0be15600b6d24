// Which nodes take the traffic of load balancers. Pure. Upstream: the predicates in controllers/service/controller.go; whether a
// node is ready does not count, since load balancers find out by themselves.
import type { Node } from '../../../api/kinds/core/v1/node.ts';
import { isBeingDeleted, labelsOf, nameOf } from '../../../api/meta/v1/object.ts';

const EXCLUDED = 'node.kubernetes.io/exclude-from-external-load-balancers';
/** The cluster autoscaler is about to delete the node. */
const GOING = 'ToBeDeletedByClusterAutoscaler';
/** How Go's strconv.ParseBool reads `false`. */
const FALSE = new Set(['0', 'f', 'F', 'false', 'FALSE', 'False']);

/** The label excludes a node whatever its value, except that it may say false. */
export function isIncluded(node: Readonly<Node>): boolean {
  const value = labelsOf(node)[EXCLUDED];
  return value === undefined || FALSE.has(value);
}

export const takesTraffic = (node: Readonly<Node>): boolean =>
  !isBeingDeleted(node) && isIncluded(node) && !(node.spec?.taints ?? []).some(({ key }) => key === GOING);

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
