// Keeps a node that the cluster has given up, or whose Node is new, from being ready before the pods have ended that are no longer its own:
// others may run in their place. The pods that are here are compared with those of the API once, then their ends are awaited.
// Called by node-manager.ts, which sees that the node was given up, and by kubelet.ts, when all pods of the runtime are known.
import { Pod as PodKind } from '../../api/kinds/core/v1/pod.ts';
import { isBeingDeleted } from '../../api/meta/v1/object.ts';
import type { Client } from '../../client/client.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { messageOf } from '../../kit/message-of.ts';
import { podLabel, podUid } from '../pod.ts';
import type { PodRegistry } from '../pod-workers/pod-registry.ts';
import type { PodWorker } from '../pod-workers/pod-worker.ts';

export interface FormerPodsOptions {
  readonly nodeName: string;
  readonly client: Pick<Client, 'list'>;
  readonly registry: Pick<PodRegistry, 'workers'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** The API answers: what waits before it asks again need not. */
  readonly onAnswer: () => void;
}

const LOOK_MS = 200;
const RETRY_MS = 1_000;
/** Pods that are being deleted have not been replaced by their like yet where that counts: a long grace period keeps no node away. */
const DELETED_MS = 30_000;
/** Named in the condition's message. */
const MOST_NAMES = 5;

export class FormerPods {
  readonly #options: FormerPodsOptions;
  readonly #stop = new AbortController();
  #problem: string | undefined;
  /** All pods of the runtime have workers. */
  #known = false;
  #onSettled = () => {};

  constructor(options: FormerPodsOptions) {
    this.#options = options;
  }

  /** Why the node is not ready; undefined when nothing is left of former pods. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** There is one listener: node-manager.ts, which reports the node's conditions. */
  onSettled(listener: () => void): void {
    this.#onSettled = listener;
  }

  /** The node is not ready until its pods are those of the API. */
  begin(): void {
    if (this.#problem !== undefined) return;
    this.#problem = 'pods of this node are being compared with those of the cluster';
    if (this.#known) void this.#settle();
  }

  /** Every pod of the runtime has a worker from now on. */
  known(): void {
    this.#known = true;
    if (this.#problem !== undefined) void this.#settle();
  }

  stop(): void {
    this.#stop.abort();
  }

  async #settle(): Promise<void> {
    const { clock, registry } = this.#options;
    const { signal } = this.#stop;
    try {
      const here = [...registry.workers.values()];
      const there = await this.#list();
      const end = clock.monotonic() + DELETED_MS;
      for (;;) {
        const late = here.filter((one) => this.#mustEnd(one, there, clock.monotonic() < end));
        if (late.length === 0) break;
        this.#problem = `pods that are no longer of this node still run: ${namesOf(late)}`;
        // A watch that was under way when the API answered fails later, and would wait for up to a minute again.
        if (late.some(({ state }) => state === 'sync')) this.#options.onAnswer();
        await clock.sleep(LOOK_MS, signal);
      }
    } catch (error) {
      if (signal.aborted) return;
      this.#options.log.error('former pods are not known', { error });
    }
    this.#problem = undefined;
    this.#onSettled();
  }

  /** By uid, as the API has them after this call. */
  async #list(): Promise<ReadonlyMap<string, PodKind>> {
    const { client, nodeName, clock, log, onAnswer } = this.#options;
    const { signal } = this.#stop;
    for (;;) {
      try {
        const { items } = await client.list(PodKind, { fieldSelector: `spec.nodeName=${nodeName}` });
        onAnswer();
        return new Map(items.map((pod) => [podUid(pod), pod]));
      } catch (error) {
        log.warn('cannot list the pods of this node', { error: messageOf(error) });
        await clock.sleep(RETRY_MS, signal);
      }
    }
  }

  #mustEnd(worker: PodWorker, there: ReadonlyMap<string, PodKind>, awaitsDeleted: boolean): boolean {
    if (this.#options.registry.workers.get(worker.uid) !== worker) return false;
    if (worker.state !== 'sync' && worker.state !== 'terminating') return false;
    const pod = there.get(worker.uid);
    if (pod === undefined) return true;
    // One that still syncs has not heard of its deletion.
    return isBeingDeleted(pod) && (awaitsDeleted || worker.state === 'sync');
  }
}

function namesOf(workers: readonly PodWorker[]): string {
  const names = workers.slice(0, MOST_NAMES).map(({ pod, uid }) => (pod ? podLabel(pod) : uid));
  return names.join(', ') + (workers.length > MOST_NAMES ? ` and ${workers.length - MOST_NAMES} more` : '');
}
