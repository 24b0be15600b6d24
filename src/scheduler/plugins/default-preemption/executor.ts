// Carries a preemption out after the scheduling cycle that decided on it: ends nominations of lower priority on the node, marks
// and deletes the victims. It runs until the watch has shown that they are being deleted: before that the pod that preempts is
// not tried again, or it would look for victims once more. Called by DefaultPreemption.
import { Pod } from '../../../api/kinds/core/v1/pod.ts';
import type { PodCondition } from '../../../api/kinds/core/v1/pod-status.ts';
import { conditionOf } from '../../../api/meta/v1/conditions.ts';
import { nameOf, namespaceOf, uidOf } from '../../../api/meta/v1/object.ts';
import { isConflict, isNotFound } from '../../../api/status/status-error.ts';
import type { Client } from '../../../client/client.ts';
import { type EventRecorder, referenceTo } from '../../../client/events/events.ts';
import { type Clock, rfc3339 } from '../../../kit/clock.ts';
import type { Logger } from '../../../kit/log.ts';
import type { MetricsRegistry } from '../../../kit/metrics.ts';
import type { PodInfo } from '../../cache/pod-info.ts';
import { schedulerNameOf } from '../../config/settings.ts';
import type { SharedPods } from '../../framework/framework.ts';
import { DEFAULT_PREEMPTION, type Preemptions } from './default-preemption.ts';
import type { Candidate } from './select-victims.ts';

/** Requests under way for one preemption. */
const PARALLEL = 16;

export interface ExecutorOptions {
  readonly client: Pick<Client, 'patch' | 'delete'>;
  readonly events: EventRecorder;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: MetricsRegistry;
  readonly pods: SharedPods;
  /** Called when a preemption has ended: the pod may be tried again, and is to be if it failed. */
  readonly onEnd: (uid: string, result: 'success' | 'error') => void;
}

export class PreemptionExecutor implements Preemptions {
  readonly #options: ExecutorOptions;
  /** Pod uid → its preemption. */
  readonly #running = new Map<string, Promise<void>>();
  /** Victim uid → called when the watch has shown its deletion; several pods may preempt the same one. */
  readonly #awaited = new Map<string, Set<() => void>>();
  #isStopped = false;

  constructor(options: ExecutorOptions) {
    this.#options = options;
  }

  isRunning(uid: string): boolean {
    return this.#running.has(uid);
  }

  attempted(): void {
    this.#options.metrics
      .counter('scheduler_preemption_attempts_total', 'Total preemption attempts in the cluster till now')
      .add();
  }

  start(candidate: Candidate, preemptor: PodInfo): void {
    const victims = candidate.victims.filter(({ isTerminating }) => !isTerminating);
    if (victims.length === 0) return;
    this.#countVictims(candidate);
    this.#running.set(preemptor.uid, this.#run(candidate.node, victims, preemptor));
  }

  /** The watch shows that the pod is being deleted, or gone. */
  seen(uid: string): void {
    for (const resolve of this.#awaited.get(uid) ?? []) resolve();
    this.#awaited.delete(uid);
  }

  /** Resolves when no request is in flight. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const uid of [...this.#awaited.keys()]) this.seen(uid);
    while (this.#running.size > 0) await Promise.all(this.#running.values());
  }

  async #run(node: string, victims: readonly PodInfo[], preemptor: PodInfo): Promise<void> {
    const { clock, log, onEnd } = this.#options;
    // Nothing is written before the scheduling cycle has ended.
    await Promise.resolve();
    const started = clock.monotonic();
    const failures = [
      ...(await inParallel(this.#nominatedBelow(node, preemptor.priority), (pod) =>
        this.#clearNomination(pod),
      )),
      ...(await inParallel(victims, (victim) => this.#preempt(victim, node, preemptor))),
    ];
    for (const error of failures) log.warn('preemption failed', { pod: preemptor.key, node, error });
    const result = failures.length > 0 ? 'error' : 'success';
    this.#running.delete(preemptor.uid);
    this.#countRun(result, clock.monotonic() - started);
    onEnd(preemptor.uid, result);
  }

  /** They may not fit any more; without the nomination they look for another place at once. */
  #nominatedBelow(node: string, priority: number): readonly PodInfo[] {
    return [...this.#options.pods.nominatedPods.onNode(node)].filter((pod) => pod.priority < priority);
  }

  async #clearNomination({ pod }: PodInfo): Promise<void> {
    if (!pod.status?.nominatedNodeName) return;
    await this.#patchStatus(pod, { nominatedNodeName: '' });
  }

