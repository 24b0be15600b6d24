// StatefulSets: what depends on feature gates. Upstream: pkg/registry/apps/statefulset/strategy.go and
// SetDefaults_StatefulSet (pkg/apis/apps/v1).
import type { FeatureGates } from '../../../api/features/feature-gates.ts';
import type { StatefulSet } from '../../../api/kinds/apps/v1/stateful-set.ts';
import type { Strategy } from '../../registry/strategy.ts';

export function statefulSetStrategy(features: FeatureGates): Strategy<StatefulSet> {
  const limitsUnavailable = features.enabled('MaxUnavailableStatefulSet');
  const prepare = (set: StatefulSet, old?: StatefulSet) => {
    const rolling = set.spec?.updateStrategy?.rollingUpdate;
    if (!rolling) return;
    if (limitsUnavailable) rolling.maxUnavailable ??= 1;
    else if (old?.spec?.updateStrategy?.rollingUpdate?.maxUnavailable === undefined)
      delete rolling.maxUnavailable;
  };
  return {
    generation: true,
    prepareCreate: (set) => prepare(set),
    prepareUpdate: (set, old) => prepare(set, old),
  };
}
