// The pods that have a worker now. Made before everything else, so that probes, references, admission and eviction can
// reach pods without knowing the workers; pod-workers.ts fills it.
import { type Pod, type PodFailure, podUid } from '../pod.ts';
import type { PodWorker } from './pod-worker.ts';

export class PodRegistry {
  /** By pod uid. */
  readonly workers = new Map<string, PodWorker>();

  /** Pods that may run: not those that are ending, nor those that only the runtime knows. */
  active(): Pod[] {
    return [...this.workers.values()].flatMap(({ state, pod }) => (state === 'sync' && pod ? [pod] : []));
  }

  /** The other pods that use the node now. */
  others(pod: Pod): Pod[] {
    return [...this.workers.values()].flatMap((worker) =>
      worker.usesNode && worker.pod && worker.uid !== podUid(pod) ? [worker.pod] : [],
    );
  }

  /** Something about the pod may have changed: its worker checks. */
  wake(uid: string): void {
    this.workers.get(uid)?.wake();
  }

  /** A probe's verdict on a container of the pod is another one. */
  verdictChanged(uid: string): void {
    this.workers.get(uid)?.verdictChanged();
  }

  /** A ConfigMap or Secret that the pod names has changed. */
  referenceChanged(uid: string): void {
    this.workers.get(uid)?.referenceChanged();
  }

  evict(pod: Pod, failure: PodFailure, graceSeconds: number): void {
    this.workers.get(podUid(pod))?.evict(failure, graceSeconds);
  }
}
