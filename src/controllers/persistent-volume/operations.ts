// How long it takes until a volume is there for a claim, or gone after its release, whoever makes and deletes it; and how often this
// controller's own part failed. Upstream: OperationStartTimeCache in pkg/controller/volume/persistentvolume/metrics.
import type { Clock } from '../../kit/clock.ts';
import { type Counter, type Histogram, MetricsRegistry } from '../../kit/metrics.ts';

const SECONDS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 25, 50, 120, 300, 600];

interface Operation {
  readonly labels: { readonly plugin_name: string; readonly operation_name: 'provision' | 'delete' };
  /** Monotonic milliseconds. */
  readonly since: number;
}

export class Operations {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #seconds: Histogram;
  readonly #errors: readonly Counter[];
  /** By key of the claim or volume; until it is done or the object is gone. */
  readonly #running = new Map<string, Operation>();

  constructor(clock: Pick<Clock, 'monotonic'>, registry = new MetricsRegistry()) {
    this.#clock = clock;
    this.#seconds = registry.histogram(
      'volume_operation_total_seconds',
      'Storage operation end to end duration in seconds',
      SECONDS,
    );
    const help = 'Total volume operation errors';
    this.#errors = ['volume_operation_total_errors', 'volume_operation_errors_total'].map((name) =>
      registry.counter(name, help),
    );
  }

  /** Does nothing if it has begun before. */
  begin(key: string, operation: Operation['labels']['operation_name'], plugin: string): void {
    if (this.#running.has(key)) return;
    const labels = { plugin_name: plugin || 'N/A', operation_name: operation };
    this.#running.set(key, { labels, since: this.#clock.monotonic() });
  }

  /** Runs a step; the operation goes on if it fails. */
  async attempt<T>(key: string, step: () => Promise<T>): Promise<T> {
    try {
      return await step();
    } catch (error) {
      const operation = this.#running.get(key);
      if (operation) for (const counter of this.#errors) counter.add(operation.labels);
      throw error;
    }
  }

  done(key: string): void {
    const operation = this.#running.get(key);
    if (!operation) return;
    this.#seconds.observe(operation.labels, (this.#clock.monotonic() - operation.since) / 1_000);
    this.#running.delete(key);
  }

  forget(key: string): void {
    this.#running.delete(key);
  }
}
