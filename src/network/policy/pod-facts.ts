// What policies need to know of a pod. Pure. Made by pod-book.ts from what the API and the kubelet say.
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { labelsOf, namespaceOf, uidOf } from '../../api/meta/v1/object.ts';
import { type NamedPort, namedPorts } from '../../api/network-policies/named-ports.ts';
import type { Labels } from '../../api/selectors/label-selector.ts';

export interface PodFacts {
  readonly uid: string;
  readonly namespace: string;
  readonly labels: Labels;
  /** Its own addresses, canonical. */
  readonly addresses: readonly string[];
  readonly ports: readonly NamedPort[];
  /** It runs on this node: its policies are enforced here. */
  readonly local: boolean;
}

/** Pods on the host's network share the node's addresses: for policies they are the node. */
export const hasNetwork = (pod: Pod): boolean => pod.spec?.hostNetwork !== true;

/** Nothing of it runs any more, and its addresses may be another pod's. */
export const hasEnded = ({ status }: Pod): boolean =>
  status?.phase === 'Succeeded' || status?.phase === 'Failed';

export const factsOf = (pod: Pod, addresses: readonly string[], local: boolean): PodFacts => ({
  uid: uidOf(pod),
  namespace: namespaceOf(pod),
  labels: labelsOf(pod),
  addresses,
  ports: namedPorts(pod.spec),
  local,
});
