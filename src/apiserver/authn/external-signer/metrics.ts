// Metrics of an external signer, with upstream's names (pkg/serviceaccount/externaljwt/metrics). Used by signer-client.ts,
// key-cache.ts and external-signer.ts.
import { isGrpcError, nameInGo } from '../../../kit/grpc/status.ts';
import { MetricsRegistry } from '../../../kit/metrics.ts';

const PREFIX = 'apiserver_externaljwt';
/** Seconds, as upstream. */
const BUCKETS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

export class SignerMetrics {
  readonly #registry = new MetricsRegistry();
  readonly #fetched = this.#registry.gauge(
    `${PREFIX}_fetch_keys_success_timestamp`,
    'Unix Timestamp in seconds of the last successful FetchKeys request',
  );
  readonly #data = this.#registry.gauge(
    `${PREFIX}_fetch_keys_data_timestamp`,
    'Unix Timestamp in seconds of the last successful FetchKeys data_timestamp value returned by the external signer',
  );
  readonly #fetches = this.#registry.counter(
    `${PREFIX}_fetch_keys_request_total`,
    'Total attempts at syncing supported JWKs',
  );
  readonly #signs = this.#registry.counter(`${PREFIX}_sign_request_total`, 'Total attempts at signing JWT');
  readonly #durations = this.#registry.histogram(
    `${PREFIX}_request_duration_seconds`,
    'Request duration and time for calls to external-jwt-signer',
    BUCKETS,
  );

  /** `method` is the path of the call. */
  called(method: string, error: unknown, ms: number): void {
    this.#durations.observe({ method, code: codeOf(error) }, ms / 1000);
  }

  signed(error: unknown): void {
    this.#signs.add({ code: codeOf(error) });
  }

  fetchedKeys(now: number, dataTimestamp: number): void {
    this.#fetches.add({ code: 'OK' });
    this.#fetched.set({}, now / 1000);
    this.#data.set({}, dataTimestamp);
  }

  failedToFetchKeys(error: unknown): void {
    this.#fetches.add({ code: codeOf(error) });
  }

  render(): string {
    return this.#registry.render();
  }
}

/** Of an error, or of its cause, as Go's packages name it. */
function codeOf(error: unknown): string {
  if (error === undefined) return 'OK';
  for (let one: unknown = error; one instanceof Error; one = one.cause)
    if (isGrpcError(one)) return nameInGo(one.code);
  return 'unknown-non-grpc';
}
