// Placed pods by what selectors see of them: namespace, labels, and whether they are being deleted. Pods made from one template
// form one group, so affinity and spreading match a selector once per group and not once per pod. Kept by SchedulerCache.
import type { NodeInfo } from './node-info.ts';
import type { PodInfo, SelectablePod } from './pod-info.ts';

export interface PodGroup extends SelectablePod {
  /** How many of the pods are on each node. */
  readonly nodes: ReadonlyMap<NodeInfo, number>;
}

interface ChangingGroup extends PodGroup {
  readonly nodes: Map<NodeInfo, number>;
}

export class PodGroups {
  /** By the pods' groupKey. */
  readonly #groups = new Map<string, ChangingGroup>();

  values(): Iterable<PodGroup> {
    return this.#groups.values();
  }

  add(pod: PodInfo, node: NodeInfo): PodGroup {
    let group = this.#groups.get(pod.groupKey);
    if (!group) {
      const { namespace, labels, isTerminating } = pod;
      group = { namespace, labels, isTerminating, nodes: new Map() };
      this.#groups.set(pod.groupKey, group);
    }
    group.nodes.set(node, (group.nodes.get(node) ?? 0) + 1);
    return group;
  }

  /** The group that it was in. */
  remove(pod: PodInfo, node: NodeInfo): PodGroup | undefined {
    const group = this.#groups.get(pod.groupKey);
    if (!group) return undefined;
    const left = (group.nodes.get(node) ?? 0) - 1;
    if (left > 0) group.nodes.set(node, left);
    else if (group.nodes.delete(node) && group.nodes.size === 0) this.#groups.delete(pod.groupKey);
    return group;
  }
}
