// Metrics of stateful sets, with the feature MaxUnavailableStatefulSet only. Upstream: pkg/controller/statefulset/metrics; unlike
// there, a set that is gone is no longer shown.
import type { StatefulSet } from '../../api/kinds/apps/v1/stateful-set.ts';
import { keyOf, nameOf, namespaceOf } from '../../api/meta/v1/object.ts';
import type { Lister } from '../../client/informer/indexer.ts';
import type { MetricsRegistry, Sample } from '../../kit/metrics.ts';
import { maxUnavailableOf } from './plan.ts';

/** `unavailable`: by key of a set, how many of its pods were missing or not available in the last round. */
export function measureUnavailable(
  registry: MetricsRegistry,
  sets: Pick<Lister<StatefulSet>, 'list'>,
  unavailable: ReadonlyMap<string, number>,
): void {
  const gauge = (name: string, help: string, value: (set: Readonly<StatefulSet>) => number) =>
    registry.computed(`statefulset_controller_statefulset_${name}`, 'gauge', help, () =>
      sets.list().map((set): Sample => [labelsOf(set), value(set)]),
    );
  gauge('max_unavailable', 'Pods that may be unavailable while a stateful set is updated.', maxUnavailableOf);
  gauge(
    'unavailable_replicas',
    'Pods of a stateful set that are missing or not available.',
    (set) => unavailable.get(keyOf(set)) ?? 0,
  );
}

const labelsOf = (set: Readonly<StatefulSet>) => ({
  statefulset_namespace: namespaceOf(set),
  statefulset_name: nameOf(set),
  pod_management_policy: set.spec?.podManagementPolicy ?? 'OrderedReady',
});
