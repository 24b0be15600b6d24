// Topology spread constraints: keeps the numbers of matching pods in the domains of a topology key within maxSkew of each
// other. A pod without constraints is spread softly over hosts and zones, together with the pods of its Services and owner.
import type { TopologySpreadConstraint } from '../../../api/kinds/core/v1/affinity.ts';
import type { LabelSelector } from '../../../api/selectors/label-selector.ts';
import type { NodeLister } from '../../cache/node-lister.ts';
import type { PodInfo } from '../../cache/pod-info.ts';
import type { FilterPlugin, PreFilterPlugin, PreScorePlugin, ScorePlugin } from '../../framework/plugin.ts';
import { SKIP, SUCCESS, unresolvable, unschedulable } from '../../framework/status.ts';
import { type Constraint, constraintsOf, defaultConstraints, SYSTEM_DEFAULTS } from './constraint.ts';
import { countDomains, filterKey, skewWith, updateDomains } from './filter-state.ts';
import { spreadObstacles } from './obstacles.ts';
import { mayFitAfter } from './queueing-hint.ts';
import { normalize, rawScore, scoreKey, weigh } from './score-state.ts';

/** Selects the pods of whatever the pod belongs to; undefined when it belongs to nothing. */
export type DefaultSelector = (pod: PodInfo) => LabelSelector | undefined;

const missingKey = unresolvable(
  "node(s) didn't match pod topology spread constraints (missing required label)",
);
const tooSkewed = unschedulable("node(s) didn't match pod topology spread constraints");

export function podTopologySpread(
  nodes: NodeLister,
  defaultSelector: DefaultSelector,
  defaults: readonly TopologySpreadConstraint[] = SYSTEM_DEFAULTS,
): FilterPlugin & PreFilterPlugin & PreScorePlugin & ScorePlugin {
  // Asked for again at every event that may help the pod.
  const own = {
    DoNotSchedule: remembered((pod) => constraintsOf(pod, 'DoNotSchedule')),
    ScheduleAnyway: remembered((pod) => constraintsOf(pod, 'ScheduleAnyway')),
  };
  const hasOwn = ({ pod }: PodInfo) => Boolean(pod.spec?.topologySpreadConstraints?.length);
  const constraints = (pod: PodInfo, when: TopologySpreadConstraint['whenUnsatisfiable']) => {
    if (hasOwn(pod)) return own[when](pod);
    if (!defaults.some(({ whenUnsatisfiable }) => whenUnsatisfiable === when)) return [];
    const selector = defaultSelector(pod);
    return selector ? defaultConstraints(defaults, when, selector) : [];
  };
  return {
    name: 'PodTopologySpread',
    weight: 2,
    preFilter(state, pod) {
      const hard = constraints(pod, 'DoNotSchedule');
      if (hard.length === 0) return { status: SKIP };
      state.write(filterKey, countDomains(hard, pod, nodes));
      return { status: SUCCESS };
    },
    preFilterExtensions: {
      addPod(state, pod, other, node) {
        updateDomains(state.read(filterKey), pod, other, node, 1);
        return SUCCESS;
      },
      removePod(state, pod, other, node) {
        updateDomains(state.read(filterKey), pod, other, node, -1);
        return SUCCESS;
      },
    },
    filter(state, _pod, node) {
      for (const counted of state.read(filterKey)) {
        const domain = node.label(counted.constraint.topologyKey);
        if (domain === undefined) return missingKey;
        if (skewWith(counted, domain) > counted.constraint.maxSkew) return tooSkewed;
      }
      return SUCCESS;
    },
    obstacles: (state) => (node) => spreadObstacles(state.read(filterKey), node),
    mayFitAfter: (pod, event) => mayFitAfter(constraints(pod, 'DoNotSchedule'), pod, event),
    preScore(state, pod, feasible) {
      const soft = constraints(pod, 'ScheduleAnyway');
      if (soft.length === 0) return SKIP;
      const requireAllKeys = hasOwn(pod) || defaults !== SYSTEM_DEFAULTS;
      state.write(scoreKey, weigh(soft, requireAllKeys, pod, feasible, nodes));
      return SUCCESS;
    },
    score: (state, _pod, node) => rawScore(state.read(scoreKey), node),
    normalizeScore: (_state, _pod, scores) => normalize(scores),
  };
}

/** Works the constraints out once for each pod as it came from the API. */
function remembered(of: (pod: PodInfo) => readonly Constraint[]): (pod: PodInfo) => readonly Constraint[] {
  const known = new WeakMap<PodInfo, readonly Constraint[]>();
  return (pod) => {
    const constraints = known.get(pod) ?? of(pod);
    known.set(pod, constraints);
    return constraints;
  };
}
