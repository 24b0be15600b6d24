// How long snapshots take until they are taken, ready and gone, and how many are under way. Upstream: pkg/metrics of external-snapshotter.
import type { VolumeSnapshot } from '../../api/kinds/snapshot/v1/volume-snapshot.ts';
import { uidOf } from '../../api/meta/v1/object.ts';
import type { Clock } from '../../kit/clock.ts';
import { type Counter, type Histogram, MetricsRegistry } from '../../kit/metrics.ts';
import { isPreProvisioned } from './content.ts';

const SECONDS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30, 60, 120, 300, 600];

export type Operation = 'CreateSnapshot' | 'CreateSnapshotAndReady' | 'DeleteSnapshot';

interface Begun {
  readonly snapshotType: 'dynamic' | 'pre-provisioned';
  /** Monotonic milliseconds. */
  readonly since: number;
}

export class SnapshotMetrics {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #seconds: Histogram;
  readonly #inFlight: Counter;
  /** By uid and operation, until it is done or the snapshot is gone. */
  readonly #begun = new Map<string, Begun>();

  constructor(clock: Pick<Clock, 'monotonic'>, registry = new MetricsRegistry()) {
    this.#clock = clock;
    this.#seconds = registry.histogram(
      'snapshot_controller_operation_total_seconds',
      'Total number of seconds spent by the controller on an operation',
      SECONDS,
    );
    this.#inFlight = registry.gauge(
      'snapshot_controller_operations_in_flight',
      'Total number of operations in flight',
    );
  }

  /** Does nothing if it has begun before. */
  begin(snapshot: Readonly<VolumeSnapshot>, operation: Operation): void {
    const key = keyOf(snapshot, operation);
    if (this.#begun.has(key)) return;
    const snapshotType = isPreProvisioned(snapshot) ? 'pre-provisioned' : 'dynamic';
    this.#begun.set(key, { snapshotType, since: this.#clock.monotonic() });
    this.#count();
  }

  /** Does nothing if it has not begun. */
  done(
    snapshot: Readonly<VolumeSnapshot>,
    operation: Operation,
    driver = 'unknown',
    status: 'success' | 'cancel' = 'success',
  ): void {
    const key = keyOf(snapshot, operation);
    const begun = this.#begun.get(key);
    if (!begun) return;
    const labels = {
      ...{ driver_name: driver, operation_name: operation },
      ...{ snapshot_type: begun.snapshotType, operation_status: status },
    };
    this.#seconds.observe(labels, (this.#clock.monotonic() - begun.since) / 1_000);
    this.#begun.delete(key);
    this.#count();
  }

  gone(snapshot: Readonly<VolumeSnapshot>, driver?: string): void {
    this.done(snapshot, 'DeleteSnapshot', driver);
    this.done(snapshot, 'CreateSnapshot', driver, 'cancel');
    this.done(snapshot, 'CreateSnapshotAndReady', driver, 'cancel');
  }

  #count(): void {
    this.#inFlight.set({}, this.#begun.size);
  }
}

const keyOf = (snapshot: Readonly<VolumeSnapshot>, operation: Operation): string =>
  `${uidOf(snapshot)}/${operation}`;
