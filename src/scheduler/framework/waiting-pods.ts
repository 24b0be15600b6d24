// Pods whose Permit plugins answered Wait: assumed on a node, not bound until every such plugin allows them.
// One rejection, or one plugin's time-out, rejects the pod. Filled by the framework; plugins look pods up by uid.
import { durationText } from '../../api/meta/v1/duration.ts';
import type { Clock, Timer } from '../../kit/clock.ts';
import type { PodInfo } from '../cache/pod-info.ts';
import { errorStatus, from, type Status, SUCCESS, unschedulable } from './status.ts';

export const MAX_PERMIT_WAIT_MS = 15 * 60_000;

export class WaitingPod {
  readonly pod: PodInfo;
  /** Resolves once: allowed by all, or rejected by one. */
  readonly decision: Promise<Status>;
  /** Plugin → its time-out, while the plugin has not decided. */
  readonly #pending = new Map<string, Timer>();
  #decide: (status: Status) => void = () => {};
  #isDecided = false;

  /** `timeouts`: plugin → how long it may take, in milliseconds. */
  constructor(pod: PodInfo, timeouts: ReadonlyMap<string, number>, clock: Clock) {
    this.pod = pod;
    this.decision = new Promise((resolve) => {
      this.#decide = resolve;
    });
    for (const [plugin, asked] of timeouts) {
      const wait = Math.min(asked, MAX_PERMIT_WAIT_MS);
      const message = `rejected due to timeout after waiting ${durationText(wait)} at plugin ${plugin}`;
      this.#pending.set(
        plugin,
        clock.after(wait, () => this.reject(plugin, message)),
      );
    }
  }

  get pendingPlugins(): readonly string[] {
    return [...this.#pending.keys()];
  }

  allow(plugin: string): void {
    this.#pending.get(plugin)?.cancel();
    this.#pending.delete(plugin);
    if (this.#pending.size === 0) this.#end(SUCCESS);
  }

  reject(plugin: string, message: string): void {
    this.#end(from(plugin, unschedulable(message)));
  }

  /** Takes the pod's place away; it is tried again after its back-off. False when it has been decided on already. */
  preempt(plugin: string, message: string): boolean {
    return this.#end(from(plugin, errorStatus(message, 'waiting on permit for pod')));
  }

  #end(status: Status): boolean {
    for (const timer of this.#pending.values()) timer.cancel();
    const isFirst = !this.#isDecided;
    this.#isDecided = true;
    this.#decide(status);
    return isFirst;
  }
}

export class WaitingPods {
  readonly #pods = new Map<string, WaitingPod>();

  add(waiting: WaitingPod): void {
    this.#pods.set(waiting.pod.uid, waiting);
  }

  get(uid: string): WaitingPod | undefined {
    return this.#pods.get(uid);
  }

  list(): readonly WaitingPod[] {
    return [...this.#pods.values()];
  }

  remove(uid: string): void {
    this.#pods.delete(uid);
  }
}
