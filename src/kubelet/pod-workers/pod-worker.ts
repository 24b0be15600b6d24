// One pod's worker: sync until it must end, then terminate, then clean up; one step at a time, whatever wakes it. It
// reads the runtime afresh in every step and keeps nothing that a restart could not find out again.
import { rm } from 'node:fs/promises';
import { Backoff } from '../../kit/backoff.ts';
import type { Timer } from '../../kit/clock.ts';
import { killPod } from '../containers/kill.ts';
import { podDirectory } from '../containers/mounts.ts';
import { podLogDirectory } from '../containers/sandbox-config.ts';
import {
  graceOf,
  isDeleted,
  isTerminal,
  type Pod,
  type PodContainer,
  type PodFailure,
  podLabel,
  specOf,
} from '../pod.ts';
import { PodResize } from '../resize/pod-resize.ts';
import type { Problem } from '../status/container-status.ts';
import { podStatus } from '../status/pod-status.ts';
import { same } from '../status/status-patch.ts';
import { CrashBackoff } from '../sync/crash-backoff.ts';
import { isEmpty, type SyncPlan } from '../sync/plan.ts';
import { planSync } from '../sync/plan-sync.ts';
import { emptyView, isRunning, type PodView } from '../view/pod-view.ts';
import { fingerprintOf } from '../view/runtime-view.ts';
import type { MountedVolumes } from '../volumes/volume-manager.ts';
import { carryOut, PodProblem, type PodWork } from './carry-out.ts';
import type { PodContext } from './pod-context.ts';
import { prune } from './prune.ts';

/** Rounds of read, plan, act in one step: more mean that something flaps, and waits for the next wake-up. */
const MAX_ROUNDS = 20;
const RETRY = { base: 1000, cap: 30_000 };
/** A pull that has just failed is looked at again so soon, and then shows ImagePullBackOff. */
const PULL_FAILED_MS = 2000;
const START_RETRY_MS = 10_000;
const REFRESH_MS = 60_000;
/** After an exit event the runtime needs a moment until it shows the exit. */
const EXIT_POLL_MS = 20;
const EXIT_POLL_FOR_MS = 2000;

export type WorkerState = 'sync' | 'terminating' | 'terminated' | 'gone';

export interface WorkerOptions {
  /** The runtime cannot have anything of this pod yet. */
  readonly isNew: boolean;
  /** Everything of the pod has been removed. */
  readonly onGone: () => void;
}

export class PodWorker {
  readonly uid: string;
  readonly #context: PodContext;
  readonly #onGone: () => void;
  #isNew: boolean;
  readonly #crashes = new CrashBackoff();
  readonly #problems = new Map<string, Problem>();
  readonly #exits = new Map<string, number>();
  readonly #retries = new Backoff<'pod'>(RETRY);
  readonly #resize: PodResize;
  #pod: Pod | undefined;
  #inApi: boolean;
  #failure: PodFailure | undefined;
  #state: WorkerState = 'sync';
  #fingerprint = '';
  #admitted = false;
  #volumesStale = false;
  #volumesAt = 0;
  #abort = new AbortController();
  #grace = Number.POSITIVE_INFINITY;
  #running = false;
  #dirty = false;
  #stopped = false;
  #timer: { timer: Timer; due: number } | undefined;

  /** Without a pod the worker only ends what the runtime still has of that uid. */
  constructor(uid: string, pod: Pod | undefined, context: PodContext, { isNew, onGone }: WorkerOptions) {
    this.uid = uid;
    this.#pod = pod;
    this.#inApi = pod !== undefined;
    this.#context = context;
    this.#onGone = onGone;
    this.#isNew = isNew;
    this.#resize = new PodResize(context);
  }

  get state(): WorkerState {
    return this.#state;
  }

  get pod(): Pod | undefined {
    return this.#pod;
  }

  /** Nothing is being done for the pod at this moment. */
  get idle(): boolean {
    return !this.#running;
  }

  get fingerprint(): string {
    return this.#fingerprint;
  }

