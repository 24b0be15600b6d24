// Metrics of the controller of load balancers. Upstream: controllers/service/metrics.go.
import { type Counter, type Histogram, MetricsRegistry } from '../../../kit/metrics.ts';

/** From a second, each twice the one before. */
const SECONDS = Array.from({ length: 15 }, (_, i) => 2 ** i);

export class BalancerInstruments {
  readonly updates: Counter;
  readonly nodeErrors: Counter;
  readonly #nodeRounds: Histogram;
  readonly #update: Histogram;

  constructor(registry = new MetricsRegistry()) {
    const named = (name: string) => `service_controller_${name}`;
    this.updates = registry.counter(
      named('loadbalancer_sync_total'),
      'Load balancers that were given other nodes.',
    );
    this.nodeErrors = registry.counter(
      named('nodesync_error_total'),
      'Load balancers that could not be given other nodes.',
    );
    this.#nodeRounds = registry.histogram(
      named('nodesync_latency_seconds'),
      'How long it took to give all load balancers other nodes.',
      SECONDS,
    );
    this.#update = registry.histogram(
      named('update_loadbalancer_host_latency_seconds'),
      'How long it took to give one load balancer other nodes.',
      SECONDS,
    );
    this.updates.add({}, 0);
    this.nodeErrors.add({}, 0);
  }

  updated(ms: number): void {
    this.#update.observe({}, ms / 1000);
  }

  nodesHandled(ms: number): void {
    this.#nodeRounds.observe({}, ms / 1000);
  }
}
