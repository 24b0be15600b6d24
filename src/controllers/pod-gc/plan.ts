// Which pods no kubelet will ever remove, and why. Follows pkg/controller/podgc. Pure.

import type { Node } from '../../api/kinds/core/v1/node.ts';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { isBeingDeleted } from '../../api/meta/v1/object.ts';
import { isNodeReady } from '../../api/nodes/readiness.ts';
import { isOutOfService } from '../../api/nodes/taints.ts';
import { isPodTerminal } from '../../api/pods/phase.ts';

export type Cause = 'terminated' | 'orphaned' | 'unscheduled' | 'out-of-service';

export interface Doomed {
  readonly pod: Readonly<Pod>;
  readonly cause: Cause;
}

export interface PodGcInput {
  readonly pods: readonly Readonly<Pod>[];
  readonly node: (name: string) => Readonly<Node> | undefined;
  /** True for a node that has been missing for the quarantine time and was confirmed missing. */
  readonly isGone: (node: string) => boolean;
  /** How many terminated pods are kept. */
  readonly terminatedThreshold: number;
}

export function doomedPods(input: PodGcInput): Doomed[] {
  const doomed = new Map<Readonly<Pod>, Cause>();
  const add = (pod: Readonly<Pod>, cause: Cause) => {
    if (!doomed.has(pod)) doomed.set(pod, cause);
  };
  for (const pod of tooManyTerminated(input)) add(pod, 'terminated');
  for (const pod of input.pods) {
    const name = pod.spec?.nodeName;
    const leaving = isBeingDeleted(pod);
    if (!name) {
      if (leaving) add(pod, 'unscheduled');
      continue;
    }
    const node = input.node(name);
    if (!node) {
      if (input.isGone(name)) add(pod, 'orphaned');
    } else if (leaving && !isNodeReady(node) && isOutOfService(node)) add(pod, 'out-of-service');
  }
  return [...doomed].map(([pod, cause]) => ({ pod, cause }));
}

function tooManyTerminated({ pods, terminatedThreshold }: PodGcInput): Readonly<Pod>[] {
  if (terminatedThreshold <= 0) return [];
  const ended = pods.filter(isPodTerminal);
  const surplus = ended.length - terminatedThreshold;
  if (surplus <= 0) return [];
  const evictedFirst = (pod: Readonly<Pod>) => (pod.status?.reason === 'Evicted' ? 0 : 1);
  const created = (pod: Readonly<Pod>) => pod.metadata.creationTimestamp ?? '';
  return ended
    .sort((a, b) => evictedFirst(a) - evictedFirst(b) || (created(a) < created(b) ? -1 : 1))
    .slice(0, surplus);
}
