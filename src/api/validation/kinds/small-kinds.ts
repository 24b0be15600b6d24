// Leases, disruption budgets, priority classes, autoscalers.
import type { HorizontalPodAutoscaler } from '../../kinds/autoscaling/v2/horizontal-pod-autoscaler.ts';
import type { Lease } from '../../kinds/coordination/v1/lease.ts';
import type { PodDisruptionBudget } from '../../kinds/policy/v1/pod-disruption-budget.ts';
import type { PriorityClass } from '../../kinds/scheduling/v1/priority-class.ts';
import {
  complaints,
  type FieldError,
  forbidden,
  invalid,
  nonNegative,
  positive,
  required,
} from '../field.ts';
import { notMoreThan100Percent, validatePositiveIntOrPercent } from '../int-or-percent.ts';
import { validateLabelSelector } from '../labels.ts';
import { pathSegmentName } from '../names.ts';
import { unchanged } from '../object-meta.ts';
import type { Rules } from '../rules.ts';

export const leaseRules: Rules<Lease> = {
  create: ({ spec }) => [
    ...positive('spec.leaseDurationSeconds', spec?.leaseDurationSeconds),
    ...nonNegative('spec.leaseTransitions', spec?.leaseTransitions),
    ...(spec?.holderIdentity === '' ? [invalid('spec.holderIdentity', '', 'must not be empty')] : []),
  ],
};

function budget({ spec }: PodDisruptionBudget): FieldError[] {
  const { minAvailable, maxUnavailable, selector } = spec ?? {};
  const errors: FieldError[] = [];
  if (minAvailable !== undefined && maxUnavailable !== undefined)
    errors.push(invalid('spec', spec, 'minAvailable and maxUnavailable cannot be both set'));
  for (const [key, value] of [
    ['minAvailable', minAvailable],
    ['maxUnavailable', maxUnavailable],
  ] as const)
    errors.push(
      ...validatePositiveIntOrPercent(`spec.${key}`, value),
      ...notMoreThan100Percent(`spec.${key}`, value),
    );
  return [...errors, ...validateLabelSelector(selector, 'spec.selector')];
}

export const podDisruptionBudgetRules: Rules<PodDisruptionBudget> = {
  create: budget,
  status: ({ status }) =>
    (['disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods'] as const).flatMap((count) =>
      nonNegative(`status.${count}`, status?.[count]),
    ),
};

const highestUserPriority = 1_000_000_000;
const systemClasses: ReadonlyMap<string, number> = new Map(
  Object.entries({
    'system-node-critical': 2_000_001_000,
    'system-cluster-critical': 2_000_000_000,
  }),
);

function priorityClass({ metadata, value = 0 }: PriorityClass): FieldError[] {
  const name = metadata.name ?? '';
  const system = systemClasses.get(name);
  if (name.startsWith('system-') && system === undefined)
    return [
      forbidden(
        'metadata.name',
        `priority class names with 'system-' prefix are reserved for system use only. error: ${name} is not a known system priority class`,
      ),
    ];
  if (system !== undefined && value !== system)
    return [
      forbidden(
        'metadata.name',
        `priority class names with 'system-' prefix are reserved for system use only. error: value of ${name} PriorityClass must be ${system}`,
      ),
    ];
  return system === undefined && value > highestUserPriority
    ? [forbidden('value', `maximum allowed value of a user defined priority is ${highestUserPriority}`)]
    : [];
}

export const priorityClassRules: Rules<PriorityClass> = {
  create: priorityClass,
  update: (p, old) => [
    ...((p.value ?? 0) === (old.value ?? 0) ? [] : [forbidden('value', 'may not be changed in an update.')]),
    ...unchanged('preemptionPolicy', p.preemptionPolicy, old.preemptionPolicy),
  ],
};

function autoscaler({ spec }: HorizontalPodAutoscaler): FieldError[] {
  const errors: FieldError[] = [];
  const { minReplicas, maxReplicas, scaleTargetRef } = spec;
  if (minReplicas !== undefined && minReplicas < 1)
    errors.push(invalid('spec.minReplicas', minReplicas, 'must be greater than or equal to 1'));
  if (maxReplicas < 1) errors.push(invalid('spec.maxReplicas', maxReplicas, 'must be greater than 0'));
  if (minReplicas !== undefined && maxReplicas < minReplicas)
    errors.push(invalid('spec.maxReplicas', maxReplicas, 'must be greater than or equal to `minReplicas`'));
  for (const key of ['kind', 'name'] as const) {
    const path = `spec.scaleTargetRef.${key}`;
    const value = scaleTargetRef?.[key];
    if (!value) errors.push(required(path));
    else errors.push(...complaints(path, value, pathSegmentName(value)));
  }
  return errors;
}

export const horizontalPodAutoscalerRules: Rules<HorizontalPodAutoscaler> = { create: autoscaler };
