// Pod affinity and anti-affinity: the newcomer's terms against pods in place, and their anti-affinity against the newcomer.
// Counts matching pods per topology domain once a cycle.
import { labelsOf, namespaceOf } from '../../api/meta/v1/object.ts';
import type { NodeInfo } from '../cache/node-info.ts';
import type { AffinityTerm, PodInfo } from '../cache/pod-info.ts';
import {
  type CycleState,
  type FilterPlugin,
  MAX_SCORE,
  type PreFilterPlugin,
  type PreScorePlugin,
  type ScorePlugin,
} from '../framework/plugin.ts';

/** `topologyKey value` → how many matches, or how much weight. */
type Domains = Map<string, number>;

interface FilterState {
  /** Per required affinity term of the newcomer. */
  readonly affinity: readonly Domains[];
  readonly antiAffinity: readonly Domains[];
  /** Domains that pods in place keep the newcomer out of. */
  readonly refused: Domains;
}

export function interPodAffinity(
  namespaceLabels: (name: string) => Readonly<Record<string, string>>,
): FilterPlugin & PreFilterPlugin & PreScorePlugin & ScorePlugin {
  const matches = (term: AffinityTerm, { pod }: PodInfo): boolean => {
    const namespace = namespaceOf(pod);
    const inNamespace =
      term.namespaces.has(namespace) || term.namespaceSelector?.matches(namespaceLabels(namespace)) === true;
    return inNamespace && term.selector.matches(labelsOf(pod));
  };

  const count = (terms: readonly AffinityTerm[], nodes: readonly NodeInfo[]): Domains[] =>
    terms.map((term) => {
      const domains: Domains = new Map();
      for (const node of nodes)
        for (const other of node.pods.values())
          if (matches(term, other)) bump(domains, node, term.topologyKey, 1);
      return domains;
    });

  const refusals = (pod: PodInfo, nodes: readonly NodeInfo[]): Domains => {
    const domains: Domains = new Map();
    for (const node of nodes)
      for (const other of node.podsWithAffinity.values())
        for (const term of other.antiAffinity)
          if (matches(term, pod)) bump(domains, node, term.topologyKey, 1);
    return domains;
  };

  const weigh = (pod: PodInfo, nodes: readonly NodeInfo[]): Domains => {
    const domains: Domains = new Map();
    for (const node of nodes) {
      for (const other of node.pods.values()) {
        for (const term of pod.preferredAffinity)
          if (matches(term, other)) bump(domains, node, term.topologyKey, term.weight);
        for (const term of pod.preferredAntiAffinity)
          if (matches(term, other)) bump(domains, node, term.topologyKey, -term.weight);
      }
      for (const other of node.podsWithAffinity.values()) {
        for (const term of other.affinity) if (matches(term, pod)) bump(domains, node, term.topologyKey, 1);
        for (const term of other.preferredAffinity)
          if (matches(term, pod)) bump(domains, node, term.topologyKey, term.weight);
        for (const term of other.preferredAntiAffinity)
          if (matches(term, pod)) bump(domains, node, term.topologyKey, -term.weight);
      }
    }
    return domains;
  };

  /** The first pod of a group that wants to be near itself may go anywhere that has the topology keys. */
  const isFirstOfItsKind = (pod: PodInfo, { affinity }: FilterState) =>
    affinity.every((domains) => domains.size === 0) && pod.affinity.every((term) => matches(term, pod));

  return {
    name: 'InterPodAffinity',
    weight: 2,
    preFilter(state, pod, nodes) {
      const prepared: FilterState = {
        affinity: count(pod.affinity, nodes),
        antiAffinity: count(pod.antiAffinity, nodes),
        refused: refusals(pod, nodes),
      };
      state.set('InterPodAffinity', prepared);
      return undefined;
    },
    filter(state, pod, node) {
      const prepared = state.get('InterPodAffinity') as FilterState;
      const near = pod.affinity.every((term, i) => {
        const value = node.label(term.topologyKey);
        return (
          value !== undefined &&
          (prepared.affinity[i]!.has(`${term.topologyKey} ${value}`) || isFirstOfItsKind(pod, prepared))
        );
      });
      if (!near) return { reasons: ["node(s) didn't match pod affinity rules"], final: true };
      if (pod.antiAffinity.some((term, i) => has(prepared.antiAffinity[i]!, node, term.topologyKey)))
        return { reasons: ["node(s) didn't match pod anti-affinity rules"] };
      for (const domain of prepared.refused.keys()) {
        const [key = '', value] = domain.split(' ');
        if (node.label(key) === value)
          return { reasons: ["node(s) didn't satisfy existing pods anti-affinity rules"] };
      }
      return undefined;
    },
    preScore(state: CycleState, pod, nodes) {
      state.set('InterPodAffinity.score', weigh(pod, nodes));
    },
    score(state, _pod, node) {
      let sum = 0;
      for (const [domain, weight] of state.get('InterPodAffinity.score') as Domains) {
        const [key = '', value] = domain.split(' ');
        if (node.label(key) === value) sum += weight;
      }
      return sum;
    },
    normalize(_state, scores) {
      const low = Math.min(...scores);
      const span = Math.max(...scores) - low;
      for (let i = 0; i < scores.length; i++)
        scores[i] = span ? Math.floor((MAX_SCORE * (scores[i]! - low)) / span) : 0;
    },
  };
}

function bump(domains: Domains, node: NodeInfo, topologyKey: string, by: number): void {
  const value = node.label(topologyKey);
  if (value === undefined) return;
  const domain = `${topologyKey} ${value}`;
  domains.set(domain, (domains.get(domain) ?? 0) + by);
}

function has(domains: Domains, node: NodeInfo, topologyKey: string): boolean {
  const value = node.label(topologyKey);
  return value !== undefined && (domains.get(`${topologyKey} ${value}`) ?? 0) > 0;
}
