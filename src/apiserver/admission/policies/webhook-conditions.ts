// Compiles the match conditions of a webhook, once per version of its configuration, and evaluates them for a request.
import { Activation } from '../../../api/cel/admission/activation.ts';
import {
  AdmissionCompiler,
  type Expression,
  ready,
  returns,
} from '../../../api/cel/admission/expressions.ts';
import { matchConditionsCostBudget } from '../../../api/cel/evaluate/budget.ts';
import type { Steps } from '../../../kit/clock.ts';
import type { SettledAuthorizer } from '../../authz/settled-authorizer.ts';
import type { AdmissionAttributes } from '../../registry/admission.ts';
import type { Eventual } from '../../registry/eventual.ts';
import type { Seen } from '../equivalent.ts';
import type { Webhook } from '../webhooks/matching.ts';
import { evaluateConditions, type Match } from './conditions.ts';
import { type Inputs, inputValues } from './inputs.ts';

export { ready };

/** By webhook: those of a changed configuration are other objects. */
const known = new WeakMap<Webhook, readonly Expression[]>();

function* conditionsOf(webhook: Webhook): Steps<readonly Expression[]> {
  const found = known.get(webhook);
  if (found) return found;
  const compiler = new AdmissionCompiler({ params: false, authorizer: true }, false);
  const conditions: Expression[] = [];
  for (const { expression } of webhook.matchConditions ?? [])
    conditions.push(yield* compiler.compile(expression, returns.condition));
  known.set(webhook, conditions);
  return conditions;
}

function* evaluated(webhook: Webhook, inputs: Inputs): Steps<Match> {
  const conditions = yield* conditionsOf(webhook);
  const activation = new Activation(inputValues(inputs), new Map(), matchConditionsCostBudget);
  return yield* evaluateConditions(conditions, activation, webhook.failurePolicy ?? 'Fail');
}

export function webhookConditions(
  webhook: Webhook,
  attributes: AdmissionAttributes,
  seen: Seen,
  authorizer: SettledAuthorizer,
): Eventual<Match> {
  const inputs = { attributes, seen, authorizer, namespace: undefined, params: null };
  return authorizer.settleSteps(() => evaluated(webhook, inputs), attributes.pace);
}
