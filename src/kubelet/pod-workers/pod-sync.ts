// The first half of a worker: rounds of observe, plan, publish and act until nothing is left to do; then it sees to it that
// the worker wakes when something is due.

import { isBeingDeleted } from '../../api/meta/v1/object.ts';
import { messageOf } from '../../kit/message-of.ts';
import {
  hasStarted,
  type Pod,
  type PodContainer,
  type PodFailure,
  podLabel,
  rejection,
  specOf,
} from '../pod.ts';
import { isEmpty, type SyncPlan } from '../sync/plan.ts';
import { planSync } from '../sync/plan-sync.ts';
import { isRunning, type PodView } from '../view/pod-view.ts';
import { carryOut, PodRefusal, type PodWork } from './carry-out.ts';
import type { PodState } from './pod-state.ts';
import type { WorkerPorts } from './ports.ts';

/** More rounds in one sync mean that something flaps; it goes on after a second. */
const MAX_ROUNDS = 20;
const FLAPPING_MS = 1000;
/** After a failed pull the pod is synced again this soon, which turns ErrImagePull into ImagePullBackOff. */
const PULL_FAILED_MS = 2000;
const START_RETRY_MS = 10_000;
const REFRESH_MS = 60_000;
/** How long the status after one round may wait for the one after the next. Upstream has both wait for the whole start. */
const NEXT_ROUND_MS = 2000;

/** The result of a sync: `finished` pods never run again, `failed` ones must be terminated. */
export type SyncOutcome = 'resting' | 'interrupted' | 'finished' | 'failed';

export class PodSync {
  readonly #state: PodState;
  readonly #ports: WorkerPorts;
  /** Monotonic. */
  #volumesAt = Number.NEGATIVE_INFINITY;

  constructor(state: PodState, ports: WorkerPorts) {
    this.#state = state;
    this.#ports = ports;
  }

  async run(signal: AbortSignal): Promise<SyncOutcome> {
    const { reports, resources, clock } = this.#ports;
    let prepared: PodWork['prepared'];
    for (let round = 0; round < MAX_ROUNDS; round++) {
      if (signal.aborted) return 'interrupted';
      const pod = reports.statuses.withStatus(this.#state.pod!);
      // Before anything is read from the API for the pod, so that no change after that read is missed.
      if (round === 0) resources.follow(pod);
      const view = await this.#state.observe(pod);
      if (await this.#mustFail(pod, view)) return 'failed';
      const plan = this.#plan(pod, view);
      // Published before acting: a slow image pull must not hide what is known already. But what this sync has done shows
      // together with what it does next, if that is quick: a new pod takes two writes, not three.
      const patience = round > 0 && !plan.finished && !isEmpty(plan) ? NEXT_ROUND_MS : 0;
      this.#state.publish(pod, view, { patience });
      if (plan.finished) return 'finished';
      if (isEmpty(plan)) return this.#rest(pod, view, plan);
      const { crashes, problems, resize } = this.#state;
      const work: PodWork = { pod, view, crashes, problems, signal, resize, ...(prepared && { prepared }) };
      try {
        await carryOut(plan, work, this.#ports);
      } catch (error) {
        if (!(error instanceof PodRefusal)) throw error;
        this.#state.failure = rejection(error);
        reports.events.pod(pod, 'Warning', error.reason, error.message);
        return 'failed';
      }
      if (work.prepared && !prepared) this.#volumesAt = clock.monotonic();
      prepared = work.prepared;
      if (plan.starts.some(({ container }) => problems.has(container.spec.name))) {
        this.#state.publish(pod, await this.#state.observe(pod));
        return this.#rest(pod, view, plan);
      }
    }
    this.#state.wakeAfter(FLAPPING_MS);
    return 'resting';
  }

  #plan(pod: Pod, view: PodView): SyncPlan {
    const { crashes, resize } = this.#state;
    const { containers, clock } = this.#ports;
    resize.consider(pod);
    const plan = planSync({
      pod,
      view,
      now: clock.now(),
      health: containers.verdicts,
      crashes,
      resources: (container, id) => resize.wanted(pod, container, id),
    });
    resize.planned(plan.resizes);
    this.#noteHeldBack(pod, plan);
    return plan;
  }

  /** Nothing to do now: schedules the wake-ups for what is due later. */
  async #rest(pod: Pod, view: PodView, plan: SyncPlan): Promise<SyncOutcome> {
    const { resize, wakeAfter, uid } = this.#state;
    const { containers, resources, clock } = this.#ports;
    const now = clock.now();
    for (const { until } of plan.heldBack) wakeAfter(until - now);
    for (const { container } of plan.starts) this.#wakeToRetry(pod, container);
    if (resize.state.pending) wakeAfter(START_RETRY_MS);
    const deadline = deadlineOf(pod);
    if (deadline !== undefined) wakeAfter(Math.max(0, deadline - now));
    if (isEmpty(plan) && isRunning(view)) await this.#refreshVolumes(pod);
    const renew = resources.renewAt(uid);
    if (renew !== undefined) wakeAfter(Math.max(1000, renew - now));
    await containers.prune(view);
    return 'resting';
  }

  #wakeToRetry(pod: Pod, { spec }: PodContainer): void {
    const problem = this.#state.problems.get(spec.name);
    if (!problem) return;
    const { containers, clock } = this.#ports;
    const retry = containers.retryPullAt(pod, spec.image ?? '') ?? Number.POSITIVE_INFINITY;
    const wait = problem.reason === 'ErrImagePull' ? PULL_FAILED_MS : START_RETRY_MS;
    this.#state.wakeAfter(Math.max(0, Math.min(retry - clock.now(), wait)));
  }

