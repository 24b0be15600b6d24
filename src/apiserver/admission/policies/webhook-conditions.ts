// Compiles the match conditions of a webhook, once per version of its configuration, and evaluates them for a request.
import { Activation } from '../../../api/cel/admission/activation.ts';
import {
  AdmissionCompiler,
  type Expression,
  ready,
  returns,
} from '../../../api/cel/admission/expressions.ts';
import { matchConditionsCostBudget } from '../../../api/cel/evaluate/budget.ts';
import type { SettledAuthorizer } from '../../authz/settled-authorizer.ts';
import type { AdmissionAttributes } from '../../registry/admission.ts';
import type { Eventual } from '../../registry/eventual.ts';
import type { Seen } from '../equivalent.ts';
import type { Webhook } from '../webhooks/matching.ts';
import { evaluateConditions, type Match } from './conditions.ts';
import { inputValues } from './inputs.ts';

export { ready };

/** By webhook: those of a changed configuration are other objects. */
const compiled = new WeakMap<Webhook, readonly Expression[]>();

function conditionsOf(webhook: Webhook): readonly Expression[] {
  let conditions = compiled.get(webhook);
  if (!conditions) {
    const compiler = new AdmissionCompiler({ params: false, authorizer: true }, false);
    conditions = (webhook.matchConditions ?? []).map(({ expression }) =>
      compiler.compile(expression, returns.condition),
    );
    compiled.set(webhook, conditions);
  }
  return conditions;
}

export function webhookConditions(
  webhook: Webhook,
  attributes: AdmissionAttributes,
  seen: Seen,
  authorizer: SettledAuthorizer,
): Eventual<Match> {
  return authorizer.settle(() => {
    const given = inputValues({ attributes, seen, authorizer, namespace: undefined, params: null });
    const activation = new Activation(given, new Map(), matchConditionsCostBudget);
    return evaluateConditions(conditionsOf(webhook), activation, webhook.failurePolicy ?? 'Fail');
  });
}
