// One pod's worker: syncs the pod until it must end, then terminates it, then cleans up. Steps never overlap, whatever
// wakes it. Every step reads the runtime again, and a new kubelet can find out all that is kept here.

import { isBeingDeleted } from '../../api/meta/v1/object.ts';
import { isPodTerminal } from '../../api/pods/phase.ts';
import { Backoff } from '../../kit/backoff.ts';
import type { Timer } from '../../kit/clock.ts';
import { messageOf } from '../../kit/message-of.ts';
import { graceOf, hasStarted, type Pod, type PodFailure, podLabel, specOf } from '../pod.ts';
import { same } from '../status/status-patch.ts';
import { VolumePending } from '../volumes/pending.ts';
import { PodProblem } from './carry-out.ts';
import { PodEnding } from './pod-ending.ts';
import { PodState } from './pod-state.ts';
import { PodSync } from './pod-sync.ts';
import type { WorkerPorts } from './ports.ts';

/**
 * The node lifecycle controller marks pods as not ready while their node is silent, for the kubelet to correct. Not at once,
 * so that two who disagree do not keep the API server busy; upstream's kubelet looks as often.
 */
const OVERWRITTEN_MS = 10_000;
const RETRY = { base: 1000, cap: 30_000 };
/** Grace period of a pod that only the runtime knows: its spec is lost. */
const ORPHAN_GRACE_SECONDS = 1;

export type WorkerState = 'sync' | 'terminating' | 'terminated' | 'gone';

export interface WorkerOptions {
  readonly uid: string;
  /** Without a pod the worker only terminates what the runtime still has of that uid. */
  readonly pod: Pod | undefined;
  /** The runtime cannot have anything of this pod yet. */
  readonly isNew: boolean;
  readonly ports: WorkerPorts;
  /** Everything of the pod has been removed. */
  readonly onGone: () => void;
}

export class PodWorker {
  readonly #state: PodState;
  readonly #sync: PodSync;
  readonly #ending: PodEnding;
  readonly #ports: Pick<WorkerPorts, 'clock' | 'log' | 'reports'>;
  readonly #onGone: () => void;
  readonly #retries = new Backoff<'pod'>(RETRY);
  #stage: WorkerState = 'sync';
  #abort = new AbortController();
  #grace = Number.POSITIVE_INFINITY;
  #running = false;
  #dirty = false;
  #stopped = false;
  #timer: { timer: Timer; due: number } | undefined;

  constructor({ uid, pod, isNew, ports, onGone }: WorkerOptions) {
    const wakeAfter = (ms: number) => this.#wakeAfter(ms);
    this.#state = new PodState({ uid, pod, isNew, ports, wakeAfter });
    this.#sync = new PodSync(this.#state, ports);
    this.#ending = new PodEnding(this.#state, ports);
    this.#ports = ports;
    this.#onGone = onGone;
  }

  get uid(): string {
    return this.#state.uid;
  }

  get state(): WorkerState {
    return this.#stage;
  }

  get pod(): Pod | undefined {
    return this.#state.pod;
  }

  /**
   * Room, ports and the like of the node are taken by the pod: from its admission, by this kubelet or the one before it,
   * until nothing of it runs any more. Pods that still wait for admission, and refused ones, take nothing.
   */
  get usesNode(): boolean {
    const { pod, inApi, admitted } = this.#state;
    if (!pod || !inApi || (!admitted && !hasStarted(pod)) || isPodTerminal(pod)) return false;
    return this.#stage === 'sync' || this.#stage === 'terminating';
  }

  /** Nothing is being done for the pod at this moment. */
  get idle(): boolean {
    return !this.#running;
  }

  get fingerprint(): string {
    return this.#state.fingerprint;
  }

