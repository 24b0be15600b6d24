// What changes in the API mean for the scheduler's cache and queue. Pods are either placed (cache), waiting for us (queue),
// or another scheduler's. Called by the informers, never during a scheduling cycle.
import { Node } from '../api/kinds/core/v1/node.ts';
import { Pod } from '../api/kinds/core/v1/pod.ts';
import { isBeingDeleted, labelsOf, nameOf, uidOf } from '../api/meta/v1/object.ts';
import { isPodTerminal } from '../api/pods/phase.ts';
import type { InformerFactory } from '../client/informer/factory.ts';
import { NodeInfo } from './cache/node-info.ts';
import { type PodInfo, podInfo } from './cache/pod-info.ts';
import type { SchedulerCache } from './cache/scheduler-cache.ts';
import { schedulerNameOf } from './config/settings.ts';
import { isSame, nodeMatters, podMatters } from './framework/cluster-events.ts';
import type { WaitingPods } from './framework/waiting-pods.ts';
import type { Nominator } from './queue/nominator.ts';
import type { SchedulingQueue } from './queue/scheduling-queue.ts';

export interface EventTargets {
  readonly cache: SchedulerCache;
  readonly queue: SchedulingQueue;
  readonly nominator: Nominator;
  readonly waitingPods: WaitingPods;
  /** Whether a profile of this scheduler has the name. */
  readonly isOurs: (schedulerName: string) => boolean;
  /** Whether the pod's scheduling cycle waits for extenders. */
  readonly isInCycle: (uid: string) => boolean;
  /** The pod has a node, or is gone. */
  readonly onSettled: (uid: string) => void;
  /** The pod is being deleted, or is gone. */
  readonly onDeleting: (uid: string) => void;
}

export function addEventHandlers(informers: InformerFactory, targets: EventTargets): void {
  const handlers = new EventHandlers(targets);
  informers.informer(Node).addHandler({
    onAdd: (node) => handlers.nodeChanged(node),
    onUpdate: (node, old) => handlers.nodeChanged(node, old),
    onDelete: (node) => handlers.nodeGone(node),
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

  nodeChanged(node: Readonly<Node>, old?: Readonly<Node>): void {
    const { cache, queue } = this.#targets;
    cache.setNode(node);
    if (!old) queue.moveAll({ type: 'NodeAdded', node: NodeInfo.of(node) });
    else if (nodeMatters(node, old))
      queue.moveAll({ type: 'NodeUpdated', node: NodeInfo.of(node), old: NodeInfo.of(old) });
  }

  nodeGone(node: Readonly<Node>): void {
    this.#targets.cache.removeNode(nameOf(node));
    this.#targets.queue.moveAll({ type: 'NodeDeleted', node: NodeInfo.of(node) });
  }

  podChanged(pod: Readonly<Pod>, old?: Readonly<Pod>): void {
    if (isBeingDeleted(pod)) this.#targets.onDeleting(uidOf(pod));
    if (isPodTerminal(pod)) this.podGone(pod);
    else if (pod.spec?.nodeName) this.#placed(pod);
    else if (this.#targets.isOurs(schedulerNameOf(pod))) this.#waiting(pod, old);
  }

  podGone(pod: Readonly<Pod>): void {
    const { cache, queue, nominator, waitingPods, onSettled } = this.#targets;
    const uid = uidOf(pod);
    queue.remove(uid);
    nominator.remove(uid);
    const waiting = waitingPods.get(uid);
    // The binding cycle of a pod that waits for Permit ends then and gives its place back, after what Reserve holds.
    waiting?.reject('', 'removed');
    const placed = waiting ? undefined : cache.removePod(uid);
    if (placed) queue.moveAll({ type: 'PodDeleted', pod: placed });
    else if (pod.status?.nominatedNodeName) this.#roomOf(podInfo(pod));
    onSettled(uid);
    this.#targets.onDeleting(uidOf(pod));
  }

  #placed(pod: Readonly<Pod>): void {
    const { cache, queue, nominator, onSettled } = this.#targets;
    queue.remove(uidOf(pod));
    nominator.remove(uidOf(pod));
    const { info, old } = cache.setPod(pod);
    if (!old) queue.moveAll({ type: 'PodAdded', pod: info });
    else if (podMatters(info, old)) queue.moveAll({ type: 'PodUpdated', pod: info, old });
    onSettled(uidOf(pod));
  }

  /** Changes to a pod that is assumed or in its cycle are not noted: when that fails the pod is read again. */
  #waiting(pod: Readonly<Pod>, old: Readonly<Pod> | undefined): void {
    const { cache, queue, nominator, waitingPods, isInCycle } = this.#targets;
    const uid = uidOf(pod);
    if (isBeingDeleted(pod)) {
      queue.remove(uid);
      waitingPods.get(uid)?.reject('', 'removed');
      this.#endNomination(podInfo(pod));
      return;
    }
    if (cache.isAssumed(uid) || isInCycle(uid)) return;
    const info = podInfo(pod);
    const oldNode = old?.status?.nominatedNodeName;
    nominator.update(info, oldNode);
    if (!old || !queue.has(uid) || mayFitNow(pod, old)) queue.add(info);
    else queue.update(info);
    if (oldNode && oldNode !== pod.status?.nominatedNodeName) this.#roomOf(info);
  }

  #endNomination(info: PodInfo): void {
    const { nominator } = this.#targets;
    if (!nominator.nodeOf(info)) return;
    nominator.remove(info.uid);
    this.#roomOf(info);
  }

  /** A nominated node counted for pods of equal or lower priority only. */
  #roomOf(pod: PodInfo): void {
    this.#targets.queue.moveAll({ type: 'PodDeleted', pod }, ({ priority }) => priority <= pod.priority);
  }
}

/** Whether a waiting pod changed in more than its status, or has claims now: our own condition on it is no reason to try again. */
function mayFitNow(pod: Readonly<Pod>, old: Readonly<Pod>): boolean {
  if (pod.metadata.generation !== old.metadata.generation) return true;
  const seen = (one: Readonly<Pod>) => [one.spec, labelsOf(one), one.status?.resourceClaimStatuses];
  return !isSame(seen(pod), seen(old));
}
