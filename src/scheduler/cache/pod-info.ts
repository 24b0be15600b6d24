// A pod as the scheduler sees it: what every plugin would otherwise work out again, once.

import type { PodAffinityTerm, WeightedPodAffinityTerm } from '../../api/kinds/core/v1/affinity.ts';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { keyOf, namespaceOf, uidOf } from '../../api/meta/v1/object.ts';
import { lastingContainers } from '../../api/pods/containers.ts';
import { type LabelSelector, labelSelectorOf } from '../../api/selectors/label-selector.ts';
import { type Amounts, podRequests, podScoringRequests } from './resources.ts';

export interface HostPortClaim {
  readonly ip: string;
  readonly protocol: string;
  readonly port: number;
}

export interface AffinityTerm {
  readonly selector: LabelSelector;
  readonly namespaces: ReadonlySet<string>;
  readonly namespaceSelector: LabelSelector | undefined;
  readonly topologyKey: string;
  readonly weight: number;
}

export interface PodInfo {
  readonly pod: Readonly<Pod>;
  readonly key: string;
  readonly uid: string;
  readonly priority: number;
  readonly requests: Amounts;
  readonly scoringRequests: Amounts;
  readonly hostPorts: readonly HostPortClaim[];
  readonly affinity: readonly AffinityTerm[];
  readonly antiAffinity: readonly AffinityTerm[];
  readonly preferredAffinity: readonly AffinityTerm[];
  readonly preferredAntiAffinity: readonly AffinityTerm[];
}

export function podInfo(pod: Readonly<Pod>): PodInfo {
  const { podAffinity, podAntiAffinity } = pod.spec?.affinity ?? {};
  const required = (terms: PodAffinityTerm[] | undefined) =>
    (terms ?? []).map((term) => affinityTerm(pod, term, 0));
  const preferred = (terms: WeightedPodAffinityTerm[] | undefined) =>
    (terms ?? []).map(({ podAffinityTerm, weight }) => affinityTerm(pod, podAffinityTerm, weight));
  return {
    pod,
    key: keyOf(pod),
    uid: uidOf(pod),
    priority: pod.spec?.priority ?? 0,
    requests: podRequests(pod),
    scoringRequests: podScoringRequests(pod),
    hostPorts: hostPortsOf(pod),
    affinity: required(podAffinity?.requiredDuringSchedulingIgnoredDuringExecution),
    antiAffinity: required(podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution),
    preferredAffinity: preferred(podAffinity?.preferredDuringSchedulingIgnoredDuringExecution),
    preferredAntiAffinity: preferred(podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution),
  };
}

/** The term's selector with matchLabelKeys and mismatchLabelKeys taken from the pod that has the term. */
function affinityTerm(pod: Readonly<Pod>, term: PodAffinityTerm, weight: number): AffinityTerm {
  const labels = pod.metadata.labels ?? {};
  const merged = (keys: string[] | undefined, operator: 'In' | 'NotIn') =>
    (keys ?? [])
      .filter((key) => Object.hasOwn(labels, key))
      .map((key) => ({ key, operator, values: [labels[key]!] }));
  const extra = [...merged(term.matchLabelKeys, 'In'), ...merged(term.mismatchLabelKeys, 'NotIn')];
  const selector = term.labelSelector && {
    ...term.labelSelector,
    matchExpressions: [...(term.labelSelector.matchExpressions ?? []), ...extra],
  };
  const own = !term.namespaces?.length && !term.namespaceSelector;
  return {
    selector: labelSelectorOf(selector),
    namespaces: new Set(own ? [namespaceOf(pod)] : term.namespaces),
    namespaceSelector: term.namespaceSelector && labelSelectorOf(term.namespaceSelector),
    topologyKey: term.topologyKey,
    weight,
  };
}

function hostPortsOf(pod: Readonly<Pod>): HostPortClaim[] {
  return lastingContainers(pod.spec).flatMap((container) =>
    (container.ports ?? [])
      .filter((port) => port.hostPort)
      .map((port) => ({
        ip: port.hostIP || '0.0.0.0',
        protocol: port.protocol ?? 'TCP',
        port: port.hostPort!,
      })),
  );
}
