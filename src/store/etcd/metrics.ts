// What this engine asks of etcd, in upstream's metrics: staging/src/k8s.io/apiserver/pkg/storage/etcd3/metrics/metrics.go.
// Reads come from memory, so there are hardly any of them. Called by the parts of this room; rendered by etcd-store.ts.
import type { Clock } from '../../kit/clock.ts';
import { Metrics } from '../../kit/metrics.ts';
import type { ResourceLabels } from './codec.ts';

const BUCKETS = [
  ...[0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3],
  ...[4, 5, 6, 8, 10, 15, 20, 30, 45, 60],
];

export type Operation = 'create' | 'update' | 'delete' | 'get' | 'list';

/** A request that is for no resource in particular. */
export const NO_RESOURCE: ResourceLabels = { group: '', resource: '' };

export class EtcdMetrics extends Metrics {
  readonly #clock: Clock;
  readonly #durations = this.registry.histogram(
    'etcd_request_duration_seconds',
    'Etcd request latency in seconds for each operation and object type.',
    BUCKETS,
  );
  readonly #requests = this.registry.counter(
    'etcd_requests_total',
    'Etcd request counts for each operation and object type.',
  );
  readonly #errors = this.registry.counter(
    'etcd_request_errors_total',
    'Etcd failed request counts for each operation and object type.',
  );
  readonly #events = this.registry.counter(
    'apiserver_storage_events_received_total',
    'Number of etcd events received split by kind.',
  );
  readonly #unreadable = this.registry.counter(
    'apiserver_storage_decode_errors_total',
    'Number of stored object decode errors split by object type',
  );
  readonly #size = this.registry.gauge(
    'apiserver_storage_size_bytes',
    'Size of the storage database file physically allocated in bytes.',
  );

  constructor(clock: Clock) {
    super();
    this.#clock = clock;
  }

  /** One request, from now until it is answered. */
  async measured<T>(operation: Operation, resource: ResourceLabels, request: Promise<T>): Promise<T> {
    const labels = { operation, ...resource };
    const began = this.#clock.monotonic();
    this.#requests.add(labels);
    try {
      return await request;
    } catch (error) {
      this.#errors.add(labels);
      throw error;
    } finally {
      this.#durations.observe(labels, (this.#clock.monotonic() - began) / 1000);
    }
  }

  received(resource: ResourceLabels): void {
    this.#events.add({ ...resource });
  }

  unreadable({ group, resource }: ResourceLabels): void {
    this.#unreadable.add({ group, resource });
  }

  size(bytes: number): void {
    this.#size.set({ storage_cluster_id: 'etcd-0' }, bytes);
  }
}
