// aggregator_unavailable_apiservice and its counter, with upstream's names and labels.
// Upstream: staging/src/k8s.io/kube-aggregator/pkg/controllers/status/metrics/metrics.go.
import type { APIService } from '../../../api/kinds/apiregistration/v1/api-service.ts';
import { isConditionTrue } from '../../../api/meta/v1/conditions.ts';
import { Metrics } from '../../../kit/metrics.ts';
import type { StoredResource } from '../../registry/stored/stored-resource.ts';
import type { Finding } from '../conditions.ts';

const GAUGE = 'aggregator_unavailable_apiservice';

export class AvailabilityMetrics extends Metrics {
  readonly #changes = this.registry.counter(
    `${GAUGE}_total`,
    'Counter of APIServices which are marked as unavailable broken down by APIService name and reason.',
  );

  constructor(services: StoredResource<APIService>) {
    super();
    this.registry.computed(
      GAUGE,
      'gauge',
      'Gauge of APIServices which are marked as unavailable broken down by APIService name.',
      () =>
        services.cache
          .items()
          .map(({ name, object }) => [{ name }, isConditionTrue(object, 'Available') ? 0 : 1] as const),
    );
  }

  /** Counts an APIService that is no longer available. */
  changed(before: APIService, { status, reason = '' }: Finding): void {
    if (!isConditionTrue(before, 'Available') || status === 'True') return;
    this.#changes.add({ name: before.metadata.name ?? '', reason });
  }
}
