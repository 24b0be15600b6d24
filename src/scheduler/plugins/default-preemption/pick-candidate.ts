// Which of the candidate nodes loses its pods: each criterion leaves the nodes that are best by it to the next one.
import { startOf } from './importance.ts';
import type { Candidate } from './select-victims.ts';

/** Raises every priority above zero, so that many pods of a negative priority do not count for less than one. */
const PRIORITY_OFFSET = 2 ** 31;

/** A candidate's score; the highest wins. `now` stands for the start of a pod that has not started. */
type Criterion = (candidate: Candidate, now: number) => number;

const fewestViolations: Criterion = ({ violations }) => -violations;

const lowestHighestPriority: Criterion = ({ victims }) => -victims[0]!.priority;

const lowestSumOfPriorities: Criterion = ({ victims }) =>
  -victims.reduce((sum, { priority }) => sum + priority + PRIORITY_OFFSET, 0);

const fewestVictims: Criterion = ({ victims }) => -victims.length;

/** The first start among the victims of the highest priority. */
const latestStart: Criterion = ({ victims }, now) => {
  let earliest = startOf(victims[0]!, now);
  for (const victim of victims)
    if (victim.priority === victims[0]!.priority) earliest = Math.min(earliest, startOf(victim, now));
  return earliest;
};

const CRITERIA: readonly Criterion[] = [
  fewestViolations,
  lowestHighestPriority,
  lowestSumOfPriorities,
  fewestVictims,
  latestStart,
];

/** The first of those that no criterion tells apart. */
export function pickCandidate(candidates: readonly Candidate[], now: number): Candidate | undefined {
  let best = candidates[0];
  for (const candidate of candidates) if (best && isBetter(candidate, best, now)) best = candidate;
  return best;
}

function isBetter(candidate: Candidate, best: Candidate, now: number): boolean {
  for (const criterion of CRITERIA) {
    const difference = criterion(candidate, now) - criterion(best, now);
    if (difference !== 0) return difference > 0;
  }
  return false;
}
