// A topology spread constraint made ready for one pod: compiled selector, and which nodes and pods it counts.
import type { TopologySpreadConstraint } from '../../../api/kinds/core/v1/affinity.ts';
import type { Pod } from '../../../api/kinds/core/v1/pod.ts';
import { matchesRequiredAffinity } from '../../../api/nodes/affinity.ts';
import { tolerates } from '../../../api/nodes/taints.ts';
import { withLabelKeys } from '../../../api/pods/label-keys.ts';
import { type LabelSelector, labelSelectorOf } from '../../../api/selectors/label-selector.ts';
import type { NodeInfo } from '../../cache/node-info.ts';
import { type PodInfo, type SelectablePod, selectorKey } from '../../cache/pod-info.ts';
import type { TallySpec } from '../../cache/tallies.ts';

export interface Constraint {
  readonly topologyKey: string;
  readonly maxSkew: number;
  readonly minDomains: number;
  readonly selector: LabelSelector;
  readonly honorsAffinity: boolean;
  readonly honorsTaints: boolean;
}

type When = TopologySpreadConstraint['whenUnsatisfiable'];

/** The pod's own constraints of one kind: hard ones filter, soft ones score. */
export const constraintsOf = (pod: PodInfo, when: When): readonly Constraint[] =>
  ofKind(pod.pod.spec?.topologySpreadConstraints, when).map((constraint) =>
    readyWith(constraint, labelSelectorOf(withLabelKeys(constraint, pod.labels))),
  );

/** The profile's constraints for a pod that has none. */
export const defaultConstraints = (
  defaults: readonly TopologySpreadConstraint[],
  when: When,
  selector: LabelSelector,
): readonly Constraint[] => ofKind(defaults, when).map((constraint) => readyWith(constraint, selector));

/** Upstream's system defaulting: over hosts and zones, softly. */
export const SYSTEM_DEFAULTS: readonly TopologySpreadConstraint[] = [
  { topologyKey: 'kubernetes.io/hostname', maxSkew: 3, whenUnsatisfiable: 'ScheduleAnyway' },
  { topologyKey: 'topology.kubernetes.io/zone', maxSkew: 5, whenUnsatisfiable: 'ScheduleAnyway' },
];

const ofKind = (constraints: readonly TopologySpreadConstraint[] | undefined, when: When) =>
  (constraints ?? []).filter(({ whenUnsatisfiable }) => whenUnsatisfiable === when);

const readyWith = (constraint: TopologySpreadConstraint, selector: LabelSelector): Constraint => ({
  topologyKey: constraint.topologyKey,
  maxSkew: constraint.maxSkew,
  minDomains: constraint.minDomains ?? 1,
  selector,
  honorsAffinity: constraint.nodeAffinityPolicy !== 'Ignore',
  honorsTaints: constraint.nodeTaintsPolicy === 'Honor',
});

export const hasAllKeys = (constraints: readonly Constraint[], node: NodeInfo): boolean =>
  constraints.every(({ topologyKey }) => node.label(topologyKey) !== undefined);

/** Whether the node's pods are counted for the constraint (nodeAffinityPolicy, nodeTaintsPolicy). */
export function includesNode(constraint: Constraint, pod: Readonly<Pod>, node: NodeInfo): boolean {
  if (constraint.honorsAffinity && !matchesRequiredAffinity(pod.spec, node)) return false;
  if (!constraint.honorsTaints) return true;
  return (node.node?.spec?.taints ?? []).every(
    (taint) => taint.effect === 'PreferNoSchedule' || tolerates(pod.spec?.tolerations, taint),
  );
}

/** Whether `other` counts for a pod of the namespace: same namespace, selected, and not being deleted. */
export const countsPod = ({ selector }: Constraint, namespace: string, other: SelectablePod): boolean =>
  other.namespace === namespace && !other.isTerminating && selector.matches(other.labels);

/**
 * The pods that count for a constraint of the pod, per domain, on nodes that have all of `keys` and are not left out by
 * nodeAffinityPolicy or nodeTaintsPolicy.
 */
export function tallyOf(
  constraint: Constraint,
  { pod, namespace }: PodInfo,
  keys: readonly string[],
  domainOf: (node: NodeInfo) => string | undefined,
  what: 'filter' | 'score',
): TallySpec {
  const { topologyKey, selector, honorsAffinity, honorsTaints } = constraint;
  const affinity = honorsAffinity && [pod.spec?.nodeSelector, pod.spec?.affinity?.nodeAffinity];
  const tolerations = honorsTaints && (pod.spec?.tolerations ?? []);
  return {
    key: JSON.stringify([what, topologyKey, namespace, selectorKey(selector), keys, affinity, tolerations]),
    counts: (other) => countsPod(constraint, namespace, other),
    domainOf: (node) =>
      keys.every((key) => node.label(key) !== undefined) && includesNode(constraint, pod, node)
        ? domainOf(node)
        : undefined,
  };
}
