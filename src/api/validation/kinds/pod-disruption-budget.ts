// Validates PodDisruptionBudgets.
// Paths and messages follow k8s.io/kubernetes pkg/apis/policy/validation. Called through rule-book.ts.
import { addAll } from '../../../kit/lists.ts';
import type { PodDisruptionBudget } from '../../kinds/policy/v1/pod-disruption-budget.ts';
import { type FieldError, invalid, nonNegative } from '../field.ts';
import { notMoreThan100Percent, validatePositiveIntOrPercent } from '../int-or-percent.ts';
import { validateLabelSelector } from '../labels.ts';
import type { Rules } from '../rules.ts';

function validateSpec({ spec }: PodDisruptionBudget): FieldError[] {
  const { minAvailable, maxUnavailable, selector } = spec ?? {};
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
  return [...errors, ...validateLabelSelector(selector, 'spec.selector')];
}

export const podDisruptionBudgetRules: Rules<PodDisruptionBudget> = {
  create: validateSpec,
  status: ({ status }) =>
    (['disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods'] as const).flatMap((count) =>
      nonNegative(`status.${count}`, status?.[count]),
    ),
};
