// Which server a new connection goes to. Pure.

export interface Candidate {
  readonly name: string;
  /** Of the cluster as it is now; others were of it once. */
  readonly current: boolean;
  /** `silent` does not answer at all; `unready` answers, but says that it cannot serve. */
  readonly health: 'ready' | 'unready' | 'silent';
  /** That go to it now. */
  readonly connections: number;
}

const RANK = { ready: 0, unready: 1, silent: 2 } as const;

/**
 * In the order in which they are tried: those that are ready first, of these the cluster's own, of these the ones with the fewest
 * connections, and among equals by chance, so that nodes that start at a time spread. Nobody is left out: what is known may be old.
 */
export function orderOf(candidates: readonly Candidate[], chance: () => number): string[] {
  return candidates
    .map((one) => ({ one, lot: chance() }))
    .sort(
      (a, b) =>
        RANK[a.one.health] - RANK[b.one.health] ||
        Number(b.one.current) - Number(a.one.current) ||
        a.one.connections - b.one.connections ||
        a.lot - b.lot,
    )
    .map(({ one }) => one.name);
}
