// How long calls of drivers take, as csi-lib-utils measures them in every sidecar.
import type { Clock } from '../../kit/clock.ts';
import { MetricsRegistry } from '../../kit/metrics.ts';

const SECONDS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 25, 50, 120, 300, 600];

export class CallMetrics {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #seconds;

  constructor(clock: Pick<Clock, 'monotonic'>, registry = new MetricsRegistry()) {
    this.#clock = clock;
    this.#seconds = registry.histogram(
      'csi_sidecar_operations_seconds',
      'Container Storage Interface operation duration with gRPC error code status total',
      SECONDS,
    );
  }

  /** Returns what takes the gRPC status code. */
  begin(driver: string, method: string): (code: string) => void {
    const began = this.#clock.monotonic();
    return (code) =>
      this.#seconds.observe(
        { driver_name: driver, grpc_status_code: code, method_name: method },
        (this.#clock.monotonic() - began) / 1_000,
      );
  }
}
