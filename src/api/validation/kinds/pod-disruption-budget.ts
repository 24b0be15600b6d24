// Validates PodDisruptionBudgets.
// Paths and messages follow k8s.io/kubernetes pkg/apis/policy/validation. Called through rule-book.ts.
import { addAll } from '../../../kit/lists.ts';
import type { PodDisruptionBudget } from '../../kinds/policy/v1/pod-disruption-budget.ts';
import { type FieldError, invalid, nonNegative, notSupported } from '../field.ts';
import { notMoreThan100Percent, validatePositiveIntOrPercent } from '../int-or-percent.ts';
import { validateLabelSelector } from '../labels.ts';
import { segmentName } from '../object-meta.ts';
import type { Rules } from '../rules.ts';
import { conditionsErrors } from './beta/conditions.ts';

const policies = ['AlwaysAllow', 'IfHealthyBudget'];

function validateSpec({ spec }: PodDisruptionBudget): FieldError[] {
  const { minAvailable, maxUnavailable, selector, unhealthyPodEvictionPolicy } = spec ?? {};
  const errors: FieldError[] = [];
  if (minAvailable !== undefined && maxUnavailable !== undefined)
    errors.push(invalid('spec', spec, 'minAvailable and maxUnavailable cannot be both set'));
  for (const [key, value] of [
    ['minAvailable', minAvailable],
    ['maxUnavailable', maxUnavailable],
  ] as const)
    addAll(
      errors,
      validatePositiveIntOrPercent(`spec.${key}`, value),
      notMoreThan100Percent(`spec.${key}`, value),
    );
  addAll(errors, validateLabelSelector(selector, 'spec.selector'));
  if (unhealthyPodEvictionPolicy !== undefined && !policies.includes(unhealthyPodEvictionPolicy))
    errors.push(notSupported('spec.unhealthyPodEvictionPolicy', unhealthyPodEvictionPolicy, policies));
  return errors;
}

export const podDisruptionBudgetRules: Rules<PodDisruptionBudget> = {
  // As upstream, which has no rule of the kind's own.
  name: segmentName,
  create: validateSpec,
  status: ({ status }) => [
    ...conditionsErrors('status.conditions', status?.conditions),
    ...(['disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods'] as const).flatMap(
      (count) => nonNegative(`status.${count}`, status?.[count]),
    ),
  ],
};
