// HorizontalPodAutoscalers: what depends on feature gates. Upstream: pkg/registry/autoscaling/horizontalpodautoscaler/strategy.go.
import type { FeatureGates } from '../../api/features/feature-gates.ts';
import type { HorizontalPodAutoscaler } from '../../api/kinds/autoscaling/v2/horizontal-pod-autoscaler.ts';
import { type FieldError, invalid } from '../../api/validation/field.ts';
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
    validateCreate: (autoscaler) => minimumErrors(autoscaler, scalesToZero ? 0 : 1),
    validateUpdate: (autoscaler, old, { subresource }) =>
      subresource === '' ? minimumErrors(autoscaler, scalesToZero || old.spec.minReplicas === 0 ? 0 : 1) : [],
  };
}

function minimumErrors({ spec }: HorizontalPodAutoscaler, least: number): FieldError[] {
  const { minReplicas } = spec;
  if (minReplicas === undefined || minReplicas >= least) return [];
  return [invalid('spec.minReplicas', minReplicas, `must be greater than or equal to ${least}`)];
}

const rulesOf = ({ spec }: HorizontalPodAutoscaler) =>
  [spec.behavior?.scaleUp, spec.behavior?.scaleDown].filter((rules) => rules !== undefined);

const usesTolerances = (autoscaler: HorizontalPodAutoscaler): boolean =>
  rulesOf(autoscaler).some(({ tolerance }) => tolerance !== undefined);

function dropTolerances(autoscaler: HorizontalPodAutoscaler): void {
  for (const rules of rulesOf(autoscaler)) delete rules.tolerance;
}
