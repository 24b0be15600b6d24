// What the session's user may do in a namespace, as the server itself says it: nobody needs a right to ask that.
import type { PolicyRule } from '../../../../api/kinds/rbac/v1/policy.ts';
import { api } from '../../api/client.ts';
import { who } from '../../api/session.ts';
import { usePolled } from '../../pieces/polled.ts';
import { Empty, Spinner } from '../../pieces/small.tsx';
import { Rule } from './rbac-links.tsx';
import { isPowerful } from './rule-text.ts';

interface Review {
  readonly status?: {
    readonly resourceRules?: readonly PolicyRule[];
    readonly nonResourceRules?: readonly PolicyRule[];
    readonly incomplete?: boolean;
    readonly evaluationError?: string;
  };
}

const EVERY_MS = 60_000;
const PATH = '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews';

export function WhatMayI({ namespace }: { readonly namespace: string }) {
  const within = namespace || 'default';
  const review = usePolled(`rules ${within}`, () => ask(within), EVERY_MS);
  if (!review.value) return review.error ? <Empty title={review.error.message} /> : <Spinner />;
  const {
    resourceRules = [],
    nonResourceRules = [],
    incomplete,
    evaluationError,
  } = review.value.status ?? {};
  const rules = [...resourceRules, ...nonResourceRules].sort(
    (a, b) => Number(isPowerful(b)) - Number(isPowerful(a)),
  );
  return (
    <section class="card flush" aria-labelledby="mine">
      <header class="card-head">
        <h2 id="mine">
          What {who.value?.as ?? who.value?.user ?? 'you'} may do in {within}
        </h2>
        <span class="count">{rules.length}</span>
      </header>
      {incomplete && (
        <p class="warn rules-incomplete">There may be more{evaluationError && `: ${evaluationError}`}</p>
      )}
      <ul class="rules">
        {rules.map((rule, i) => (
          <li key={i}>
            <Rule rule={rule} />
          </li>
        ))}
      </ul>
    </section>
  );
}

const ask = (namespace: string): Promise<Review> =>
  api.create<Review>(PATH, {
    ...{ apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectRulesReview', spec: { namespace } },
  });