  /** The API shows the pod thus. */
  update(pod: Pod): void {
    const changed = !this.#pod || !sameWish(this.#pod, pod);
    this.#pod = pod;
    this.#volumesStale ||= changed;
    if (this.#mustEnd()) this.#hurry(graceOf(pod));
    // Status writes come back as updates; they bring no work.
    if (changed || this.#mustEnd() || hasGates(pod)) this.wake();
  }

  /** The API has forgotten the pod. */
  removed(pod: Pod): void {
    this.#inApi = false;
    this.#pod = pod;
    this.#hurry(isDeleted(pod) ? Math.max(1, graceOf(pod)) : graceOf(pod));
    this.wake();
  }

  /** Ends the pod for a reason of the node's own; the API keeps it as Failed. */
  evict(failure: PodFailure, graceSeconds: number): void {
    if (this.#failure || this.#state !== 'sync') return;
    this.#failure = failure;
    this.#hurry(graceSeconds);
    this.wake();
  }

  /** A ConfigMap or Secret that the pod names has changed. */
  referenceChanged(): void {
    this.#volumesStale = true;
    this.wake();
  }

  /** A container of the pod is said to have ended. */
  exited(containerId: string): void {
    this.#exits.set(containerId, this.#context.clock.now() + EXIT_POLL_FOR_MS);
    this.wake();
  }

  wake(): void {
    if (this.#stopped) return;
    this.#dirty = true;
    if (!this.#running) void this.#run();
  }

  /** Lets the pod run on without a worker: the kubelet stops, the pods do not. */
  stop(): void {
    this.#stopped = true;
    this.#abort.abort();
    this.#timer?.timer.cancel();
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#dirty && !this.#stopped) {
      this.#dirty = false;
      const { signal } = this.#abort;
      try {
        await this.#step();
      } catch (error) {
        if (this.#stopped) break;
        if (!signal.aborted) this.#report(error);
        this.#wakeAfter(signal.aborted ? 0 : this.#retries.next('pod'));
      }
    }
    this.#running = false;
  }

  #report(error: unknown): void {
    const name = this.#pod ? podLabel(this.#pod) : this.uid;
    const level = error instanceof PodProblem ? 'info' : 'warn';
    this.#context.log[level]('pod sync failed', { pod: name, error: String(error) });
  }

  #wakeAfter(ms: number): void {
    const { clock } = this.#context;
    const due = clock.now() + ms;
    if (this.#timer && this.#timer.due <= due && this.#timer.due > clock.now()) return;
    this.#timer?.timer.cancel();
    this.#timer = { due, timer: clock.after(ms, () => this.wake()) };
  }

  #mustEnd(): boolean {
    return !this.#inApi || this.#failure !== undefined || (this.#pod !== undefined && isDeleted(this.#pod));
  }

  /** Breaks off what a sync is doing, or an ending that takes longer than is allowed now. */
  #hurry(graceSeconds: number): void {
    if (graceSeconds >= this.#grace) return;
    this.#grace = graceSeconds;
    this.#abort.abort();
    this.#abort = new AbortController();
  }

  async #step(): Promise<void> {
    if (this.#state === 'gone') return;
    if (this.#mustEnd()) return this.#end();
    if (this.#state === 'terminated' || !this.#pod) return;
    if (isTerminal(this.#pod)) return this.#end();
    await this.#sync(this.#pod, this.#abort.signal);
  }

  async #sync(given: Pod, signal: AbortSignal): Promise<void> {
    const { clock, objects } = this.#context;
    objects.register(given);
    let prepared: MountedVolumes | undefined;
    for (let round = 0; round < MAX_ROUNDS && !signal.aborted; round++) {
      const pod = this.#context.statuses.withStatus(this.#pod ?? given);
      const view = await this.#look(pod);
      if (this.#pastDeadline(pod) || this.#refused(pod, view)) return;
      this.#resize.consider(pod);
      const plan = planSync({
        pod,
        view,
        now: clock.now(),
        health: this.#context.probes,
        crashes: this.#crashes,
        resources: (container, id) => this.#resize.wanted(pod, container, id),
      });
      this.#resize.planned(plan.resizes);
      this.#noteHeldBack(pod, plan);
      this.#publish(pod, view, false);
      if (plan.finished) return this.#end();
      const failed = this.#problems.size;
      if (isEmpty(plan)) return this.#rest(pod, view, plan);
      const work: PodWork = {
        pod,
        view,
        crashes: this.#crashes,
        problems: this.#problems,
        signal,
        resize: this.#resize,
        ...(prepared && { prepared }),
      };
      await carryOut(plan, work, this.#context);
      if (work.prepared && !prepared) this.#volumesAt = clock.now();
      prepared = work.prepared;
      if (this.#problems.size > failed || this.#stillFailing(plan)) {
        this.#publish(pod, await this.#look(pod), false);
        return this.#rest(pod, view, plan);
      }
    }
    if (!signal.aborted) this.#wakeAfter(RETRY.base);
  }

  #stillFailing(plan: SyncPlan): boolean {
    return plan.starts.some(({ container }) => this.#problems.has(container.spec.name));
  }

  /** Nothing to do now: sees to it that the worker wakes when there will be. */
  async #rest(pod: Pod, view: PodView, plan: SyncPlan): Promise<void> {
    const { clock, volumes } = this.#context;
    const now = clock.now();
    this.#retries.forget('pod');
    for (const { until } of plan.heldBack) this.#wakeAfter(until - now);
    for (const { container } of plan.starts) this.#wakeToRetry(pod, container);
    if (this.#resize.state.pending) this.#wakeAfter(START_RETRY_MS);
    const deadline = deadlineOf(pod);
    if (deadline !== undefined) this.#wakeAfter(Math.max(0, deadline - now));
    if (isEmpty(plan) && isRunning(view)) await this.#refreshVolumes(pod);
    const renew = volumes.renewAt(this.uid);
    if (renew !== undefined) this.#wakeAfter(Math.max(1000, renew - now));
    await prune(view, this.#context);
  }

  #wakeToRetry(pod: Pod, { spec }: PodContainer): void {
    const problem = this.#problems.get(spec.name);
    if (!problem) return;
    const { images, clock } = this.#context;
    const retry = images.retryAt(pod, spec.image ?? '') ?? Number.POSITIVE_INFINITY;
    const wait = problem.reason === 'ErrImagePull' ? PULL_FAILED_MS : START_RETRY_MS;
    this.#wakeAfter(Math.max(0, Math.min(retry - clock.now(), wait)));
  }

  /** Contents that come from the API are brought up to date when they may have changed, and every minute anyway. */
  async #refreshVolumes(pod: Pod): Promise<void> {
    const { clock, volumes } = this.#context;
    const renewAt = volumes.renewAt(this.uid) ?? Number.POSITIVE_INFINITY;
    const now = clock.now();
    if (!this.#volumesStale && now < this.#volumesAt + REFRESH_MS && now < renewAt) return;
    this.#volumesStale = false;
    this.#volumesAt = now;
    await volumes.mount(pod).catch((error) => this.#report(error));
  }

  async #look(pod: Pod | undefined): Promise<PodView> {
    const view = this.#isNew ? emptyView(this.uid) : await this.#context.runtimeView.read(this.uid);
    this.#isNew = false;
    this.#fingerprint = fingerprintOf(view);
    if (pod) this.#context.probes.update(pod, view);
    this.#awaitExits(view);
    return view;
  }

  /** An exit was announced that the runtime does not show yet: look again at once. */
  #awaitExits(view: PodView): void {
    const now = this.#context.clock.now();
    for (const [id, until] of this.#exits) {
      const shown = view.containers.find((c) => c.id === id);
      if (shown?.state !== 'running' || now > until) this.#exits.delete(id);
      else this.#wakeAfter(EXIT_POLL_MS);
    }
  }

  /** Asked once, of a pod that has never run. */
  #refused(pod: Pod, view: PodView): boolean {
    if (this.#admitted || view.sandboxes.length > 0 || pod.status?.phase === 'Running') return false;
    const refusal = this.#context.admit(pod);
    this.#admitted = refusal === undefined;
    if (!refusal) return false;
    this.#context.events.pod(
      pod,
      'Warning',
      refusal.reason,
      refusal.message.replace('Pod was rejected: ', ''),
    );
    this.evict(refusal, 0);
    return true;
  }

  #pastDeadline(pod: Pod): boolean {
    const deadline = deadlineOf(pod);
    if (deadline === undefined || this.#context.clock.now() < deadline) return false;
    const message = 'Pod was active on the node longer than the specified deadline';
    this.#context.events.pod(pod, 'Normal', 'DeadlineExceeded', message);
    this.evict({ reason: 'DeadlineExceeded', message }, graceOf(pod));
    return true;
  }

  #noteHeldBack(pod: Pod, plan: SyncPlan): void {
    const held = new Set<string>();
    for (const { container, delay } of plan.heldBack) {
      const { name } = container.spec;
      held.add(name);
      const text = `back-off ${duration(delay)} restarting failed container=${name} pod=${podLabel(pod)}`;
      if (this.#problems.get(name)?.message === text) continue;
      this.#problems.set(name, { reason: 'CrashLoopBackOff', message: text });
      const message = `Back-off restarting failed container ${name} in pod ${podLabel(pod)}`;
      this.#context.events.container(pod, container, 'Warning', 'BackOff', message);
    }
    for (const [name, problem] of this.#problems)
      if (problem.reason === 'CrashLoopBackOff' && !held.has(name)) this.#problems.delete(name);
  }

  #publish(pod: Pod, view: PodView, ended: boolean, final = false): void {
    const { statuses, clock, hostIPs, probes } = this.#context;
    const status = podStatus({
      pod: statuses.withStatus(pod),
      view,
      now: clock.now(),
      hostIPs,
      problems: this.#problems,
      probes,
      failure: this.#failure,
      resize: this.#resize.state,
      ended,
    });
    statuses.set(this.#pod ?? pod, status, final);
  }

  async #end(): Promise<void> {
    if (this.#state !== 'terminated') await this.#terminate();
    if (this.#state !== 'terminated') return;
    if (!this.#inApi) return this.#removeAll();
    const pod = this.#pod;
    if (pod && isDeleted(pod)) {
      // Also tells the API that the pod may go.
      this.#publish(pod, await this.#look(undefined), true, true);
    }
  }

  async #terminate(): Promise<void> {
    this.#state = 'terminating';
    const { signal } = this.#abort;
    this.#context.probes.stopRestarting(this.uid);
    const view = await this.#look(this.#pod);
    if (isRunning(view)) await this.#kill(view, signal);
    if (signal.aborted) return this.wake();
    this.#context.probes.remove(this.uid);
    const after = await this.#look(undefined);
    if (this.#pod && this.#inApi) this.#publish(this.#pod, after, true);
    await Promise.all([this.#context.volumes.unmount(this.uid), this.#context.cgroups.remove(this.uid)]);
    this.#context.objects.unregister(this.uid);
    this.#context.images.forget(this.uid);
    this.#state = 'terminated';
  }

  /** Returns early when the grace period has been cut short meanwhile. */
  async #kill(view: PodView, signal: AbortSignal): Promise<void> {
    const pod = this.#pod;
    const grace = Number.isFinite(this.#grace) ? this.#grace : pod ? graceOf(pod) : 1;
    const aborted = new Promise<void>((resolve) =>
      signal.addEventListener('abort', () => resolve(), { once: true }),
    );
    await Promise.race([killPod(pod, view, grace, this.#context, signal), aborted]);
  }

  /** Logs and directories go last, when nobody can ask for them any more. */
  async #removeAll(): Promise<void> {
    const { runtime, runtimeView, statuses, root, logs, cgroups } = this.#context;
    const view = await this.#look(undefined);
    await Promise.all(view.containers.map(({ id }) => runtime.removeContainer(id)));
    await Promise.all(view.sandboxes.map(({ id }) => runtime.removePodSandbox(id)));
    await cgroups.remove(this.uid);
    await rm(podDirectory(root, this.uid), { recursive: true, force: true });
    for (const dir of this.#logDirectories(view, logs)) await rm(dir, { recursive: true, force: true });
    runtimeView.forget(this.uid);
    statuses.forget(this.uid);
    this.#state = 'gone';
    this.stop();
    this.#onGone();
  }

  /** Of a pod that only the runtime knew, its labels tell the name. */
  #logDirectories(view: PodView, logs: string): ReadonlySet<string> {
    const known = this.#pod ? [podLogDirectory(logs, this.#pod)] : [];
    return new Set([...known, ...view.sandboxes.map(({ metadata }) => podLogDirectory(logs, { metadata }))]);
  }
}

function deadlineOf(pod: Pod): number | undefined {
  const seconds = specOf(pod).activeDeadlineSeconds;
  const start = pod.status?.startTime;
  return seconds === undefined || !start ? undefined : Date.parse(start) + seconds * 1000;
}

/** True when nothing that the kubelet acts upon differs: spec, and the metadata that volumes may show. */
function sameWish(a: Pod, b: Pod): boolean {
  const { generation } = a.metadata;
  const spec = generation === undefined ? same(a.spec, b.spec) : generation === b.metadata.generation;
  return (
    spec && same(a.metadata.labels, b.metadata.labels) && same(a.metadata.annotations, b.metadata.annotations)
  );
}

/** Readiness gates are conditions that others write: only then does a status update matter. */
const hasGates = (pod: Pod): boolean => (specOf(pod).readinessGates ?? []).length > 0;

/** Milliseconds as Go prints a duration: 10s, 1m20s, 5m0s. */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds}s`;
  return `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}
