// A pod as the scheduler sees it: what plugins ask for again and again is worked out once, when the pod comes from the API.

import type { PodAffinityTerm, WeightedPodAffinityTerm } from '../../api/kinds/core/v1/affinity.ts';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { isBeingDeleted, keyOf, labelsOf, nameOf, namespaceOf, uidOf } from '../../api/meta/v1/object.ts';
import { type HostPortClaim, hostPortsOf } from '../../api/pods/host-ports.ts';
import { withLabelKeys } from '../../api/pods/label-keys.ts';
import { type LabelSelector, labelSelectorOf } from '../../api/selectors/label-selector.ts';
import { type Amounts, areSame, podRequests, podScoringRequests } from './resources.ts';

export interface AffinityTerm {
  /** The same for terms that say the same. */
  readonly key: string;
  readonly selector: LabelSelector;
  readonly namespaces: ReadonlySet<string>;
  readonly namespaceSelector: LabelSelector | undefined;
  readonly topologyKey: string;
  readonly weight: number;
}

/** What selectors see of a pod. */
export interface SelectablePod {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly isTerminating: boolean;
}

export interface PodInfo extends SelectablePod {
  readonly pod: Readonly<Pod>;
  readonly key: string;
  readonly uid: string;
  /** Equal for pods that no selector can tell apart. */
  readonly groupKey: string;
  readonly priority: number;
  /** status.startTime in milliseconds since 1970. */
  readonly startTime: number | undefined;
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
    terms?.map((term) => affinityTerm(pod, term, 0)) ?? NONE;
  const preferred = (terms: WeightedPodAffinityTerm[] | undefined) =>
    terms?.map(({ podAffinityTerm, weight }) => affinityTerm(pod, podAffinityTerm, weight)) ?? NONE;
  const requests = podRequests(pod);
  const scoringRequests = podScoringRequests(pod);
  const selectable = {
    namespace: namespaceOf(pod),
    labels: labelsOf(pod),
    isTerminating: isBeingDeleted(pod),
  };
  return {
    ...selectable,
    groupKey: groupKeyOf(selectable),
    pod,
    key: keyOf(pod),
    uid: uidOf(pod),
    priority: pod.spec?.priority ?? 0,
    startTime: pod.status?.startTime ? Date.parse(pod.status.startTime) : undefined,
    requests,
    // Nobody changes them, and most are the same: one map takes a quarter of what is kept of a pod.
    scoringRequests: areSame(requests, scoringRequests) ? requests : scoringRequests,
    hostPorts: hostPortsOf(pod),
    affinity: required(podAffinity?.requiredDuringSchedulingIgnoredDuringExecution),
    antiAffinity: required(podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution),
    preferredAffinity: preferred(podAffinity?.preferredDuringSchedulingIgnoredDuringExecution),
    preferredAntiAffinity: preferred(podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution),
  };
}

const NONE: readonly AffinityTerm[] = [];

export const nameOfPod = ({ pod, namespace }: PodInfo) => ({ namespace, name: nameOf(pod) });

function groupKeyOf({ namespace, labels, isTerminating }: SelectablePod): string {
  const sorted = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([namespace, isTerminating, sorted]);
}

/** The term's selector with matchLabelKeys and mismatchLabelKeys taken from the pod that has the term. */
function affinityTerm(pod: Readonly<Pod>, term: PodAffinityTerm, weight: number): AffinityTerm {
  const own = !term.namespaces?.length && !term.namespaceSelector;
  const { topologyKey } = term;
  const selector = labelSelectorOf(withLabelKeys(term, labelsOf(pod)));
  const namespaces = new Set(own ? [namespaceOf(pod)] : term.namespaces);
  const namespaceSelector = term.namespaceSelector && labelSelectorOf(term.namespaceSelector);
  const selectors = [selectorKey(selector), namespaceSelector && selectorKey(namespaceSelector)];
  const key = JSON.stringify([topologyKey, weight, ...selectors, ...[...namespaces].sort()]);
  return { key, selector, namespaces, namespaceSelector, topologyKey, weight };
}

/** The same for selectors that select the same by the same requirements. */
export const selectorKey = ({ empty, requirements }: LabelSelector): string =>
  empty ? 'all' : JSON.stringify(requirements);
