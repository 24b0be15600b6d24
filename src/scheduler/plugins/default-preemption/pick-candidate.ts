// Which of the candidate nodes loses its pods: each criterion leaves the nodes that are best by it to the next one.
import { startOf } from './importance.ts';
import type { Candidate } from './select-victims.ts';

/** Raises every priority above zero, so that many pods of a negative priority do not count for less than one. */
const PRIORITY_OFFSET = 2 ** 31;

/** A candidate's scores in the order of the criteria; the highest wins. */
interface Rank {
  readonly violations: number;
  readonly highestPriority: number;
  readonly sumOfPriorities: number;
  readonly victims: number;
  /** The first start among the victims of the highest priority; those that have not started count as started now. */
  readonly start: number;
}

/** Like pods are offered the same candidates again. */
const ranks = new WeakMap<Candidate, Rank>();

/** The first of those that no criterion tells apart. `now` stands for the start of a pod that has not started. */
export function pickCandidate(candidates: readonly Candidate[], now: number): Candidate | undefined {
  let best = candidates[0];
  let highest = best && rankOf(best);
  for (const candidate of candidates) {
    const rank = rankOf(candidate);
    if (difference(rank, highest!, now) <= 0) continue;
    best = candidate;
    highest = rank;
  }
  return best;
}

const difference = (a: Rank, b: Rank, now: number): number =>
  a.violations - b.violations ||
  a.highestPriority - b.highestPriority ||
  a.sumOfPriorities - b.sumOfPriorities ||
  a.victims - b.victims ||
  Math.min(a.start, now) - Math.min(b.start, now);

function rankOf(candidate: Candidate): Rank {
  const known = ranks.get(candidate);
  if (known) return known;
  const { victims, violations } = candidate;
  const highest = victims[0]!.priority;
  let sum = 0;
  let start = Number.POSITIVE_INFINITY;
  for (const victim of victims) {
    sum += victim.priority + PRIORITY_OFFSET;
    if (victim.priority === highest) start = Math.min(start, startOf(victim, Number.POSITIVE_INFINITY));
  }
  const rank = {
    violations: -violations,
    highestPriority: -highest,
    sumOfPriorities: -sum,
    victims: -victims.length,
    start,
  };
  ranks.set(candidate, rank);
  return rank;
}
