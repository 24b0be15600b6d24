// Violations that were there when a rule came: for each rule the most that each room may still have. Numbers only go down;
// whoever mends one lowers the number. When all are gone this file goes.
import { roomOf, type Violation } from './sources.ts';

export const owed: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  castsAtDecodingEdgesOnly: { apiserver: 43 },
};

/** The violations of the rooms that have more than they may. */
export function beyondOwed(rule: string, violations: readonly Violation[]): Violation[] {
  const counts = Map.groupBy(violations, ({ file }) => roomOf(file));
  return [...counts].flatMap(([room, own]) => (own.length > (owed[rule]?.[room] ?? 0) ? own : []));
}