  async #preempt(victim: PodInfo, node: string, preemptor: PodInfo): Promise<void> {
    const isSpared = this.#cancelBinding(victim.uid);
    if (!isSpared && !(await this.#delete(victim.pod, preemptor.pod))) return;
    const message = `Preempted by pod ${preemptor.uid} on node ${node}`;
    this.#options.events.record(
      referenceTo(Pod, victim.pod),
      'Normal',
      'Preempted',
      isSpared ? `${message} (in kube-scheduler memory).` : message,
      {
        action: 'Preempting',
        related: referenceTo(Pod, preemptor.pod),
        component: schedulerNameOf(preemptor.pod),
      },
    );
  }

  /** A pod that is assumed on the node but not bound yet gives its place back and lives on. */
  #cancelBinding(uid: string): boolean {
    const { waitingPods, podsInPreBind } = this.#options.pods;
    const waiting = waitingPods.get(uid);
    if (waiting) return waiting.preempt(DEFAULT_PREEMPTION, 'preempted');
    return podsInPreBind.cancel(uid, `preempted by ${DEFAULT_PREEMPTION}`);
  }

  /** False when the pod was gone already. The uid spares a new pod of the same name; upstream does not send it. */
  async #delete(victim: Readonly<Pod>, preemptor: Readonly<Pod>): Promise<boolean> {
    const uid = uidOf(victim);
    // Awaited from here on: the watch may be faster than the answer.
    const shown = Promise.withResolvers<void>();
    this.#awaited.set(uid, (this.#awaited.get(uid) ?? new Set()).add(shown.resolve));
    try {
      const condition = disruptionTarget(victim, preemptor, rfc3339(this.#options.clock.now()));
      if (condition) await this.#patchStatus(victim, { conditions: [condition] });
      await this.#options.client.delete(Pod, nameOf(victim), namespaceOf(victim), { preconditions: { uid } });
      if (!this.#isStopped) await shown.promise;
      return true;
    } catch (error) {
      if (isNotFound(error) || isConflict(error)) return false;
      throw error;
    } finally {
      const others = this.#awaited.get(uid);
      if (others?.delete(shown.resolve) && others.size === 0) this.#awaited.delete(uid);
    }
  }

  async #patchStatus({ metadata }: Readonly<Pod>, status: object): Promise<void> {
    const patch = { metadata: { uid: metadata.uid }, status };
    const options = { subresource: 'status' };
    await this.#options.client.patch(
      Pod,
      metadata.name ?? '',
      metadata.namespace,
      'strategic',
      patch,
      options,
    );
  }

  #countVictims({ victims }: Candidate): void {
    this.#options.metrics
      .histogram(
        'scheduler_preemption_victims',
        'Number of selected preemption victims',
        [1, 2, 4, 8, 16, 32, 64],
      )
      .observe({}, victims.length);
  }

  #countRun(result: string, ms: number): void {
    const { metrics } = this.#options;
    const buckets = Array.from({ length: 20 }, (_, i) => 0.01 * 2 ** i);
    const duration = 'Duration in seconds for running goroutines for the preemption.';
    metrics
      .histogram('scheduler_preemption_goroutines_duration_seconds', duration, buckets)
      .observe({ result }, ms / 1000);
    metrics
      .counter('scheduler_preemption_goroutines_execution_total', 'Number of preemption goroutines executed.')
      .add({ result });
  }
}

/** Undefined when the victim says so already. */
function disruptionTarget(
  victim: Readonly<Pod>,
  { spec }: Readonly<Pod>,
  now: string,
): PodCondition | undefined {
  const before = conditionOf(victim, 'DisruptionTarget');
  const reason = 'PreemptionByScheduler';
  const message = `${spec?.schedulerName}: preempting to accommodate a higher priority pod`;
  const isTrue = before?.status === 'True';
  if (isTrue && before.reason === reason && before.message === message) return undefined;
  return {
    type: 'DisruptionTarget',
    status: 'True',
    reason,
    message,
    lastTransitionTime: isTrue ? before.lastTransitionTime : now,
    ...(victim.metadata.generation !== undefined && { observedGeneration: victim.metadata.generation }),
  };
}

/** The failures. After the first one no further call is started. */
async function inParallel<T>(items: readonly T[], call: (item: T) => Promise<void>): Promise<unknown[]> {
  const failures: unknown[] = [];
  let next = 0;
  const work = async () => {
    while (next < items.length && failures.length === 0) {
      const item = items[next++]!;
      await call(item).catch((error: unknown) => failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: Math.min(PARALLEL, items.length) }, work));
  return failures;
}
