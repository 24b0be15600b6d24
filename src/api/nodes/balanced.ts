// Which nodes take the traffic of load balancers. Pure. Upstream: the predicates of its service controller; whether a
// node is ready does not count, since load balancers find out by themselves.
import type { Node } from '../kinds/core/v1/node.ts';
import { isBeingDeleted, labelsOf } from '../meta/v1/object.ts';

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
