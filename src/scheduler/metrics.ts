// The scheduler's metrics, with upstream's names, labels and buckets (pkg/scheduler/metrics/metrics.go). What is the state of the queue
// or the cache is worked out when somebody reads it.
import type { Counter, Distribution, Histogram, MetricsRegistry, Sample } from '../kit/metrics.ts';
import type { QueuedPodInfo } from './framework/plugin.ts';

const exponential = (start: number, factor: number, count: number): readonly number[] =>
  Array.from({ length: count }, (_, i) => start * factor ** i);

/** Attempts from this number on share a label. */
const MOST_ATTEMPTS = 15;

export type AttemptResult = 'scheduled' | 'unschedulable' | 'error';

/** What is read of the scheduler. */
export interface SchedulerState {
  readonly pending: () => Readonly<Record<string, number>>;
  readonly cached: () => Readonly<Record<string, number>>;
  /** The plugin and the profile of each rejection of a pod that waits. */
  readonly rejections: () => Iterable<readonly [plugin: string, profile: string]>;
}

export class SchedulerMetrics {
  readonly #registry: MetricsRegistry;
  readonly #attempts: Histogram;
  readonly #sli: Histogram;
  readonly #perPod: Histogram;

  readonly #extensionPoints: Histogram;
  readonly #results: Counter;
  readonly #incoming: Counter;
  readonly #algorithm: Histogram;

  constructor(registry: MetricsRegistry) {
    this.#registry = registry;
    this.#attempts = registry.histogram(
      'scheduler_scheduling_attempt_duration_seconds',
      'Scheduling attempt latency in seconds (scheduling algorithm + binding)',
      exponential(0.001, 2, 15),
    );
    this.#results = registry.counter(
      'scheduler_schedule_attempts_total',
      'Number of attempts to schedule pods, by result.',
    );
    this.#incoming = registry.counter(
      'scheduler_queue_incoming_pods_total',
      'Number of pods added to scheduling queues by event and queue type.',
    );
    this.#algorithm = registry.histogram(
      'scheduler_scheduling_algorithm_duration_seconds',
      'Scheduling algorithm latency.',
      // Upstream's begin with a millisecond; most cycles here are shorter.
      exponential(0.0001, 2, 18),
    );
    this.#extensionPoints = registry.histogram(
      'scheduler_framework_extension_point_duration_seconds',
      'Latency for running all plugins of a specific extension point.',
      exponential(0.0001, 2, 12),
    );
    this.#sli = registry.histogram(
      'scheduler_pod_scheduling_sli_duration_seconds',
      'Latency of a pod from when it is first queued until it is scheduled, over all its attempts.',
      exponential(0.01, 2, 20),
    );
    this.#perPod = registry.histogram(
      'scheduler_pod_scheduling_attempts',
      'Number of attempts to successfully schedule a pod.',
      exponential(1, 2, 5),
    );
  }

  attempted(profile: string, result: AttemptResult, seconds: number): void {
    this.#results.add({ profile, result });
    this.#attempts.observe({ profile, result }, seconds);
  }

  /** How long it took to choose a node for a pod, or to find none. */
  chosen(seconds: number): void {
    this.#algorithm.observe({}, seconds);
  }

  /** `now`: monotonic milliseconds. */
  scheduled({ attempts, since }: QueuedPodInfo, now: number): void {
    this.#perPod.observe({}, attempts);
    const label = attempts >= MOST_ATTEMPTS ? `${MOST_ATTEMPTS}+` : String(attempts);
    this.#sli.observe({ attempts: label }, (now - since) / 1000);
  }

  queued(queue: string, event: string): void {
    this.#incoming.add({ queue, event });
  }

  /** How long a pod has waited for its Permit plugins. */
  permitted(result: string, seconds: number): void {
    this.#registry
      .histogram(
        'scheduler_permit_wait_duration_seconds',
        'Duration of waiting on permit.',
        exponential(0.001, 2, 15),
      )
      .observe({ result }, seconds);
  }

  /** How long an extension point took; several of them for each pod, so they are not looked up by their labels. */
  extensionPoints(profile: string): (point: string, status: string) => Distribution {
    const known = new Map<string, Map<string, Distribution>>();
    return (point, status) => {
      let byStatus = known.get(point);
      if (!byStatus) {
        byStatus = new Map();
        known.set(point, byStatus);
      }
      let series = byStatus.get(status);
      if (!series) {
        series = this.#extensionPoints.series({ extension_point: point, status, profile });
        byStatus.set(status, series);
      }
      return series;
    };
  }

  watch({ pending, cached, rejections }: SchedulerState): void {
    const gauge = (name: string, help: string, samples: () => Iterable<Sample>) =>
      this.#registry.computed(name, 'gauge', help, samples);
    gauge('scheduler_pending_pods', 'Number of pending pods, by the queue type.', () =>
      Object.entries(pending()).map(([queue, count]): Sample => [{ queue }, count]),
    );
    gauge('scheduler_cache_size', 'Number of nodes, pods, and assumed pods in the scheduler cache.', () =>
      Object.entries(cached()).map(([type, count]): Sample => [{ type }, count]),
    );
    gauge(
      'scheduler_unschedulable_pods',
      'Number of unschedulable pods by the plugins that rejected them; a pod counts for each of them.',
      () => counted(rejections()),
    );
  }
}

function counted(rejections: Iterable<readonly [plugin: string, profile: string]>): Iterable<Sample> {
  const counts = new Map<string, readonly [plugin: string, profile: string, count: number]>();
  for (const [plugin, profile] of rejections) {
    const key = `${plugin} ${profile}`;
    counts.set(key, [plugin, profile, (counts.get(key)?.[2] ?? 0) + 1]);
  }
  return [...counts.values()].map(([plugin, profile, count]): Sample => [{ plugin, profile }, count]);
}
