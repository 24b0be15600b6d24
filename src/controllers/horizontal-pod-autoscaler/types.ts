// Parts of a HorizontalPodAutoscaler by short names.
import type {
  HorizontalPodAutoscaler,
  HorizontalPodAutoscalerCondition,
  HorizontalPodAutoscalerStatus,
  HPAScalingRules,
  MetricSpec,
  MetricStatus,
} from '../../api/kinds/autoscaling/v2/horizontal-pod-autoscaler.ts';

export type Autoscaler = Readonly<HorizontalPodAutoscaler>;
export type Status = HorizontalPodAutoscalerStatus;
export type Condition = HorizontalPodAutoscalerCondition;
export type Metric = Readonly<MetricSpec>;
export type Measured = MetricStatus;
export type Rules = Readonly<HPAScalingRules>;
export type Behavior = NonNullable<HorizontalPodAutoscaler['spec']['behavior']>;
