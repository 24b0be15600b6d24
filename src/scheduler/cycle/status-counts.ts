// How many verdicts have each status. Counted once for a list of verdicts, and not at all for one that differs little from another.
import type { NodeVerdict } from '../framework/plugin.ts';
import type { Status } from '../framework/status.ts';

export type StatusCounts = ReadonlyMap<Status, number>;

/** Nobody changes a list of verdicts that is complete. */
const known = new WeakMap<readonly NodeVerdict[], StatusCounts>();

export function statusCounts(verdicts: readonly NodeVerdict[]): StatusCounts {
  let counts = known.get(verdicts);
  if (!counts) {
    counts = counted(verdicts);
    known.set(verdicts, counts);
  }
  return counts;
}

/** The list with other verdicts at some places. */
export function withVerdicts(
  verdicts: readonly NodeVerdict[],
  others: ReadonlyMap<number, NodeVerdict>,
): readonly NodeVerdict[] {
  const changed = verdicts.slice();
  const counts = new Map(statusCounts(verdicts));
  for (const [i, verdict] of others) {
    change(counts, verdicts[i]!.status, -1);
    change(counts, verdict.status, 1);
    changed[i] = verdict;
  }
  known.set(changed, counts);
  return changed;
}

/** The list from another place on. */
export function rotated(verdicts: readonly NodeVerdict[], from: number): readonly NodeVerdict[] {
  if (from === 0) return verdicts;
  const changed = [...verdicts.slice(from), ...verdicts.slice(0, from)];
  known.set(changed, statusCounts(verdicts));
  return changed;
}

function counted(verdicts: readonly NodeVerdict[]): StatusCounts {
  const counts = new Map<Status, number>();
  // The statuses of many nodes are often one object, in runs.
  for (let i = 0; i < verdicts.length; ) {
    const { status } = verdicts[i]!;
    const from = i;
    while (verdicts[i]?.status === status) i++;
    change(counts, status, i - from);
  }
  return counts;
}

function change(counts: Map<Status, number>, status: Status, by: number): void {
  const count = (counts.get(status) ?? 0) + by;
  if (count === 0) counts.delete(status);
  else counts.set(status, count);
}
