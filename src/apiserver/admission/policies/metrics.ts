// The metrics of admission policies, with upstream's names and labels.
import type { MetricsRegistry } from '../../../kit/metrics.ts';
import type { Decision } from './validating-policy.ts';

const buckets = [0.0000005, 0.001, 0.01, 0.1, 1];
const prefix = 'apiserver_validating_admission_policy';

export type Enforcement = 'allow' | 'deny' | 'audit' | 'warn';

export class PolicyMetrics {
  readonly #registry: MetricsRegistry;
  constructor(registry: MetricsRegistry) {
    this.#registry = registry;
  }

  observe(policy: string, binding: string, decision: Decision, action: Enforcement, seconds: number): void {
    const labels = {
      policy,
      policy_binding: binding,
      error_type: errorType(decision),
      enforcement_action: action,
    };
    const check = 'labeled by policy and further identified by binding and enforcement action taken.';
    this.#registry
      .counter(`${prefix}_check_total`, `Validation admission policy check total, ${check}`)
      .add(labels);
    this.#registry
      .histogram(
        `${prefix}_check_duration_seconds`,
        'Validation admission latency for individual validation expressions in seconds',
        buckets,
      )
      .observe(labels, seconds);
  }
}

function errorType(decision: Decision): string {
  const { message } = decision;
  if (message === undefined || (decision.action === 'deny' && !decision.failed))
    return decision.action === 'admit' ? 'no_error' : 'invalid_error';
  if (message.startsWith('compilation')) return 'compile_error';
  return message.startsWith('validation failed due to running out of cost budget')
    ? 'out_of_budget'
    : 'invalid_error';
}
