// What /metrics/slis of a component shows: the results of its health checks, each time that a client asked for them, and when the
// process began.
// Upstream: staging/src/k8s.io/component-base/metrics/prometheus/slis.
import { Metrics } from '../../kit/metrics.ts';
import { renderStartTime } from '../../kit/process/process-metrics.ts';

export class HealthMetrics extends Metrics {
  readonly #last = this.registry.gauge(
    'kubernetes_healthcheck',
    'This metric records the result of a single healthcheck.',
  );
  readonly #all = this.registry.counter(
    'kubernetes_healthchecks_total',
    'This metric records the results of all healthcheck.',
  );

  /** `type` is the path without its slash: healthz, livez or readyz. Names are those of checks, never a client's. */
  observe(type: string, name: string, healthy: boolean): void {
    this.#last.set({ name, type }, healthy ? 1 : 0);
    this.#all.add({ name, type, status: healthy ? 'success' : 'error' });
  }

  override render(): string {
    return super.render() + renderStartTime();
  }
}
