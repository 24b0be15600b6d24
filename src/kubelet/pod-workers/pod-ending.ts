// The second half of a worker: kill what runs within the grace period, publish how it ended, give back volumes and
// cgroup, and in the end remove every trace.
import { abortable } from '../containers/abortable.ts';
import { isRunning, type PodView } from '../view/pod-view.ts';
import type { PodState } from './pod-state.ts';
import type { WorkerPorts } from './ports.ts';

export type EndingPorts = Pick<WorkerPorts, 'containers' | 'resources' | 'reports'>;

export class PodEnding {
  readonly #state: PodState;
  readonly #ports: EndingPorts;
  /** What runs, while it is being killed. */
  #dying: PodView | undefined;

  constructor(state: PodState, ports: EndingPorts) {
    this.#state = state;
    this.#ports = ports;
  }

  /** False when it was interrupted, because less time is left now: call it again. */
  async terminate(graceSeconds: number, signal: AbortSignal): Promise<boolean> {
    const { uid, pod, inApi } = this.#state;
    const { containers, resources } = this.#ports;
    const view = await this.#state.observe(pod);
    containers.stopRestarting(uid);
    if (isRunning(view)) await this.#kill(view, graceSeconds, signal);
    if (signal.aborted) return false;
    // Read again: the status must show exit codes and reasons, which only the ended containers have.
    const after = await this.#state.observe();
    containers.ended(uid);
    if (pod && inApi) this.#state.publish(pod, after, { ended: true });
    await resources.release(uid);
    return true;
  }

  /** Who ends slowly becomes unready as soon as its probe says so: its Services must not wait for its end. */
  showReadiness(): void {
    const { pod, inApi } = this.#state;
    if (this.#dying && pod && inApi) this.#state.publish(pod, this.#dying);
  }

  /** The last status; after it the API may forget the pod. */
  async release(): Promise<void> {
    const { pod } = this.#state;
    if (pod) this.#state.publish(pod, await this.#state.observe(), { ended: true, final: true });
  }

  /** Logs and directories go last: until the pod has left the API its logs may be read. */
  async removeAll(): Promise<void> {
    const { uid, pod } = this.#state;
    const { containers, resources, reports } = this.#ports;
    await containers.removeAll(pod, await this.#state.observe());
    await resources.remove(uid);
    reports.statuses.forget(uid);
  }

  /** Returns early when the grace period has been cut short meanwhile. */
  async #kill(view: PodView, graceSeconds: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    this.#dying = view;
    const killing = this.#ports.containers.killPod(this.#state.pod, view, graceSeconds, signal);
    try {
      await abortable(killing, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      this.#dying = undefined;
    }
  }
}
