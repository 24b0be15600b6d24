// All pod workers of a kubelet: makes one for every pod that the API or the runtime has, brings it what the API and the
// runtime report, and relists the runtime, since events may be lost.

import type { RuntimeEvent } from '../../cri/runtime.ts';
import { messageOf } from '../../kit/message-of.ts';
import { type Pod, podUid } from '../pod.ts';
import type { RuntimeView } from '../view/runtime-view.ts';
import type { PodRegistry } from './pod-registry.ts';
import { PodWorker } from './pod-worker.ts';
import type { WorkerPorts } from './ports.ts';

export interface PodWorkersOptions {
  readonly registry: PodRegistry;
  readonly runtimeView: Pick<RuntimeView, 'glance' | 'ownerOf' | 'isGone'>;
  readonly ports: WorkerPorts;
}

export class PodWorkers {
  readonly #options: PodWorkersOptions;
  readonly #workers: Map<string, PodWorker>;
  #relisting: Promise<void> | undefined;
  #again = false;
  /** After the first relist, a pod that is new to the kubelet is new to the runtime too: its first read is saved. */
  #listed = false;

  constructor(options: PodWorkersOptions) {
    this.#options = options;
    this.#workers = options.registry.workers;
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

  /** Events are hints: one whose container has no known pod leads to a relist. */
  onRuntimeEvent(event: RuntimeEvent): void {
    const { runtimeView } = this.#options;
    const uid = event.containerId && runtimeView.ownerOf(event.containerId);
    const worker = uid ? this.#workers.get(uid) : undefined;
    if (!worker) {
      if (runtimeView.isGone(event.containerId)) return;
      if (event.kind === 'resync' || event.kind === 'exited' || event.kind === 'oom') void this.relist();
      return;
    }
    if (event.kind === 'exited' || event.kind === 'deleted') worker.exited(event.containerId);
  }

  /** Wakes every worker whose pod changed in the runtime since it last looked; pods without a worker get one. */
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
    const { runtimeView, ports } = this.#options;
    try {
      const glances = await runtimeView.glance();
      this.#listed = true;
      for (const [uid, { fingerprint }] of glances) {
        const worker = this.#workers.get(uid);
        if (!worker) this.#add(uid, undefined).wake();
        else if (worker.fingerprint !== fingerprint) worker.wake();
      }
      // The runtime has nothing of these any more, but their workers saw something last.
      for (const [uid, worker] of this.#workers)
        if (!glances.has(uid) && worker.fingerprint !== '') worker.wake();
    } catch (error) {
      ports.log.warn('relist failed', { error: messageOf(error) });
    }
  }

  #add(uid: string, pod: Pod | undefined): PodWorker {
    const isNew = this.#listed && pod !== undefined;
    const onGone = () => this.#workers.delete(uid);
    const worker = new PodWorker({ uid, pod, isNew, ports: this.#options.ports, onGone });
    this.#workers.set(uid, worker);
    return worker;
  }
}
