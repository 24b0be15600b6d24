// matchLabelKeys and mismatchLabelKeys: a selector gets the pod's own values of the keys. The API server merges them into the
// selectors of a new pod; the scheduler does it again for pods that were created without that.
import type { PodAffinityTerm } from '../kinds/core/v1/affinity.ts';
import type { Pod } from '../kinds/core/v1/pod.ts';
import type { LabelSelector, LabelSelectorRequirement } from '../meta/v1/label-selector.ts';

interface LabelKeys {
  readonly labelSelector?: LabelSelector;
  readonly matchLabelKeys?: string[];
  readonly mismatchLabelKeys?: string[];
}

type Labels = Readonly<Record<string, string>>;

/** A missing selector matches nothing, and stays as it is. */
export function withLabelKeys(
  { labelSelector, matchLabelKeys = [], mismatchLabelKeys = [] }: LabelKeys,
  labels: Labels,
): LabelSelector | undefined {
  const requirements = (keys: readonly string[], operator: 'In' | 'NotIn'): LabelSelectorRequirement[] =>
    keys
      .filter((key) => Object.hasOwn(labels, key))
      .map((key) => ({ key, operator, values: [labels[key]!] }));
  const merged = [...requirements(matchLabelKeys, 'In'), ...requirements(mismatchLabelKeys, 'NotIn')];
  if (!labelSelector || merged.length === 0) return labelSelector;
  return { ...labelSelector, matchExpressions: [...(labelSelector.matchExpressions ?? []), ...merged] };
}

/** In all affinity terms and topology spread constraints of the pod. */
export function mergeLabelKeys({ spec, metadata }: Pod): void {
  const labels = metadata.labels ?? {};
  const merge = (owner: LabelKeys & { labelSelector?: LabelSelector }) => {
    const selector = withLabelKeys(owner, labels);
    if (selector) owner.labelSelector = selector;
  };
  for (const affinity of [spec?.affinity?.podAffinity, spec?.affinity?.podAntiAffinity]) {
    const preferred = affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
    const required: PodAffinityTerm[] = affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
    for (const { podAffinityTerm } of preferred) merge(podAffinityTerm);
    for (const term of required) merge(term);
  }
  for (const constraint of spec?.topologySpreadConstraints ?? []) merge(constraint);
}
