// Match conditions of policies and webhooks. Upstream: staging/src/k8s.io/apiserver/pkg/admission/plugin/webhook/matchconditions.

import type { Activation } from '../../../api/cel/admission/activation.ts';
import { OutOfBudget } from '../../../api/cel/admission/activation.ts';
import type { Expression } from '../../../api/cel/admission/expressions.ts';
import type { Steps } from '../../../kit/clock.ts';

/** One false condition decides, whatever else fails; errors are the failure policy's to judge. */
export type Match = { readonly matches: boolean } | { readonly error: string };

/** Each condition is a step. */
export function* evaluateConditions(
  conditions: readonly Expression[],
  activation: Activation,
  failurePolicy: string,
): Steps<Match> {
  const errors: string[] = [];
  try {
    for (const condition of conditions) {
      const { value, error } = yield* activation.evaluate(condition);
      if (value === false) return { matches: false };
      if (error !== undefined) errors.push(error);
    }
  } catch (error) {
    if (!(error instanceof OutOfBudget)) throw error;
    return failurePolicy === 'Ignore' ? { matches: false } : { error: error.message };
  }
  if (errors.length === 0) return { matches: true };
  if (failurePolicy === 'Ignore') return { matches: false };
  const distinct = [...new Set(errors)];
  return { error: distinct.length === 1 ? (distinct[0] as string) : `[${distinct.join(', ')}]` };
}
