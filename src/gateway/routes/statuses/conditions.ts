// Verdicts as conditions of an object: times are kept where the status stays the same. Pure.
import type { Condition } from '../../../api/kinds/gateway/v1/conditions.ts';
import type { Verdict } from '../verdict.ts';

export interface Moment {
  /** RFC 3339. */
  readonly now: string;
  /** Of the object. */
  readonly generation: number | undefined;
}

/** Conditions of types that are none of ours (`own`) stay. */
export function conditionsOf(
  verdicts: readonly Verdict[],
  before: readonly Condition[] | undefined,
  { now, generation }: Moment,
  own: ReadonlySet<string> = new Set(),
): Condition[] {
  const made = verdicts.map(({ type, status, reason, message }): Condition => {
    const former = before?.find((one) => one.type === type);
    return {
      lastTransitionTime: former?.status === status ? former.lastTransitionTime : now,
      message,
      ...(generation !== undefined && { observedGeneration: generation }),
      reason,
      status,
      type,
    };
  });
  const types = new Set([...own, ...verdicts.map(({ type }) => type)]);
  return [...made, ...(before ?? []).filter(({ type }) => !types.has(type))];
}
