// The metrics of the job controller. Upstream: pkg/controller/job/metrics.
import type { Job, JobStatus } from '../../api/kinds/batch/v1/job.ts';
import { type Counter, type Histogram, MetricsRegistry } from '../../kit/metrics.ts';
import type { PolicyMatch } from './failure-policy.ts';
import { limitsPerIndex } from './index-failures.ts';
import { Indexes } from './indexes.ts';
import { type Ending, isIndexed, type Tally } from './plan.ts';

/** What a round did: waited for the cache, created or deleted pods, or neither. */
export type Action = 'reconciling' | 'pods_created' | 'pods_deleted' | 'tracking';

/** From 4 ms, each twice the one before. */
const SECONDS = Array.from({ length: 15 }, (_, i) => 0.004 * 2 ** i);

export class JobInstruments {
  readonly #seconds: Histogram;
  readonly #syncs: Counter;
  readonly #finished: Counter;
  readonly #external: Counter;
  readonly #pods: Counter;
  readonly #handled: Counter;
  readonly #tracked: Counter;
  readonly #indexes: Counter;
  readonly #creations: Counter;

  constructor(registry = new MetricsRegistry()) {
    const counter = (name: string, help: string) => registry.counter(`job_controller_${name}`, help);
    this.#seconds = registry.histogram(
      'job_controller_job_sync_duration_seconds',
      'How long a round for a job takes.',
      SECONDS,
    );
    this.#syncs = counter('job_syncs_total', 'Rounds for jobs.');
    this.#finished = counter('jobs_finished_total', 'Jobs that have completed or failed, by reason.');
    this.#external = counter(
      'jobs_by_external_controller_total',
      'Jobs that were created for another controller, by what spec.managedBy says.',
    );
    this.#pods = counter('job_pods_finished_total', 'Pods of jobs that have ended and are counted.');
    this.#handled = counter(
      'pod_failures_handled_by_failure_policy_total',
      'Failed pods to which a rule of a podFailurePolicy applied, by the action of the rule.',
    );
    this.#tracked = counter(
      'terminated_pods_tracking_finalizer_total',
      'Pods that have ended with the finalizer of jobs (event "add"), and that lost it or are gone (event "delete").',
    );
    this.#indexes = counter(
      'job_finished_indexes_total',
      'Indexes of jobs that have succeeded or failed, by whether the job has a back-off limit per index.',
    );
    this.#creations = counter('job_pods_creation_total', 'Pods that were created for jobs, by reason.');
  }

  synced(job: Readonly<Job>, action: Action, result: 'success' | 'error', ms: number): void {
    const labels = { completion_mode: modeOf(job), result, action };
    this.#syncs.add(labels);
    this.#seconds.observe(labels, ms / 1000);
  }

  finished(job: Readonly<Job>, { type, reason }: Ending): void {
    const result = type === 'Complete' ? 'succeeded' : 'failed';
    this.#finished.add({ completion_mode: modeOf(job), result, reason });
  }

  managedBy(controller_name: string): void {
    this.#external.add({ controller_name });
  }

  handled(actions: readonly PolicyMatch['action'][]): void {
    for (const action of actions) this.#handled.add({ action });
  }

  tracked(event: 'add' | 'delete'): void {
    this.#tracked.add({ event });
  }

  /** `after` was written instead of `before`. */
  counted(job: Readonly<Job>, before: Readonly<JobStatus>, after: Readonly<JobStatus>): void {
    const completions = job.spec?.completions ?? 0;
    const sizeOf = (text: string | undefined) => Indexes.parse(text, completions).size;
    const completion_mode = modeOf(job);
    const backoffLimit = limitsPerIndex(job) ? 'perIndex' : 'global';
    const succeeded = isIndexed(job)
      ? sizeOf(after.completedIndexes) - sizeOf(before.completedIndexes)
      : (after.succeeded ?? 0) - (before.succeeded ?? 0);
    add(this.#pods, { completion_mode, result: 'succeeded' }, succeeded);
    add(this.#pods, { completion_mode, result: 'failed' }, (after.failed ?? 0) - (before.failed ?? 0));
    if (!isIndexed(job)) return;
    const failed = sizeOf(after.failedIndexes) - sizeOf(before.failedIndexes);
    add(this.#indexes, { status: 'succeeded', backoffLimit }, succeeded);
    add(this.#indexes, { status: 'failed', backoffLimit }, failed);
  }

  created(job: Readonly<Job>, tally: Tally, succeeded: number, failed: number): void {
    const reason = creationReason(job, tally);
    add(this.#creations, { reason, status: 'succeeded' }, succeeded);
    add(this.#creations, { reason, status: 'failed' }, failed);
  }
}

const modeOf = (job: Readonly<Job>): string => (isIndexed(job) ? 'Indexed' : 'NonIndexed');

/** A counter never falls: an index that no longer counts was counted when it did. */
function add(counter: Counter, labels: Record<string, string>, by: number): void {
  if (by > 0) counter.add(labels, by);
}

function creationReason({ spec }: Readonly<Job>, { failed, terminating }: Tally): string {
  if (failed > 0 && spec?.podReplacementPolicy === 'Failed') return 'recreate_failed';
  return failed > 0 || terminating > 0 ? 'recreate_terminating_or_failed' : 'new';
}