  /** Contents that come from the API are updated when they may have changed, when a token is due, and every minute. */
  async #refreshVolumes(pod: Pod): Promise<void> {
    const { clock, resources, log } = this.#ports;
    const renewAt = resources.renewAt(this.#state.uid) ?? Number.POSITIVE_INFINITY;
    const now = clock.monotonic();
    if (!this.#state.volumesStale && now < this.#volumesAt + REFRESH_MS && clock.now() < renewAt) return;
    this.#state.volumesStale = false;
    this.#volumesAt = now;
    await resources
      .refresh(pod)
      .catch((error) => log.info('volumes not refreshed', { pod: podLabel(pod), error: messageOf(error) }));
  }

  async #mustFail(pod: Pod, view: PodView): Promise<boolean> {
    const failure = (await this.#refusal(pod, view)) ?? this.#deadlineExceeded(pod);
    if (!failure || isBeingDeleted(pod)) return false;
    this.#state.failure = failure;
    return true;
  }

  /**
   * Admission happens once, and only for a pod that no kubelet has started: a new kubelet keeps what runs. Since a refusal
   * is final, the Node is read again before it. Nothing is awaited between the decision and `admitted`, so that two pods
   * never both get the last room.
   */
  async #refusal(pod: Pod, view: PodView): Promise<PodFailure | undefined> {
    const state = this.#state;
    state.admitted ||= view.sandboxes.length > 0 || hasStarted(pod);
    if (state.admitted) return undefined;
    const { node, reports } = this.#ports;
    let refusal = node.admit(pod);
    const newest = refusal && (await node.readNode());
    if (newest) refusal = node.admit(pod, newest);
    state.admitted = refusal === undefined;
    if (refusal)
      reports.events.pod(pod, 'Warning', refusal.reason, refusal.message.replace('Pod was rejected: ', ''));
    return refusal;
  }

  #deadlineExceeded(pod: Pod) {
    const { clock, reports } = this.#ports;
    const deadline = deadlineOf(pod);
    if (deadline === undefined || clock.now() < deadline) return undefined;
    const message = 'Pod was active on the node longer than the specified deadline';
    reports.events.pod(pod, 'Normal', 'DeadlineExceeded', message);
    return { reason: 'DeadlineExceeded', message };
  }

  #noteHeldBack(pod: Pod, plan: SyncPlan): void {
    const { problems } = this.#state;
    const { events } = this.#ports.reports;
    const held = new Set<string>();
    for (const { container, delay } of plan.heldBack) {
      const { name } = container.spec;
      held.add(name);
      const text = `back-off ${duration(delay)} restarting failed container=${name} pod=${podLabel(pod)}`;
      if (problems.get(name)?.message === text) continue;
      problems.set(name, { reason: 'CrashLoopBackOff', message: text });
      const message = `Back-off restarting failed container ${name} in pod ${podLabel(pod)}`;
      events.container(pod, container, 'Warning', 'BackOff', message);
    }
    for (const [name, problem] of problems)
      if (problem.reason === 'CrashLoopBackOff' && !held.has(name)) problems.delete(name);
  }
}

function deadlineOf(pod: Pod): number | undefined {
  const seconds = specOf(pod).activeDeadlineSeconds;
  const start = pod.status?.startTime;
  return seconds === undefined || !start ? undefined : Date.parse(start) + seconds * 1000;
}

/** Milliseconds as Go prints a duration: 10s, 1m20s, 5m0s. */
function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}
