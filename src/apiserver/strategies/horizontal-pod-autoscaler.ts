// HorizontalPodAutoscalers: what depends on feature gates, and what autoscaling/v1 has in annotations. Upstream: pkg/registry/autoscaling/horizontalpodautoscaler/strategy.go.
import type { FeatureGates } from '../../api/features/feature-gates.ts';
import type { HorizontalPodAutoscaler as V1 } from '../../api/kinds/autoscaling/v1/horizontal-pod-autoscaler.ts';
import type { HorizontalPodAutoscaler } from '../../api/kinds/autoscaling/v2/horizontal-pod-autoscaler.ts';
import { type FieldError, invalid } from '../../api/validation/field.ts';
import { horizontalPodAutoscalerRules } from '../../api/validation/kinds/autoscaling/horizontal-pod-autoscaler.ts';
import { autoscalerConversion } from '../conversions/horizontal-pod-autoscaler.ts';
import type { Strategy } from '../registry/strategy.ts';

export function autoscalerStrategy(features: FeatureGates): Strategy<HorizontalPodAutoscaler> {
  const scalesToZero = features.enabled('HPAScaleToZero');
  const hasTolerances = features.enabled('HPAConfigurableTolerance');
  return {
    prepareCreate(autoscaler) {
      if (!hasTolerances) dropTolerances(autoscaler);
    },
    prepareUpdate(autoscaler, old) {
      if (!hasTolerances && !usesTolerances(old)) dropTolerances(autoscaler);
    },
    validateCreate: (autoscaler) => [
      ...minimumErrors(autoscaler, scalesToZero ? 0 : 1),
      ...annotatedErrors(autoscaler),
    ],
    validateUpdate: (autoscaler, old, { subresource }) =>
      subresource === ''
        ? [
            ...minimumErrors(autoscaler, scalesToZero || old.spec.minReplicas === 0 ? 0 : 1),
            ...annotatedErrors(autoscaler, old),
          ]
        : [],
  };
}

function minimumErrors({ spec }: HorizontalPodAutoscaler, least: number): FieldError[] {
  const { minReplicas } = spec;
  if (minReplicas === undefined || minReplicas >= least) return [];
  return [invalid('spec.minReplicas', minReplicas, `must be greater than or equal to ${least}`)];
}

/** What autoscaling/v1 has in annotations must be valid, too: it is stored in fields. */
function annotatedErrors(autoscaler: HorizontalPodAutoscaler, old?: HorizontalPodAutoscaler): FieldError[] {
  if (autoscaler.apiVersion !== V1_VERSION) return [];
  const { create, update } = horizontalPodAutoscalerRules;
  const stored = storedForm(autoscaler);
  const errors = old ? update?.(stored, storedForm(old)) : create?.(stored);
  return errors?.filter(({ field }) => /^spec\.(?:metrics|behavior)/.test(field)) ?? [];
}

const V1_VERSION = 'autoscaling/v1';

/** All versions have this strategy: the object is of autoscaling/v1. */
const storedForm = (autoscaler: object): HorizontalPodAutoscaler =>
  autoscalerConversion.toStored(autoscaler as V1);

const rulesOf = ({ spec }: HorizontalPodAutoscaler) =>
  [spec.behavior?.scaleUp, spec.behavior?.scaleDown].filter((rules) => rules !== undefined);

const usesTolerances = (autoscaler: HorizontalPodAutoscaler): boolean =>
  rulesOf(autoscaler).some(({ tolerance }) => tolerance !== undefined);

function dropTolerances(autoscaler: HorizontalPodAutoscaler): void {
  for (const rules of rulesOf(autoscaler)) delete rules.tolerance;
}
