// What the kubelet does with volumes, in numbers: calls of CSI drivers, and operations on volumes. Names, labels and buckets as upstream's
// (pkg/volume/util/metrics.go).
import { isGrpcError, nameInGo } from '../../kit/grpc/status.ts';
import { Metrics } from '../../kit/metrics.ts';

const BUCKETS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 25, 50, 120, 300, 600];
/** Of an in-tree volume that a driver has taken over: there are none here. */
const MIGRATED = { migrated: 'false' };

const csiPluginName = (driver: string): string => `kubernetes.io/csi:${driver}`;

export class CsiMetrics extends Metrics {
  readonly #calls = this.registry.histogram(
    'csi_operations_seconds',
    '[ALPHA] Container Storage Interface operation duration with gRPC error code status total',
    BUCKETS,
  );
  readonly #operations = this.registry.histogram(
    'storage_operation_duration_seconds',
    '[ALPHA] Storage operation duration',
    BUCKETS,
  );
  readonly #total = this.registry.histogram(
    'volume_operation_total_seconds',
    '[ALPHA] Storage operation end to end duration in seconds',
    BUCKETS,
  );

  called(driver: string, method: string, error: unknown, ms: number): void {
    const code = error === undefined ? 'OK' : isGrpcError(error) ? nameInGo(error.code) : 'unknown-non-grpc';
    this.#calls.observe(
      { driver_name: driver, method_name: method, grpc_status_code: code, ...MIGRATED },
      ms / 1000,
    );
  }

  /** `operation` is upstream's name of it, such as volume_mount. */
  done(driver: string, operation: string, ok: boolean, ms: number): void {
    const labels = {
      volume_plugin: csiPluginName(driver),
      operation_name: operation,
      status: ok ? 'success' : 'fail-unknown',
      ...MIGRATED,
    };
    this.#operations.observe(labels, ms / 1000);
  }

  /** From when a pod wanted the volume until it had it. */
  mounted(driver: string, ms: number): void {
    this.#total.observe(
      { plugin_name: csiPluginName(driver), operation_name: 'overall_volume_mount' },
      ms / 1000,
    );
  }
}
