// The scheduler's nodes as plugins see them: real and assumed pods counted. Implemented by SchedulerCache.
// Nothing in it changes while a scheduling cycle runs.
import type { NodeInfo } from './node-info.ts';
import type { PodGroup } from './pod-groups.ts';

export interface NodeLister {
  /** Another one after every change of nodes and pods. */
  readonly generation: number;
  /** Every node that the API knows. */
  list(): readonly NodeInfo[];
  /** A node that the API knows. */
  get(name: string): NodeInfo | undefined;
  /** The nodes with pods whose own affinity terms can concern other pods. */
  havingPodsWithAffinity(): Iterable<NodeInfo>;
  /** Placed pods, those alike together. Their nodes include some that the API does not know. */
  podGroups(): Iterable<PodGroup>;
  /** How many nodes have the image. */
  countWithImage(image: string): number;
  /** How often placed pods refer to the claim, `namespace/name`. */
  claimUses(key: string): number;
}
