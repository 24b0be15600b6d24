// Metrics of configured authorizers, with upstream's names: pkg/authorization/{metrics,cel} and
// plugin/pkg/authorizer/webhook/metrics of k8s.io/apiserver. Used by the files of this folder.
import { Metrics } from '../../../kit/metrics.ts';
import type { AttemptResult } from '../../remote/review-server.ts';
import type { Decision } from '../attributes.ts';

/** Seconds; Prometheus' default buckets, and upstream's for expressions. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const EXPRESSION_BUCKETS = [0.001, 0.005, 0.01, 0.025, 0.1, 0.2, 0.25];

export class AuthorizationMetrics extends Metrics {
  readonly #decisions = this.registry.counter(
    'apiserver_authorization_decisions_total',
    'Total number of terminal decisions made by an authorizer split by authorizer type, name, and decision.',
  );
  readonly #evaluations = this.registry.counter(
    'apiserver_authorization_webhook_evaluations_total',
    'Round-trips to authorization webhooks.',
  );
  readonly #durations = this.registry.histogram(
    'apiserver_authorization_webhook_duration_seconds',
    'Request latency in seconds.',
    BUCKETS,
  );
  readonly #failOpen = this.registry.counter(
    'apiserver_authorization_webhook_evaluations_fail_open_total',
    'NoOpinion results due to webhook timeout or error.',
  );
  readonly #conditionErrors = this.registry.counter(
    'apiserver_authorization_match_condition_evaluation_errors_total',
    'Total number of errors when an authorization webhook encounters a match condition error split by authorizer type and name.',
  );
  readonly #exclusions = this.registry.counter(
    'apiserver_authorization_match_condition_exclusions_total',
    'Total number of exclusions when an authorization webhook is skipped because match conditions exclude it.',
  );
  readonly #conditionSeconds = this.registry.histogram(
    'apiserver_authorization_match_condition_evaluation_seconds',
    'Authorization match condition evaluation time in seconds, split by authorizer type and name.',
    EXPRESSION_BUCKETS,
  );

  decided(type: string, name: string, { allowed, denied }: Decision): void {
    if (allowed || denied) this.#decisions.add({ type, name, decision: allowed ? 'allowed' : 'denied' });
  }

  asked(name: string, result: AttemptResult, ms: number): void {
    this.#evaluations.add({ name, result });
    this.#durations.observe({ name, result }, ms / 1000);
  }

  failedOpen(name: string, result: AttemptResult): void {
    this.#failOpen.add({ name, result });
  }

  matched(name: string, match: 'matches' | 'excluded' | 'error', ms: number): void {
    const labels = { type: 'Webhook', name };
    this.#conditionSeconds.observe(labels, ms / 1000);
    if (match === 'error') this.#conditionErrors.add(labels);
    if (match === 'excluded') this.#exclusions.add(labels);
  }
}
