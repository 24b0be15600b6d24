// The metrics of the endpoint slice controller. Upstream: k8s.io/endpointslice/metrics.
import { type Counter, type Histogram, MetricsRegistry } from '../../kit/metrics.ts';

const PREFIX = 'endpoint_slice_controller_';
/** From 2, each twice the one before. */
const COUNTS = Array.from({ length: 15 }, (_, i) => 2 ** (i + 1));
const CHANGES = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export type Operation = 'create' | 'update' | 'delete';

/** What the slices of one service are. */
export interface ServiceSlices {
  readonly endpoints: number;
  readonly slices: number;
  /** How many slices would do. */
  readonly enough: number;
  readonly trafficDistribution?: string | undefined;
}

export interface Sync {
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
  readonly topology: 'Auto' | 'Disabled';
  readonly trafficDistribution: string;
}

export class SliceInstruments {
  readonly #changes: Counter;
  readonly #syncs: Counter;
  readonly #added: Histogram;
  readonly #removed: Histogram;
  readonly #changed: Histogram;
  readonly #services = new Map<string, ServiceSlices>();

  constructor(registry = new MetricsRegistry()) {
    this.#changes = registry.counter(`${PREFIX}changes`, 'Changes of endpoint slices, by operation.');
    this.#syncs = registry.counter(`${PREFIX}syncs`, 'Rounds for services, by result.');
    const perSync = (name: string, help: string, buckets = COUNTS) =>
      registry.histogram(`${PREFIX}${name}`, help, buckets);
    this.#added = perSync('endpoints_added_per_sync', 'Endpoints that one round adds.');
    this.#removed = perSync('endpoints_removed_per_sync', 'Endpoints that one round removes.');
    this.#changed = perSync('endpointslices_changed_per_sync', 'Slices that one round changes.', CHANGES);
    const total = (name: string, help: string, of: (one: ServiceSlices) => number) =>
      registry.computed(`${PREFIX}${name}`, 'gauge', help, () => [[{}, this.#sum(of)]]);
    total('endpoints_desired', 'Endpoints of all services.', ({ endpoints }) => endpoints);
    total('num_endpoint_slices', 'Endpoint slices of all services.', ({ slices }) => slices);
    total('desired_endpoint_slices', 'Endpoint slices that would do.', ({ enough }) => enough);
    registry.computed(
      `${PREFIX}services_count_by_traffic_distribution`,
      'gauge',
      'Services with a trafficDistribution, by its value.',
      () =>
        [...this.#distributions()].map(([traffic_distribution, count]) => [{ traffic_distribution }, count]),
    );
  }

  changed(operation: Operation): void {
    this.#changes.add({ operation });
  }

  ended(result: 'success' | 'stale' | 'error'): void {
    this.#syncs.add({ result });
  }

  synced({ added, removed, changed, topology, trafficDistribution }: Sync): void {
    this.#added.observe({}, added);
    this.#removed.observe({}, removed);
    this.#changed.observe({ topology, traffic_distribution: trafficDistribution }, changed);
  }

  /** `undefined` for a service that is gone. */
  service(key: string, slices: ServiceSlices | undefined): void {
    if (slices) this.#services.set(key, slices);
    else this.#services.delete(key);
  }

  #sum(of: (one: ServiceSlices) => number): number {
    let sum = 0;
    for (const one of this.#services.values()) sum += of(one);
    return sum;
  }

  #distributions(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const { trafficDistribution } of this.#services.values())
      if (trafficDistribution) counts.set(trafficDistribution, (counts.get(trafficDistribution) ?? 0) + 1);
    return counts;
  }
}
