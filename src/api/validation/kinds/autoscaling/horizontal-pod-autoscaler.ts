// Validates HorizontalPodAutoscalers in both versions: the fields checked here have the same names in autoscaling/v1 and v2. The lower
// bound of minReplicas depends on a feature gate: apiserver/strategies checks it.
// Paths and messages follow k8s.io/kubernetes pkg/apis/autoscaling/validation. Called through rule-book.ts.
import type { HorizontalPodAutoscaler } from '../../../kinds/autoscaling/v2/horizontal-pod-autoscaler.ts';
import { type FieldError, invalid, nonNegative, required } from '../../field.ts';
import type { Rules } from '../../rules.ts';
import { behaviorErrors } from './behavior.ts';
import { groupVersionErrors } from './group-version.ts';
import { metricsErrors, referenceErrors } from './metrics.ts';

function specErrors({ spec }: HorizontalPodAutoscaler, old?: HorizontalPodAutoscaler): FieldError[] {
  const { minReplicas, maxReplicas, scaleTargetRef, metrics = [], behavior } = spec;
  return [
    ...maximumErrors(maxReplicas, minReplicas),
    ...referenceErrors('spec.scaleTargetRef', scaleTargetRef, {
      anyApiVersion: sameTarget(scaleTargetRef, old?.spec.scaleTargetRef),
      // The only kind of the core group that can be scaled.
      mayBeCore: scaleTargetRef?.kind === 'ReplicationController',
    }),
    ...metricsErrors('spec.metrics', metrics, minReplicas, {
      anyApiVersion: old ? hadWrongOnes(old) : false,
    }),
    ...(behavior ? behaviorErrors('spec.behavior', behavior) : []),
  ];
}

function maximumErrors(maxReplicas: number, minReplicas: number | undefined): FieldError[] {
  const path = 'spec.maxReplicas';
  const errors: FieldError[] = [];
  if (!maxReplicas) errors.push(required(path, 'must be set and greater than 0'));
  if (maxReplicas < 0) errors.push(invalid(path, maxReplicas, 'must be greater than or equal to 1'));
  if (minReplicas !== undefined && maxReplicas < minReplicas)
    errors.push(invalid(path, maxReplicas, 'must be greater than or equal to `minReplicas`'));
  return errors;
}

type Reference = HorizontalPodAutoscaler['spec']['scaleTargetRef'];

const sameTarget = (now: Reference | undefined, old: Reference | undefined): boolean =>
  old !== undefined && now?.kind === old.kind && now.apiVersion === old.apiVersion;

const hadWrongOnes = ({ spec }: HorizontalPodAutoscaler): boolean =>
  (spec.metrics ?? []).some(
    ({ object }) =>
      object && groupVersionErrors('', object.describedObject?.apiVersion ?? '', true).length > 0,
  );

export const horizontalPodAutoscalerRules: Rules<HorizontalPodAutoscaler> = {
  create: (object) => specErrors(object),
  update: specErrors,
  status: ({ status }) => [
    ...nonNegative('status.currentReplicas', status?.currentReplicas),
    ...nonNegative('status.desiredReplicas', status?.desiredReplicas),
  ],
};
