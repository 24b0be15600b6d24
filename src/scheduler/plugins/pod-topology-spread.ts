// Topology spread constraints: keeps the numbers of matching pods per domain within maxSkew, as a rule or as a wish.
// A pod without constraints is spread softly over hosts and zones with its siblings (system defaulting).
import type { TopologySpreadConstraint } from '../../api/kinds/core/v1/affinity.ts';
import { labelsOf, namespaceOf } from '../../api/meta/v1/object.ts';
import { matchesRequiredAffinity } from '../../api/nodes/affinity.ts';
import { tolerates } from '../../api/nodes/taints.ts';
import { type LabelSelector, labelSelectorOf } from '../../api/selectors/label-selector.ts';
import type { NodeInfo } from '../cache/node-info.ts';
import type { PodInfo } from '../cache/pod-info.ts';
import {
  type CycleState,
  type FilterPlugin,
  MAX_SCORE,
  type PreFilterPlugin,
  type PreScorePlugin,
  type ScorePlugin,
} from '../framework/plugin.ts';

interface Constraint {
  readonly topologyKey: string;
  readonly maxSkew: number;
  readonly minDomains: number;
  readonly selector: LabelSelector;
  readonly selfMatches: boolean;
  readonly counts: Map<string, number>;
}

/** The selector of whatever owns the pod (Service, ReplicaSet, …), for default spreading. */
export type SiblingSelector = (pod: PodInfo) => LabelSelector | undefined;

export function podTopologySpread(
  siblings: SiblingSelector,
): FilterPlugin & PreFilterPlugin & PreScorePlugin & ScorePlugin {
  return {
    name: 'PodTopologySpread',
    weight: 2,
    preFilter(state, pod, nodes) {
      const constraints = prepare(pod, 'DoNotSchedule', nodes);
      state.set('PodTopologySpread', constraints);
      return undefined;
    },
    filter(state, _pod, node) {
      for (const constraint of state.get('PodTopologySpread') as Constraint[]) {
        const value = node.label(constraint.topologyKey);
        if (value === undefined)
          return {
            reasons: ["node(s) didn't match pod topology spread constraints (missing required label)"],
            final: true,
          };
        if (skewAfter(constraint, value) > constraint.maxSkew)
          return { reasons: ["node(s) didn't match pod topology spread constraints"] };
      }
      return undefined;
    },
    preScore(state: CycleState, pod, nodes) {
      const own = prepare(pod, 'ScheduleAnyway', nodes);
      const wished = pod.pod.spec?.topologySpreadConstraints?.length
        ? own
        : defaults(pod, siblings(pod), nodes);
      state.set('PodTopologySpread.score', wished);
    },
    score(state, _pod, node) {
      let sum = 0;
      for (const { topologyKey, counts, maxSkew } of state.get('PodTopologySpread.score') as Constraint[]) {
        const value = node.label(topologyKey);
        if (value !== undefined) sum += (counts.get(value) ?? 0) * Math.log(counts.size + 2) + (maxSkew - 1);
      }
      return sum;
    },
    normalize(state, scores) {
      const constraints = state.get('PodTopologySpread.score') as Constraint[];
      const high = Math.max(...scores);
      const low = Math.min(...scores);
      for (let i = 0; i < scores.length; i++)
        scores[i] =
          constraints.length && high > 0
            ? Math.floor((MAX_SCORE * (high + low - scores[i]!)) / high)
            : MAX_SCORE;
    },
  };
}

function prepare(
  pod: PodInfo,
  when: TopologySpreadConstraint['whenUnsatisfiable'],
  nodes: readonly NodeInfo[],
): Constraint[] {
  const wanted = (pod.pod.spec?.topologySpreadConstraints ?? []).filter((c) => c.whenUnsatisfiable === when);
  return wanted.map((constraint) => {
    const selector = labelSelectorOf(withLabelKeys(constraint, pod));
    const eligible = nodes.filter((node) => counts(constraint, pod, node));
    return counted(
      pod,
      constraint.topologyKey,
      constraint.maxSkew,
      constraint.minDomains ?? 1,
      selector,
      eligible,
    );
  });
}

function withLabelKeys(constraint: TopologySpreadConstraint, pod: PodInfo) {
  const labels = labelsOf(pod.pod);
  const extra = (constraint.matchLabelKeys ?? [])
    .filter((key) => Object.hasOwn(labels, key))
    .map((key) => ({ key, operator: 'In' as const, values: [labels[key]!] }));
  const selector = constraint.labelSelector;
  return selector && { ...selector, matchExpressions: [...(selector.matchExpressions ?? []), ...extra] };
}

/** Whether a node takes part in the counting (nodeAffinityPolicy, nodeTaintsPolicy). */
function counts(constraint: TopologySpreadConstraint, pod: PodInfo, node: NodeInfo): boolean {
  if (constraint.nodeAffinityPolicy !== 'Ignore' && !matchesRequiredAffinity(pod.pod.spec, node))
    return false;
  if (constraint.nodeTaintsPolicy !== 'Honor') return true;
  return (node.node?.spec?.taints ?? []).every(
    (taint) => taint.effect === 'PreferNoSchedule' || tolerates(pod.pod.spec?.tolerations, taint),
  );
}

function counted(
  pod: PodInfo,
  topologyKey: string,
  maxSkew: number,
  minDomains: number,
  selector: LabelSelector,
  nodes: readonly NodeInfo[],
): Constraint {
  const counts = new Map<string, number>();
  const namespace = namespaceOf(pod.pod);
  for (const node of nodes) {
    const value = node.label(topologyKey);
    if (value === undefined) continue;
    let matching = counts.get(value) ?? 0;
    for (const { pod: other } of node.pods.values())
      if (
        namespaceOf(other) === namespace &&
        !other.metadata.deletionTimestamp &&
        selector.matches(labelsOf(other))
      )
        matching++;
    counts.set(value, matching);
  }
  return {
    topologyKey,
    maxSkew,
    minDomains,
    selector,
    selfMatches: selector.matches(labelsOf(pod.pod)),
    counts,
  };
}

function skewAfter({ counts, minDomains, selfMatches }: Constraint, value: string): number {
  const fewest = counts.size < minDomains ? 0 : Math.min(...counts.values());
  return (counts.get(value) ?? 0) + (selfMatches ? 1 : 0) - fewest;
}

function defaults(
  pod: PodInfo,
  selector: LabelSelector | undefined,
  nodes: readonly NodeInfo[],
): Constraint[] {
  if (!selector) return [];
  return [
    counted(pod, 'kubernetes.io/hostname', 3, 1, selector, nodes),
    counted(pod, 'topology.kubernetes.io/zone', 5, 1, selector, nodes),
  ];
}
