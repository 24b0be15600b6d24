// The affinity terms of placed pods, those that say the same together, with the number of pods that have them per topology domain.
// A cycle asks each term once whether it is about the incoming pod, however many pods have it. Kept by SchedulerCache.
import { DomainCounts } from './domain-counts.ts';
import type { NodeInfo } from './node-info.ts';
import type { AffinityTerm, PodInfo } from './pod-info.ts';

export const TERM_KINDS = ['affinity', 'antiAffinity', 'preferredAffinity', 'preferredAntiAffinity'] as const;
export type TermKind = (typeof TERM_KINDS)[number];

export interface PlacedTerm {
  readonly term: AffinityTerm;
  /** Pods on nodes that have the topology key. */
  readonly domains: DomainCounts;
}

interface Entry extends PlacedTerm {
  /** On any nodes. */
  pods: number;
}

export class PlacedTerms {
  readonly #byKind: Readonly<Record<TermKind, Map<string, Entry>>> = {
    affinity: new Map(),
    antiAffinity: new Map(),
    preferredAffinity: new Map(),
    preferredAntiAffinity: new Map(),
  };

  of(kind: TermKind): Iterable<PlacedTerm> {
    return this.#byKind[kind].values();
  }

  /** The pod comes to the node, or goes. */
  count(pod: PodInfo, node: NodeInfo, by: 1 | -1): void {
    for (const kind of TERM_KINDS)
      for (const term of pod[kind]) this.#count(this.#byKind[kind], term, node, by);
  }

  #count(terms: Map<string, Entry>, term: AffinityTerm, node: NodeInfo, by: 1 | -1): void {
    let entry = terms.get(term.key);
    if (!entry) {
      entry = { term, domains: new DomainCounts(), pods: 0 };
      terms.set(term.key, entry);
    }
    entry.pods += by;
    if (entry.pods === 0) terms.delete(term.key);
    const domain = node.label(term.topologyKey);
    if (domain !== undefined) entry.domains.add(domain, by);
  }
}
