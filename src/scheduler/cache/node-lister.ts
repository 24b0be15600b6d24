// The scheduler's nodes as plugins see them: real and assumed pods counted. Implemented by SchedulerCache.
// Nothing in it changes while a scheduling cycle runs.
import type { DomainCounts } from './domain-counts.ts';
import type { NodeInfo } from './node-info.ts';
import type { PlacedTerm, TermKind } from './placed-terms.ts';
import type { PodGroup } from './pod-groups.ts';
import type { TallySpec } from './tallies.ts';

export interface NodeLister {
  /** Another one after every change of nodes and pods. */
  readonly generation: number;
  /** How many changes of nodes, their pods and what is nominated to them there were. */
  readonly changes: number;
  /** The nodes that have changed since, the API may not know all of them; undefined after too many changes. */
  changedSince(changes: number): ReadonlySet<NodeInfo> | undefined;
  /** Every node that the API knows; another list after one came or went. */
  list(): readonly NodeInfo[];
  /** A node that the API knows. */
  get(name: string): NodeInfo | undefined;
  /** The nodes with pods whose own affinity terms can concern other pods. */
  havingPodsWithAffinity(): Iterable<NodeInfo>;
  /** Placed pods, those alike together. Their nodes include some that the API does not know. */
  podGroups(): Iterable<PodGroup>;
  /** The terms of one kind of the placed pods. */
  placedTerms(kind: TermKind): Iterable<PlacedTerm>;
  /** Pods per topology domain; the same object changes with the cache, and must not be changed by others. */
  tally(spec: TallySpec): DomainCounts;
  /** How many nodes have the image. */
  countWithImage(image: string): number;
  /** How often placed pods refer to the claim, `namespace/name`. */
  claimUses(key: string): number;
}
