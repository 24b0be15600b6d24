// Whether an event may make a pod fit that InterPodAffinity rejected.
import type { PodInfo } from '../../cache/pod-info.ts';
import { type ClusterEvent, isSame } from '../../framework/cluster-events.ts';
import { matchesAll, type TermMatcher } from './term-matcher.ts';

export function mayFitAfter(matches: TermMatcher, pod: PodInfo, event: ClusterEvent): boolean {
  const isWanted = (other: PodInfo) => matchesAll(matches, pod.affinity, other);
  const isUnwanted = (other: PodInfo) => pod.antiAffinity.some((term) => matches(term, other));
  switch (event.type) {
    case 'PodAdded':
      return isWanted(event.pod);
    case 'PodUpdated':
      return (
        (isWanted(event.pod) && !isWanted(event.old)) || (isUnwanted(event.old) && !isUnwanted(event.pod))
      );
    case 'PodDeleted':
      return (
        isUnwanted(event.pod) ||
        event.pod.antiAffinity.some((term) => matches(term, pod)) ||
        // When the last one that it wants to be near is gone, a pod that wants to be near itself may go anywhere.
        (isWanted(event.pod) && isWanted(pod))
      );
    case 'NodeAdded':
      return true;
    case 'NodeUpdated':
      return !isSame(event.node.node?.metadata.labels, event.old.node?.metadata.labels);
    default:
      return false;
  }
}
