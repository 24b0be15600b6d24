// The match conditions of a webhook authorizer: expressions over the request that must all be true for the webhook to be asked.
// Called by configuration.ts (compile) and webhook-authorizer.ts (evaluate).
// Upstream: staging/src/k8s.io/apiserver/pkg/authorization/cel/matcher.go.
import {
  compileOver,
  type Expression,
  evaluateOver,
  isProblem,
} from '../../../api/cel/access/expressions.ts';
import { jsonValue } from '../../../api/cel/values/json.ts';
import { CelError } from '../../../api/cel/values/value.ts';
import type { SubjectAccessReviewSpec } from '../../../api/kinds/authorization/v1/access-review.ts';

export type Condition = Expression;

/** The error of the first that does not compile. */
export function compileConditions(
  texts: readonly string[],
): { readonly conditions: readonly Condition[] } | { readonly error: string } {
  const conditions: Condition[] = [];
  for (const text of texts) {
    const made = compileOver('request', text, true);
    if (isProblem(made)) return { error: made.error };
    conditions.push(made);
  }
  return { conditions };
}

export type Match = { readonly matches: boolean } | { readonly error: string };

/** One false condition decides, whatever else fails. */
export function matchesAll(conditions: readonly Condition[], spec: SubjectAccessReviewSpec): Match {
  if (conditions.length === 0) return { matches: true };
  const request = jsonValue(seenBy(spec));
  const errors: string[] = [];
  for (const condition of conditions) {
    const value = evaluateOver(condition, request);
    if (value === false) return { matches: false };
    if (value instanceof CelError)
      errors.push(`cel evaluation error: expression '${condition.text}' resulted in error: ${value.message}`);
  }
  if (errors.length === 0) return { matches: true };
  return { error: errors.length > 1 ? `[${[...new Set(errors)].join(', ')}]` : errors[0]! };
}

/** As upstream shows the request: with every field, also empty ones, but a selector only where there is one. */
function seenBy({ user = '', groups = [], uid = '', extra = {}, ...of }: SubjectAccessReviewSpec): object {
  const { resourceAttributes: resource, nonResourceAttributes: path } = of;
  const empty = { namespace: '', verb: '', group: '', version: '', resource: '', subresource: '', name: '' };
  return {
    user,
    groups,
    uid,
    extra,
    ...(resource && { resourceAttributes: { ...empty, ...resource } }),
    ...(path && { nonResourceAttributes: { verb: '', path: '', ...path } }),
  };
}
