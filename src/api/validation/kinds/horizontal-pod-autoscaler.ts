// Validates HorizontalPodAutoscalers in both versions: the fields checked here have the same names in autoscaling/v1 and v2.
// Paths and messages follow k8s.io/kubernetes pkg/apis/autoscaling/validation. Called through rule-book.ts.
import { addAll } from '../../../kit/lists.ts';
import type { HorizontalPodAutoscaler } from '../../kinds/autoscaling/v2/horizontal-pod-autoscaler.ts';
import { complaints, type FieldError, invalid, required } from '../field.ts';
import { pathSegmentName } from '../names.ts';
import type { Rules } from '../rules.ts';

function validateSpec({ spec }: HorizontalPodAutoscaler): FieldError[] {
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
    else addAll(errors, complaints(path, value, pathSegmentName(value)));
  }
  return errors;
}

export const horizontalPodAutoscalerRules: Rules<HorizontalPodAutoscaler> = { create: validateSpec };
