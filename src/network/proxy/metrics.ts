// The metrics of a node's service proxy, with kube-proxy's names. Called by proxy.ts and by the health server.
import type { Clock } from '../../kit/clock.ts';
import { Metrics } from '../../kit/metrics.ts';
import type { Frontend } from './frontends.ts';

const exponential = (from: number, count: number) => Array.from({ length: count }, (_, i) => from * 2 ** i);
const linear = (from: number, step: number, count: number) =>
  Array.from({ length: count }, (_, i) => from + i * step);

const PROGRAMMING = [...linear(0, 0.25, 3), ...linear(1, 1, 59), ...linear(60, 5, 12), ...linear(120, 30, 7)];

type Without = { readonly internal: number; readonly external: number };

export class ProxyMetrics extends Metrics {
  readonly #clock: Clock;
  readonly #duration = this.registry.histogram(
    'kubeproxy_sync_proxy_rules_duration_seconds',
    'SyncProxyRules latency in seconds',
    exponential(0.001, 15),
  );
  readonly #programming = this.registry.histogram(
    'kubeproxy_network_programming_duration_seconds',
    'In Cluster Network Programming Latency in seconds',
    PROGRAMMING,
  );
  readonly #lastSync = this.registry.gauge(
    'kubeproxy_sync_proxy_rules_last_timestamp_seconds',
    'The last time proxy rules were successfully synced',
  );
  readonly #lastQueued = this.registry.gauge(
    'kubeproxy_sync_proxy_rules_last_queued_timestamp_seconds',
    'The last time a sync of proxy rules was queued',
  );
  readonly #failures = this.registry.counter(
    'kubeproxy_sync_proxy_rules_nftables_sync_failures_total',
    'Cumulative proxy nftables sync failures',
  );
  readonly #services = this.registry.counter(
    'kubeproxy_sync_proxy_rules_service_changes_total',
    'Cumulative proxy rules Service changes',
  );
  readonly #endpoints = this.registry.counter(
    'kubeproxy_sync_proxy_rules_endpoint_changes_total',
    'Cumulative proxy rules Endpoint changes',
  );
  readonly #servicesPending = this.registry.gauge(
    'kubeproxy_sync_proxy_rules_service_changes_pending',
    'Pending proxy rules Service changes',
  );
  readonly #endpointsPending = this.registry.gauge(
    'kubeproxy_sync_proxy_rules_endpoint_changes_pending',
    'Pending proxy rules Endpoint changes',
  );
  readonly #healthz = this.registry.counter(
    'kubeproxy_proxy_healthz_total',
    'Cumulative proxy healthz HTTP status',
  );
  readonly #livez = this.registry.counter(
    'kubeproxy_proxy_livez_total',
    'Cumulative proxy livez HTTP status',
  );
  readonly #without = new Map<string, Without>();
  readonly #total = { internal: 0, external: 0 };
  #pending = { services: 0, endpoints: 0 };
  /** When what waits to be written happened. */
  #triggers: number[] = [];

  constructor(clock: Clock) {
    super();
    this.#clock = clock;
    this.registry.computed(
      'kubeproxy_sync_proxy_rules_no_local_endpoints_total',
      'gauge',
      'Number of services with a Local traffic policy and no endpoints',
      () => [
        [{ traffic_policy: 'internal' }, this.#total.internal],
        [{ traffic_policy: 'external' }, this.#total.external],
      ],
    );
  }

  serviceChanged(): void {
    this.#services.add();
    this.#pending.services++;
    this.#servicesPending.set({}, this.#pending.services);
  }

  /** `trigger`: when the pod or Service changed, in milliseconds, as the EndpointSlice tells. */
  endpointsChanged(trigger: number | undefined): void {
    this.#endpoints.add();
    this.#pending.endpoints++;
    this.#endpointsPending.set({}, this.#pending.endpoints);
    if (trigger !== undefined) this.#triggers.push(trigger);
  }

  queued(): void {
    this.#lastQueued.set({}, this.#clock.now() / 1000);
  }

  /** A sync begins; call the result when it has ended. */
  begin(): (succeeded: boolean) => void {
    const since = this.#clock.monotonic();
    const triggers = this.#triggers;
    this.#triggers = [];
    this.#pending = { services: 0, endpoints: 0 };
    this.#servicesPending.set({}, 0);
    this.#endpointsPending.set({}, 0);
    return (succeeded) => {
      const now = this.#clock.now();
      this.#duration.observe({}, (this.#clock.monotonic() - since) / 1000);
      if (!succeeded) {
        this.#failures.add();
        this.#triggers = [...triggers, ...this.#triggers];
        return;
      }
      this.#lastSync.set({}, now / 1000);
      for (const trigger of triggers) this.#programming.observe({}, Math.max(0, now - trigger) / 1000);
    };
  }

  /** Counts the ports of a Service that have endpoints elsewhere only. */
  noLocalEndpoints(key: string, frontends: readonly Frontend[]): void {
    const old = this.#without.get(key);
    if (!old && frontends.every(({ otherwise }) => otherwise !== 'drop')) return;
    const dropping = frontends.filter(({ otherwise }) => otherwise === 'drop');
    const ports = (some: readonly Frontend[]) => new Set(some.map(({ of }) => of)).size;
    const now = {
      internal: ports(dropping.filter(({ kind }) => kind === 'cluster')),
      external: ports(dropping.filter(({ kind }) => kind !== 'cluster')),
    };
    this.#total.internal += now.internal - (old?.internal ?? 0);
    this.#total.external += now.external - (old?.external ?? 0);
    if (now.internal + now.external > 0) this.#without.set(key, now);
    else this.#without.delete(key);
  }

  answered(page: 'healthz' | 'livez', code: number): void {
    (page === 'healthz' ? this.#healthz : this.#livez).add({ code: String(code) });
  }
}