  /** The pod as the API has it now. */
  update(pod: Pod): void {
    const changed = !this.#state.pod || !sameDesired(this.#state.pod, pod);
    this.#state.pod = pod;
    this.#state.volumesStale ||= changed;
    if (this.#mustEnd()) this.#shortenGrace(graceOf(pod));
    // The kubelet's own status writes come back as updates, and need no sync.
    if (changed || this.#mustEnd() || hasGates(pod)) this.wake();
    else if (this.#ports.reports.statuses.isOverwritten(pod)) this.#wakeAfter(OVERWRITTEN_MS);
  }

  /** The pod was deleted from the API. */
  removed(pod: Pod): void {
    this.#state.inApi = false;
    this.#state.pod = pod;
    this.#shortenGrace(isBeingDeleted(pod) ? Math.max(1, graceOf(pod)) : graceOf(pod));
    this.wake();
  }

  /** Ends the pod for a reason of the node's own; in the API it stays, as Failed. */
  evict(failure: PodFailure, graceSeconds: number): void {
    if (this.#state.failure || this.#stage !== 'sync') return;
    this.#state.failure = failure;
    this.#shortenGrace(graceSeconds);
    this.wake();
  }

  /** A ConfigMap or Secret that the pod names has changed. */
  referenceChanged(): void {
    this.#state.volumesStale = true;
    this.wake();
  }

  /** A probe's verdict on a container is another one. */
  verdictChanged(): void {
    this.#ending.showReadiness();
    this.wake();
  }

  /** The runtime has reported that a container of the pod exited. */
  exited(containerId: string): void {
    this.#state.expectExit(containerId);
    this.wake();
  }

  wake(): void {
    if (this.#stopped) return;
    this.#dirty = true;
    if (!this.#running) void this.#run();
  }

  /** Stops the worker and leaves the pod running: the kubelet stops, its pods do not. */
  stop(): void {
    this.#stopped = true;
    this.#abort.abort();
    this.#timer?.timer.cancel();
  }

  /** A wake-up during a step sets #dirty again, so no change goes unseen. Failed steps are retried with back-off. */
  async #run(): Promise<void> {
    this.#running = true;
    while (this.#dirty && !this.#stopped) {
      this.#dirty = false;
      const { signal } = this.#abort;
      try {
        await this.#step(signal);
        this.#retries.forget('pod');
      } catch (error) {
        if (this.#stopped) break;
        if (!signal.aborted) this.#report(error);
        this.#wakeAfter(signal.aborted ? 0 : this.#retries.next('pod'));
      }
    }
    this.#running = false;
  }

  /** `terminated` waits here for the deletion of the pod; what never runs again is terminated at once. */
  async #step(signal: AbortSignal): Promise<void> {
    if (this.#stage === 'gone') return;
    if (this.#mustEnd()) return this.#end(signal);
    const { pod } = this.#state;
    if (this.#stage === 'terminated' || !pod) return;
    const outcome = isPodTerminal(pod) ? 'finished' : await this.#sync.run(signal);
    if (outcome === 'finished' || outcome === 'failed') await this.#end(signal);
  }

  /** The order matters: the pod leaves the API only after its containers ended, its files only after it left the API. */
  async #end(signal: AbortSignal): Promise<void> {
    if (this.#stage !== 'terminated') {
      this.#stage = 'terminating';
      if (!(await this.#ending.terminate(this.#graceSeconds(), signal))) return this.wake();
      this.#stage = 'terminated';
    }
    const { inApi, pod } = this.#state;
    if (!inApi) await this.#remove();
    else if (pod && isBeingDeleted(pod)) await this.#ending.release();
  }

  async #remove(): Promise<void> {
    await this.#ending.removeAll();
    this.#stage = 'gone';
    this.stop();
    this.#onGone();
  }

  #graceSeconds(): number {
    if (Number.isFinite(this.#grace)) return this.#grace;
    return this.#state.pod ? graceOf(this.#state.pod) : ORPHAN_GRACE_SECONDS;
  }

  #mustEnd(): boolean {
    const { inApi, failure, pod } = this.#state;
    return !inApi || failure !== undefined || (pod !== undefined && isBeingDeleted(pod));
  }

  /** A shorter grace period aborts the sync, or the termination under a longer one; a longer one changes nothing. */
  #shortenGrace(graceSeconds: number): void {
    if (graceSeconds >= this.#grace) return;
    this.#grace = graceSeconds;
    this.#abort.abort();
    this.#abort = new AbortController();
  }

  /** Of several pending wake-ups only the earliest is kept: the sync that it starts asks for the others again. */
  #wakeAfter(ms: number): void {
    const { clock } = this.#ports;
    const now = clock.monotonic();
    const due = now + ms;
    if (this.#timer && this.#timer.due <= due && this.#timer.due > now) return;
    this.#timer?.timer.cancel();
    this.#timer = { due, timer: clock.after(ms, () => this.wake()) };
  }

  #report(error: unknown): void {
    const { pod, uid } = this.#state;
    const isExpected = error instanceof PodProblem || error instanceof VolumePending;
    const level = isExpected ? 'info' : 'warn';
    this.#ports.log[level]('pod sync failed', { pod: pod ? podLabel(pod) : uid, error: messageOf(error) });
  }
}

/** True when nothing differs that the kubelet acts upon: the spec, and the metadata that volumes may show. */
function sameDesired(a: Pod, b: Pod): boolean {
  const { generation } = a.metadata;
  const spec = generation === undefined ? same(a.spec, b.spec) : generation === b.metadata.generation;
  return (
    spec && same(a.metadata.labels, b.metadata.labels) && same(a.metadata.annotations, b.metadata.annotations)
  );
}

/** Readiness gates are conditions that others write: with them a status update may change readiness. */
const hasGates = (pod: Pod): boolean => (specOf(pod).readinessGates ?? []).length > 0;
