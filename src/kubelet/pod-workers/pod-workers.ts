// All pod workers of a kubelet: brings wake-ups to the right one, makes one for every pod the API or the runtime has,
// and relists the runtime as the truth behind its events.
import type { RuntimeEvent } from '../../cri/runtime.ts';
import { type Pod, type PodFailure, podUid } from '../pod.ts';
import type { PodContext } from './pod-context.ts';
import { PodWorker } from './pod-worker.ts';

export class PodWorkers {
  readonly #context: PodContext;
  readonly #workers = new Map<string, PodWorker>();
  #relisting: Promise<void> | undefined;
  #again = false;
  /** From the first relist on a pod that is new to the kubelet is new to the runtime as well. */
  #listed = false;

  constructor(context: PodContext) {
    this.#context = context;
  }

  put(pod: Pod): void {
    const uid = podUid(pod);
    const worker = this.#workers.get(uid);
    if (worker) return worker.update(pod);
    this.#add(uid, pod).wake();
  }

  remove(pod: Pod): void {
    const uid = podUid(pod);
    (this.#workers.get(uid) ?? this.#add(uid, pod)).removed(pod);
  }

  wake(uid: string): void {
    this.#workers.get(uid)?.wake();
  }

  referenceChanged(uid: string): void {
    this.#workers.get(uid)?.referenceChanged();
  }

  evict(uid: string, failure: PodFailure, graceSeconds: number): void {
    this.#workers.get(uid)?.evict(failure, graceSeconds);
  }

  get(uid: string): PodWorker | undefined {
    return this.#workers.get(uid);
  }

  all(): PodWorker[] {
    return [...this.#workers.values()];
  }

  /** A hint from the runtime; what it cannot place leads to a relist. */
  onRuntimeEvent(event: RuntimeEvent): void {
    const uid = event.containerId && this.#context.runtimeView.ownerOf(event.containerId);
    const worker = uid ? this.#workers.get(uid) : undefined;
    if (!worker) {
      if (this.#context.runtimeView.isGone(event.containerId)) return;
      if (event.kind === 'resync' || event.kind === 'exited' || event.kind === 'oom') void this.relist();
      return;
    }
    if (event.kind === 'exited' || event.kind === 'deleted') worker.exited(event.containerId);
  }

  /** Wakes every worker whose pod does not look as it last saw it; what belongs to nobody is ended. */
  relist(): Promise<void> {
    if (this.#relisting) {
      this.#again = true;
      return this.#relisting;
    }
    this.#relisting = this.#relist().finally(() => {
      this.#relisting = undefined;
      if (!this.#again) return;
      this.#again = false;
      void this.relist();
    });
    return this.#relisting;
  }

  stop(): void {
    for (const worker of this.#workers.values()) worker.stop();
    this.#workers.clear();
  }

  async #relist(): Promise<void> {
    const { runtimeView, log } = this.#context;
    try {
      const glances = await runtimeView.glance();
      this.#listed = true;
      for (const [uid, { fingerprint }] of glances) {
        const worker = this.#workers.get(uid);
        if (!worker) this.#add(uid, undefined).wake();
        else if (worker.fingerprint !== fingerprint) worker.wake();
      }
      for (const [uid, worker] of this.#workers)
        if (!glances.has(uid) && worker.fingerprint !== '') worker.wake();
    } catch (error) {
      log.warn('relist failed', { error: String(error) });
    }
  }

  #add(uid: string, pod: Pod | undefined): PodWorker {
    const isNew = this.#listed && pod !== undefined;
    const onGone = () => this.#workers.delete(uid);
    const worker = new PodWorker({ uid, pod, isNew, context: this.#context, onGone });
    this.#workers.set(uid, worker);
    return worker;
  }
}
