// A topology spread constraint made ready for one pod: compiled selector, and which nodes and pods it counts.
import type { TopologySpreadConstraint } from '../../../api/kinds/core/v1/affinity.ts';
import { matchesRequiredAffinity } from '../../../api/nodes/affinity.ts';
import { tolerates } from '../../../api/nodes/taints.ts';
import { withLabelKeys } from '../../../api/pods/label-keys.ts';
import { type LabelSelector, labelSelectorOf } from '../../../api/selectors/label-selector.ts';
import type { NodeInfo } from '../../cache/node-info.ts';
import type { PodGroup } from '../../cache/pod-groups.ts';
import type { PodInfo, SelectablePod } from '../../cache/pod-info.ts';

export interface Constraint {
  readonly topologyKey: string;
  readonly maxSkew: number;
  readonly minDomains: number;
  readonly selector: LabelSelector;
  readonly honorsAffinity: boolean;
  readonly honorsTaints: boolean;
}

/** The pod's own constraints of one kind: hard ones filter, soft ones score. */
export function constraintsOf(
  pod: PodInfo,
  when: TopologySpreadConstraint['whenUnsatisfiable'],
): readonly Constraint[] {
  const constraints = pod.pod.spec?.topologySpreadConstraints ?? [];
  return constraints
    .filter((constraint) => constraint.whenUnsatisfiable === when)
    .map((constraint) => ({
      topologyKey: constraint.topologyKey,
      maxSkew: constraint.maxSkew,
      minDomains: constraint.minDomains ?? 1,
      selector: labelSelectorOf(withLabelKeys(constraint, pod.labels)),
      honorsAffinity: constraint.nodeAffinityPolicy !== 'Ignore',
      honorsTaints: constraint.nodeTaintsPolicy === 'Honor',
    }));
}

/** The constraints of upstream's system defaulting, for a pod that has none: over hosts and zones, softly. */
export const defaultConstraints = (selector: LabelSelector): readonly Constraint[] => [
  defaultConstraint('kubernetes.io/hostname', 3, selector),
  defaultConstraint('topology.kubernetes.io/zone', 5, selector),
];

const defaultConstraint = (topologyKey: string, maxSkew: number, selector: LabelSelector): Constraint => ({
  topologyKey,
  maxSkew,
  minDomains: 1,
  selector,
  honorsAffinity: true,
  honorsTaints: false,
});

export const hasAllKeys = (constraints: readonly Constraint[], node: NodeInfo): boolean =>
  constraints.every(({ topologyKey }) => node.label(topologyKey) !== undefined);

/** Whether the node's pods are counted for the constraint (nodeAffinityPolicy, nodeTaintsPolicy). */
export function includesNode(constraint: Constraint, pod: PodInfo, node: NodeInfo): boolean {
  if (constraint.honorsAffinity && !matchesRequiredAffinity(pod.pod.spec, node)) return false;
  if (!constraint.honorsTaints) return true;
  return (node.node?.spec?.taints ?? []).every(
    (taint) => taint.effect === 'PreferNoSchedule' || tolerates(pod.pod.spec?.tolerations, taint),
  );
}

/** Whether `other` counts for a pod of the namespace: same namespace, selected, and not being deleted. */
export const countsPod = ({ selector }: Constraint, namespace: string, other: SelectablePod): boolean =>
  other.namespace === namespace && !other.isTerminating && selector.matches(other.labels);

/** Calls `visit` with the node and the number of matching pods on it, for nodes that have any. */
export function forEachCount(
  constraint: Constraint,
  namespace: string,
  groups: Iterable<PodGroup>,
  visit: (node: NodeInfo, pods: number) => void,
): void {
  for (const group of groups)
    if (countsPod(constraint, namespace, group)) for (const [node, pods] of group.nodes) visit(node, pods);
}
