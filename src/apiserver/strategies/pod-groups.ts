// Workloads and PodGroups: fields of features that are off are not stored, unless they are already.
// Upstream: pkg/registry/scheduling/{workload,podgroup}/strategy.go.
import type { FeatureGates } from '../../api/features/feature-gates.ts';
import type { PodGroup } from '../../api/kinds/scheduling/v1alpha2/pod-group.ts';
import type { PodGroupTemplate } from '../../api/kinds/scheduling/v1alpha2/pod-group-template.ts';
import type { Workload } from '../../api/kinds/scheduling/v1alpha2/workload.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import type { Strategy } from '../registry/strategy.ts';
import { keepMetadata } from './keep-metadata.ts';

type Gated = Partial<Omit<PodGroupTemplate, 'name' | 'schedulingPolicy'>>;

const GATES: readonly (readonly [keyof Gated, string])[] = [
  ['schedulingConstraints', 'TopologyAwareWorkloadScheduling'],
  ['resourceClaims', 'DRAWorkloadResourceClaims'],
  ['disruptionMode', 'WorkloadAwarePreemption'],
  ['priorityClassName', 'WorkloadAwarePreemption'],
  ['priority', 'WorkloadAwarePreemption'],
];

type IsOn = (gate: string) => boolean;

function dropDisabled(spec: Gated, old: Gated | undefined, isOn: IsOn): void {
  for (const [field, gate] of GATES) if (!isOn(gate) && !isUsed(old?.[field])) delete spec[field];
}

const isUsed = (value: unknown): boolean =>
  Array.isArray(value) ? value.length > 0 : value !== undefined && value !== '';

export function workloadStrategy(features: FeatureGates): Strategy<Workload & KubeObject> {
  const drop = ({ spec }: Workload, old?: Workload) => {
    for (const [i, template] of (spec.podGroupTemplates ?? []).entries())
      dropDisabled(template, old?.spec.podGroupTemplates[i], (gate) => features.enabled(gate));
  };
  return { prepareCreate: (workload) => drop(workload), prepareUpdate: drop };
}

export function podGroupStrategy(features: FeatureGates): Strategy<PodGroup & KubeObject> {
  const isOn: IsOn = (gate) => features.enabled(gate);
  const prepare = ({ spec }: PodGroup, old?: PodGroup) => {
    dropDisabled(spec, old?.spec, isOn);
    if (isOn('WorkloadAwarePreemption')) spec.disruptionMode ??= 'Pod';
  };
  return {
    prepareCreate: (group) => prepare(group),
    prepareUpdate: prepare,
    prepareStatus(group, old) {
      keepMetadata(group, old);
      if (!isOn('DRAWorkloadResourceClaims') && !isUsed(old.spec.resourceClaims))
        delete group.status?.resourceClaimStatuses;
    },
  };
}
