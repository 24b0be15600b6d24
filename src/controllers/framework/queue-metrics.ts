// The metrics workqueue_* of the controllers' queues, under upstream's names of queues. Upstream: component-base's
// metrics/prometheus/workqueue.
import type { Clock } from '../../kit/clock.ts';
import { largest } from '../../kit/lists.ts';
import type { Counter, Histogram, MetricsRegistry, Sample } from '../../kit/metrics.ts';
import type { QueueObserver } from '../../kit/work-queue.ts';

/** From 10 ns, each ten times the one before. */
const SECONDS = Array.from({ length: 10 }, (_, i) => 10 ** (i - 8));

/** Others are the controller's name without its ending. */
const QUEUES: Readonly<Record<string, string>> = {
  'bootstrap-signer-controller': 'bootstrap_signer_queue',
  'clusterrole-aggregation-controller': 'ClusterRoleAggregator',
  'endpointslice-controller': 'endpoint_slice',
  'endpointslicemirroring-controller': 'endpoint_slice_mirroring',
  'generic-garbage-collector': 'garbage_collector_attempt_to_delete',
  'horizontal-pod-autoscaler-controller': 'horizontalpodautoscaler',
  'node-lifecycle-controller': 'node_lifecycle_controller',
  'pod-garbage-collector': 'orphaned_pods_nodes',
  'replication-controller': 'replicationmanager',
  'resourcequota-controller': 'resourcequota_primary',
  'root-ca-cert-publisher': 'root_ca_cert_publisher',
  'service-account-controller': 'serviceaccount',
  'service-cidr-controller': 'ipaddresses',
  'serviceaccount-token-controller': 'serviceaccount_tokens_service',
  'taint-eviction-controller': 'noexec_taint_pod',
  'token-cleaner-controller': 'token_cleaner',
  'ttl-after-finished-controller': 'ttl_jobs_to_delete',
};

type Since = ReadonlyMap<string, number>;

interface Queue {
  readonly name: string;
  /** Keys that wait, by when they were added, by the monotonic clock. */
  readonly waiting: Since;
  /** Keys that are handled, by when that began. */
  readonly handled: Since;
}

export class QueueMetrics {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #queues: Queue[] = [];
  readonly #adds: Counter;
  readonly #retries: Counter;
  readonly #waited: Histogram;
  readonly #worked: Histogram;

  constructor(clock: Pick<Clock, 'monotonic'>, registry: MetricsRegistry) {
    this.#clock = clock;
    this.#adds = registry.counter('workqueue_adds_total', 'Keys that were added to a queue.');
    this.#retries = registry.counter('workqueue_retries_total', 'Keys that are to be added later.');
    this.#waited = registry.histogram(
      'workqueue_queue_duration_seconds',
      'How long a key waits before it is handled.',
      SECONDS,
    );
    this.#worked = registry.histogram(
      'workqueue_work_duration_seconds',
      'How long handling a key takes.',
      SECONDS,
    );
    const gauge = (name: string, help: string, of: (queue: Queue) => number) =>
      registry.computed(`workqueue_${name}`, 'gauge', help, () =>
        this.#queues.map((queue): Sample => [{ name: queue.name }, of(queue)]),
      );
    gauge('depth', 'Keys that wait.', ({ waiting }) => waiting.size);
    gauge(
      'unfinished_work_seconds',
      'How long the keys that are handled have been so, in all.',
      ({ handled }) => this.#ages(handled).reduce((sum, age) => sum + age, 0),
    );
    gauge('longest_running_processor_seconds', 'The longest of these.', ({ handled }) =>
      largest([0, ...this.#ages(handled)]),
    );
  }

  of(controller: string): QueueObserver<string> {
    const name = QUEUES[controller] ?? controller.replace(/-controller$/, '');
    const waiting = new Map<string, number>();
    const handled = new Map<string, number>();
    this.#queues.push({ name, waiting, handled });
    this.#adds.add({ name }, 0);
    this.#retries.add({ name }, 0);
    return {
      added: (key) => {
        this.#adds.add({ name });
        waiting.set(key, this.#clock.monotonic());
      },
      delayed: () => this.#retries.add({ name }),
      taken: (key) => {
        this.#ended(waiting, key, this.#waited, name);
        handled.set(key, this.#clock.monotonic());
      },
      done: (key) => this.#ended(handled, key, this.#worked, name),
    };
  }

  #ended(since: Map<string, number>, key: string, histogram: Histogram, name: string): void {
    const from = since.get(key);
    since.delete(key);
    if (from !== undefined) histogram.observe({ name }, (this.#clock.monotonic() - from) / 1000);
  }

  #ages(since: Since): number[] {
    const now = this.#clock.monotonic();
    return [...since.values()].map((from) => (now - from) / 1000);
  }
}
