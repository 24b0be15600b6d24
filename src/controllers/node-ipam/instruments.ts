// Metrics of the ranges of each cluster CIDR. Upstream: pkg/controller/nodeipam/ipam/cidrset/metrics.go.
import { MetricsRegistry } from '../../kit/metrics.ts';

/** From 1, each five times the one before. */
const TRIES = [1, 5, 25, 125, 625];

export class RangeInstruments {
  readonly #allocations;
  readonly #releases;
  readonly #most;
  readonly #usage;
  readonly #tries;

  constructor(registry = new MetricsRegistry()) {
    const named = (name: string) => `node_ipam_controller_${name}`;
    this.#allocations = registry.counter(
      named('cidrset_cidrs_allocations_total'),
      'Ranges of a cluster CIDR that were allocated.',
    );
    this.#releases = registry.counter(
      named('cidrset_cidrs_releases_total'),
      'Ranges of a cluster CIDR that were released.',
    );
    // The name is upstream's.
    this.#most = registry.gauge(named('cirdset_max_cidrs'), 'Ranges that a cluster CIDR has.');
    this.#usage = registry.gauge(
      named('cidrset_usage_cidrs'),
      'Share of the ranges of a cluster CIDR that are allocated.',
    );
    this.#tries = registry.histogram(
      named('cidrset_allocation_tries_per_request'),
      'Ranges that were looked at in vain for one allocation.',
      TRIES,
    );
  }

  made(clusterCIDR: string, size: number): void {
    this.#most.set({ clusterCIDR }, size);
  }

  allocated(clusterCIDR: string, count: number, usage: number): void {
    if (count > 0) this.#allocations.add({ clusterCIDR }, count);
    this.#usage.set({ clusterCIDR }, usage);
  }

  released(clusterCIDR: string, count: number, usage: number): void {
    if (count > 0) this.#releases.add({ clusterCIDR }, count);
    this.#usage.set({ clusterCIDR }, usage);
  }

  tried(clusterCIDR: string, tries: number): void {
    this.#tries.observe({ clusterCIDR }, tries);
  }
}
