// The metrics of the node lifecycle controller. Upstream: pkg/controller/nodelifecycle/metrics.go.
import { type Counter, type Histogram, MetricsRegistry } from '../../kit/metrics.ts';
import type { ZoneHealth } from './zones.ts';

/** From 1 ms, each four times the one before. */
const SECONDS = Array.from({ length: 8 }, (_, i) => 0.001 * 4 ** i);

export class LifecycleInstruments {
  readonly #health: Counter;
  readonly #size: Counter;
  readonly #unhealthy: Counter;
  readonly #evictions: Counter;
  readonly #seconds: Histogram;
  readonly #zones = new Set<string>();

  constructor(registry = new MetricsRegistry()) {
    this.#health = registry.gauge('node_collector_zone_health', 'Percentage of ready nodes, by zone.');
    this.#size = registry.gauge('node_collector_zone_size', 'Nodes, by zone.');
    this.#unhealthy = registry.gauge('node_collector_unhealthy_nodes_in_zone', 'Nodes not ready, by zone.');
    this.#evictions = registry.counter(
      'node_collector_evictions_total',
      'Nodes that were tainted so that their pods are evicted, by zone.',
    );
    this.#seconds = registry.histogram(
      'node_collector_update_node_health_duration_seconds',
      'How long looking after one node takes.',
      SECONDS,
    );
  }

  /** A zone that has no nodes any more is said to be empty and healthy. */
  zones(health: ReadonlyMap<string, ZoneHealth>): void {
    for (const zone of health.keys()) {
      if (!this.#zones.has(zone)) this.#evictions.add({ zone }, 0);
      this.#zones.add(zone);
    }
    for (const zone of this.#zones) {
      const { up, down } = health.get(zone) ?? { up: 0, down: 0 };
      const size = up + down;
      this.#size.set({ zone }, size);
      this.#unhealthy.set({ zone }, down);
      this.#health.set({ zone }, size > 0 ? (100 * up) / size : 100);
    }
  }

  evicted(zone: string): void {
    this.#evictions.add({ zone });
  }

  checked(ms: number): void {
    this.#seconds.observe({}, ms / 1000);
  }
}
