// Counts of pods per topology domain that plugins ask for cycle after cycle: made once, then kept by increments while pods and nodes
// come, go and change, for as long as they are in use. Kept by SchedulerCache.
import { DomainCounts } from './domain-counts.ts';
import type { NodeInfo } from './node-info.ts';
import type { PodGroup } from './pod-groups.ts';
import type { SelectablePod } from './pod-info.ts';

/** What is counted. Both functions depend on their argument alone, for as long as anybody has the tally. */
export interface TallySpec {
  /** The same for specs that count the same; left out: not kept, because what the functions say may change. */
  readonly key?: string;
  readonly counts: (pod: SelectablePod) => boolean;
  /** Undefined where neither the node nor its pods count. Depends on the node's name, labels and taints. */
  readonly domainOf: (node: NodeInfo) => string | undefined;
}

/** Those used last are kept. One takes some 100 bytes per domain. */
const MOST_KEPT = 32;

interface Tally {
  readonly spec: TallySpec;
  readonly counts: DomainCounts;
}

export class Tallies {
  /** The least recently used first. */
  readonly #kept = new Map<string, Tally>();
  /** The tallies in which a group counts; out of date when other tallies are kept since. */
  #byGroup = new WeakMap<PodGroup, readonly Tally[]>();

  /** Nobody may change what is returned. */
  of(spec: TallySpec, nodes: Iterable<NodeInfo>, groups: Iterable<PodGroup>): DomainCounts {
    const { key } = spec;
    if (key === undefined) return counted(spec, nodes, groups);
    const known = this.#kept.get(key);
    const tally = known ?? { spec, counts: counted(spec, nodes, groups) };
    this.#kept.delete(key);
    this.#kept.set(key, tally);
    if (!known) {
      for (const oldest of this.#kept.keys()) if (this.#kept.size > MOST_KEPT) this.#kept.delete(oldest);
      this.#byGroup = new WeakMap();
    }
    return tally.counts;
  }

  /** A pod of the group comes to the node, or goes. */
  countPod(group: PodGroup, node: NodeInfo, by: 1 | -1): void {
    if (this.#kept.size === 0) return;
    let tallies = this.#byGroup.get(group);
    if (!tallies) {
      tallies = [...this.#kept.values()].filter(({ spec }) => spec.counts(group));
      this.#byGroup.set(group, tallies);
    }
    for (const { spec, counts } of tallies) {
      const domain = spec.domainOf(node);
      if (domain !== undefined) counts.add(domain, by);
    }
  }

  /** The node comes with its pods. */
  addNode(node: NodeInfo): void {
    for (const { spec, counts } of this.#kept.values()) {
      const domain = spec.domainOf(node);
      if (domain === undefined) continue;
      counts.addNode(domain);
      counts.add(domain, podsOn(node, spec));
    }
  }

  /** The node goes with its pods; also before its labels or taints change. */
  removeNode(node: NodeInfo): void {
    for (const { spec, counts } of this.#kept.values()) {
      const domain = spec.domainOf(node);
      if (domain === undefined) continue;
      counts.add(domain, -podsOn(node, spec));
      counts.removeNode(domain);
    }
  }
}

function podsOn({ pods }: NodeInfo, { counts }: TallySpec): number {
  let number = 0;
  for (const pod of pods.values()) if (counts(pod)) number++;
  return number;
}

function counted(
  { counts: isCounted, domainOf }: TallySpec,
  nodes: Iterable<NodeInfo>,
  groups: Iterable<PodGroup>,
): DomainCounts {
  const counts = new DomainCounts();
  for (const node of nodes) {
    const domain = domainOf(node);
    if (domain !== undefined) counts.addNode(domain);
  }
  for (const group of groups) {
    if (!isCounted(group)) continue;
    for (const [node, pods] of group.nodes) {
      const domain = domainOf(node);
      if (domain !== undefined) counts.add(domain, pods);
    }
  }
  return counts;
}
