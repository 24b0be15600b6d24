// Whether an event may make a pod fit that PodTopologySpread rejected: domains count other pods, come, go, or change.
import type { NodeInfo } from '../../cache/node-info.ts';
import type { PodInfo } from '../../cache/pod-info.ts';
import { type ClusterEvent, isSame } from '../../framework/cluster-events.ts';
import { type Constraint, hasAllKeys } from './constraint.ts';

export function mayFitAfter(constraints: readonly Constraint[], pod: PodInfo, event: ClusterEvent): boolean {
  const counted = ({ namespace, labels }: PodInfo) =>
    constraints.map(({ selector }) => namespace === pod.namespace && selector.matches(labels));
  switch (event.type) {
    case 'PodAdded':
    case 'PodDeleted':
      return counted(event.pod).includes(true);
    case 'PodUpdated':
      return !isSame(counted(event.pod), counted(event.old));
    case 'NodeAdded':
    case 'NodeDeleted':
      return hasAllKeys(constraints, event.node);
    case 'NodeUpdated':
      return (
        (hasAllKeys(constraints, event.node) || hasAllKeys(constraints, event.old)) &&
        !isSame(whatDomainsDependOn(event.node), whatDomainsDependOn(event.old))
      );
    default:
      return false;
  }
}

/** Labels also for the node affinity, and taints, that a constraint may honour. */
const whatDomainsDependOn = ({ node }: NodeInfo) => [node?.metadata.labels, node?.spec?.taints];
