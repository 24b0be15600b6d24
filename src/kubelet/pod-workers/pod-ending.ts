// The dying half of a worker: kill what runs within the grace period, publish how it ended, give back volumes and
// cgroup, and in the end remove every trace.
import { rm } from 'node:fs/promises';
import { abortable } from '../containers/abortable.ts';
import { killPod } from '../containers/kill.ts';
import { podDirectory } from '../containers/mounts.ts';
import { podLogDirectory } from '../containers/sandbox-config.ts';
import { isRunning, type PodView } from '../view/pod-view.ts';
import type { PodState } from './pod-state.ts';

export class PodEnding {
  readonly #state: PodState;

  constructor(state: PodState) {
    this.#state = state;
  }

  /** False when it was interrupted, because less time is left now: call it again. */
  async terminate(graceSeconds: number, signal: AbortSignal): Promise<boolean> {
    const { context, uid, pod, inApi } = this.#state;
    context.probes.stopRestarting(uid);
    const view = await this.#state.look(pod);
    if (isRunning(view)) await this.#kill(view, graceSeconds, signal);
    if (signal.aborted) return false;
    context.probes.remove(uid);
    const after = await this.#state.look();
    if (pod && inApi) this.#state.publish(pod, after, { ended: true });
    await Promise.all([context.volumes.unmount(uid), context.cgroups.remove(uid)]);
    context.objects.unregister(uid);
    context.images.forget(uid);
    return true;
  }

  /** The last status; after it the API may forget the pod. */
  async release(): Promise<void> {
    const { pod } = this.#state;
    if (pod) this.#state.publish(pod, await this.#state.look(), { ended: true, final: true });
  }

  /** Logs and directories go last, when nobody can ask for them any more. */
  async removeAll(): Promise<void> {
    const { context, uid } = this.#state;
    const { runtime, runtimeView, statuses, root, cgroups } = context;
    const view = await this.#state.look();
    await Promise.all(view.containers.map(({ id }) => runtime.removeContainer(id)));
    await Promise.all(view.sandboxes.map(({ id }) => runtime.removePodSandbox(id)));
    await cgroups.remove(uid);
    await rm(podDirectory(root, uid), { recursive: true, force: true });
    for (const dir of this.#logDirectories(view)) await rm(dir, { recursive: true, force: true });
    runtimeView.forget(uid);
    statuses.forget(uid);
  }

  /** Returns early when the grace period has been cut short meanwhile. */
  async #kill(view: PodView, graceSeconds: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const killing = killPod(this.#state.pod, view, graceSeconds, this.#state.context, signal);
    await abortable(killing, signal).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }

  /** Of a pod that only the runtime knew, its labels tell the name. */
  #logDirectories(view: PodView): ReadonlySet<string> {
    const { pod, context } = this.#state;
    const known = pod ? [podLogDirectory(context.logs, pod)] : [];
    const seen = view.sandboxes.map(({ metadata }) => podLogDirectory(context.logs, { metadata }));
    return new Set([...known, ...seen]);
  }
}
