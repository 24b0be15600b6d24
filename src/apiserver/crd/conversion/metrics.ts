// The metrics of conversion webhooks, with upstream's names, labels and buckets.
// Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/conversion/metrics.go.
import type { MetricsRegistry } from '../../../kit/metrics.ts';
import type { FailureType } from './review.ts';

const CALL_BUCKETS = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 45, 60];
/** From a millisecond, each twice as long. */
const CONVERSION_BUCKETS = Array.from({ length: 15 }, (_, i) => 0.001 * 2 ** i);

export interface Observed {
  readonly definition: string;
  readonly from: string;
  readonly to: string;
  readonly seconds: number;
  /** Undefined if the conversion succeeded. */
  readonly failure: FailureType | undefined;
}

export class ConversionMetrics {
  readonly #registry: MetricsRegistry;

  constructor(registry: MetricsRegistry) {
    this.#registry = registry;
  }

  observe({ definition, from, to, seconds, failure }: Observed): void {
    const labels = { result: failure ? 'failure' : 'success', failure_type: failure ?? '' };
    this.#registry
      .counter(
        'apiserver_conversion_webhook_request_total',
        'Counter for conversion webhook requests with success/failure and failure error type',
      )
      .add(labels);
    this.#registry
      .histogram(
        'apiserver_conversion_webhook_duration_seconds',
        'Conversion webhook request latency',
        CALL_BUCKETS,
      )
      .observe(labels, seconds);
    const succeeded = String(failure === undefined);
    this.#registry
      .histogram(
        'apiserver_crd_conversion_webhook_duration_seconds',
        'CRD webhook conversion duration in seconds',
        CONVERSION_BUCKETS,
      )
      .observe({ crd_name: definition, from_version: from, to_version: to, succeeded }, seconds);
  }
}
