// The metrics of mutating admission policies, with upstream's names and labels.
// Upstream: staging/src/k8s.io/apiserver/pkg/admission/plugin/policy/mutating/metrics/metrics.go.
import type { MetricsRegistry } from '../../../../kit/metrics.ts';

const prefix = 'apiserver_mutating_admission_policy';
const buckets = [0.0000005, 0.001, 0.01, 0.1, 1];

export class MutationMetrics {
  readonly #registry: MetricsRegistry;

  constructor(registry: MetricsRegistry) {
    this.#registry = registry;
  }

  /** `error` is the message of a mutation that failed. */
  observe(policy: string, binding: string, error: string | undefined, seconds: number): void {
    const labels = { policy, policy_binding: binding, error_type: errorType(error) };
    this.#registry
      .counter(
        `${prefix}_check_total`,
        'Mutation admission policy check total, labeled by policy and further identified by binding.',
      )
      .add(labels);
    this.#registry
      .histogram(
        `${prefix}_check_duration_seconds`,
        'Mutation admission latency for individual mutation expressions in seconds, labeled by policy and binding.',
        buckets,
      )
      .observe(labels, seconds);
  }
}

function errorType(error: string | undefined): string {
  if (error === undefined) return 'no_error';
  if (error.startsWith('compilation')) return 'compile_error';
  return error.startsWith('validation failed due to running out of cost budget')
    ? 'out_of_budget'
    : 'invalid_error';
}
