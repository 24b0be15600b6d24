// aggregator_unavailable_apiservice and its counter, with upstream's names and labels.
// Upstream: staging/src/k8s.io/kube-aggregator/pkg/controllers/status/metrics/metrics.go.
import type { APIService } from '../../../api/kinds/apiregistration/v1/api-service.ts';
import { isConditionTrue } from '../../../api/meta/v1/conditions.ts';
import { labelText, MetricsRegistry, metricHead } from '../../../kit/metrics.ts';
import type { StoredResource } from '../../registry/stored/stored-resource.ts';
import type { Finding } from '../conditions.ts';

const GAUGE = 'aggregator_unavailable_apiservice';

export class AvailabilityMetrics {
  readonly #services: StoredResource<APIService>;
  readonly #registry = new MetricsRegistry();
  readonly #changes = this.#registry.counter(
    `${GAUGE}_total`,
    'Counter of APIServices which are marked as unavailable broken down by APIService name and reason.',
  );

  constructor(services: StoredResource<APIService>) {
    this.#services = services;
  }

  /** Counts an APIService that is no longer available. */
  changed(before: APIService, { status, reason = '' }: Finding): void {
    if (!isConditionTrue(before, 'Available') || status === 'True') return;
    this.#changes.add({ name: before.metadata.name ?? '', reason });
  }

  render(): string {
    const help = 'Gauge of APIServices which are marked as unavailable broken down by APIService name.';
    let text = metricHead(GAUGE, 'gauge', help);
    for (const { name, object } of this.#services.cache.items())
      text += `${GAUGE}{${labelText({ name })}} ${isConditionTrue(object, 'Available') ? 0 : 1}\n`;
    return text + this.#registry.render();
  }
}
