// What changes in the API mean for the scheduler's cache and queue. Pods are either placed (cache), waiting for us (queue),
// or another scheduler's. Called by the informers, never during a scheduling cycle.
import { Node } from '../api/kinds/core/v1/node.ts';
import { Pod } from '../api/kinds/core/v1/pod.ts';
import { isBeingDeleted, labelsOf, nameOf, uidOf } from '../api/meta/v1/object.ts';
import { isPodTerminal } from '../api/pods/phase.ts';
import type { InformerFactory } from '../client/informer/factory.ts';
import { type PodInfo, podInfo } from './cache/pod-info.ts';
import type { SchedulerCache } from './cache/scheduler-cache.ts';
import type { Framework } from './framework/framework.ts';
import type { Nominator } from './queue/nominator.ts';
import type { SchedulingQueue } from './queue/scheduling-queue.ts';

export const SCHEDULER_NAME = 'default-scheduler';

export interface EventTargets {
  readonly cache: SchedulerCache;
  readonly queue: SchedulingQueue;
  readonly nominator: Nominator;
  readonly framework: Framework;
  /** The pod has a node, or is gone. */
  readonly onSettled: (uid: string) => void;
  /** The pod is being deleted, or is gone. */
  readonly onDeleting: (uid: string) => void;
}

export function addEventHandlers(informers: InformerFactory, targets: EventTargets): void {
  const handlers = new EventHandlers(targets);
  informers.informer(Node).addHandler({
    onAdd: (node) => handlers.nodeChanged(node),
    onUpdate: (node) => handlers.nodeChanged(node),
    onDelete: (node) => targets.cache.removeNode(nameOf(node)),
  });
  informers.informer(Pod).addHandler({
    onAdd: (pod) => handlers.podChanged(pod),
    onUpdate: (pod, old) => handlers.podChanged(pod, old),
    onDelete: (pod) => handlers.podGone(pod),
  });
}

class EventHandlers {
  readonly #targets: EventTargets;

  constructor(targets: EventTargets) {
    this.#targets = targets;
  }

  nodeChanged(node: Readonly<Node>): void {
    this.#targets.cache.setNode(node);
    this.#targets.queue.moveAll();
  }

  podChanged(pod: Readonly<Pod>, old?: Readonly<Pod>): void {
    if (isBeingDeleted(pod)) this.#targets.onDeleting(uidOf(pod));
    if (isPodTerminal(pod)) this.podGone(pod);
    else if (pod.spec?.nodeName) this.#placed(pod);
    else if (isOurs(pod)) this.#waiting(pod, old);
  }

  podGone(pod: Readonly<Pod>): void {
    const { cache, queue, nominator, framework, onSettled } = this.#targets;
    queue.remove(uidOf(pod));
    nominator.remove(uidOf(pod));
    framework.waitingPods.get(uidOf(pod))?.reject('', 'removed');
    cache.removePod(uidOf(pod));
    queue.moveAll();
    onSettled(uidOf(pod));
    this.#targets.onDeleting(uidOf(pod));
  }

  #placed(pod: Readonly<Pod>): void {
    const { cache, queue, nominator, onSettled } = this.#targets;
    queue.remove(uidOf(pod));
    nominator.remove(uidOf(pod));
    cache.setPod(pod);
    queue.moveAll();
    onSettled(uidOf(pod));
  }

  /** Changes to an assumed pod are not noted; a failed binding reads the pod again. */
  #waiting(pod: Readonly<Pod>, old: Readonly<Pod> | undefined): void {
    const { cache, queue, nominator, framework } = this.#targets;
    const uid = uidOf(pod);
    if (isBeingDeleted(pod)) {
      queue.remove(uid);
      framework.waitingPods.get(uid)?.reject('', 'removed');
      this.#endNomination(podInfo(pod));
      return;
    }
    if (cache.isAssumed(uid)) return;
    const info = podInfo(pod);
    const oldNode = old?.status?.nominatedNodeName;
    nominator.update(info, oldNode);
    if (!old || !queue.has(uid) || mayFitNow(pod, old)) queue.add(info);
    else queue.update(info);
    if (oldNode && oldNode !== pod.status?.nominatedNodeName) this.#roomFor(info.priority);
  }

  #endNomination(info: PodInfo): void {
    const { nominator } = this.#targets;
    if (!nominator.nodeOf(info)) return;
    nominator.remove(info.uid);
    this.#roomFor(info.priority);
  }

  /** A nominated node counted for pods of equal or lower priority only. */
  #roomFor(priority: number): void {
    this.#targets.queue.moveAll((info) => info.priority <= priority);
  }
}

const isOurs = ({ spec }: Readonly<Pod>) => (spec?.schedulerName ?? SCHEDULER_NAME) === SCHEDULER_NAME;

/** Whether a waiting pod changed in more than its status: our own condition on it is no reason to try again. */
function mayFitNow(pod: Readonly<Pod>, old: Readonly<Pod>): boolean {
  if (pod.metadata.generation !== old.metadata.generation) return true;
  return JSON.stringify([pod.spec, labelsOf(pod)]) !== JSON.stringify([old.spec, labelsOf(old)]);
}
