import { LabelSelector } from '../../meta/v1/label-selector.ts';
import { resource } from '../../meta/v1/resource.ts';
import {
  int32,
  int64,
  list,
  type Of,
  quantity,
  ref,
  required,
  string,
  struct,
  time,
} from '../../schema/notation.ts';

export const MetricTarget = struct('io.k8s.api.autoscaling.v2.MetricTarget', {
  averageUtilization: int32(4, { emit: 'if-set' }),
  averageValue: quantity(3, { emit: 'if-set' }),
  type: required(string(1, { emit: 'always' })),
  value: quantity(2, { emit: 'if-set' }),
});
export interface MetricTarget extends Of<typeof MetricTarget> {}

export const ContainerResourceMetricSource = struct(
  'io.k8s.api.autoscaling.v2.ContainerResourceMetricSource',
  {
    container: required(string(3, { emit: 'always' })),
    name: required(string(1, { emit: 'always' })),
    target: required(ref(2, MetricTarget, { emit: 'always' })),
  },
);
export interface ContainerResourceMetricSource extends Of<typeof ContainerResourceMetricSource> {}

export const MetricValueStatus = struct('io.k8s.api.autoscaling.v2.MetricValueStatus', {
  averageUtilization: int32(3, { emit: 'if-set' }),
  averageValue: quantity(2, { emit: 'if-set' }),
  value: quantity(1, { emit: 'if-set' }),
});
export interface MetricValueStatus extends Of<typeof MetricValueStatus> {}

export const ContainerResourceMetricStatus = struct(
  'io.k8s.api.autoscaling.v2.ContainerResourceMetricStatus',
  {
    container: required(string(3, { emit: 'always' })),
    current: required(ref(2, MetricValueStatus, { emit: 'always' })),
    name: required(string(1, { emit: 'always' })),
  },
);
export interface ContainerResourceMetricStatus extends Of<typeof ContainerResourceMetricStatus> {}

export const CrossVersionObjectReference = struct('io.k8s.api.autoscaling.v2.CrossVersionObjectReference', {
  apiVersion: string(3),
  kind: required(string(1, { emit: 'always' })),
  name: required(string(2, { emit: 'always' })),
});
export interface CrossVersionObjectReference extends Of<typeof CrossVersionObjectReference> {}

export const MetricIdentifier = struct('io.k8s.api.autoscaling.v2.MetricIdentifier', {
  name: required(string(1, { emit: 'always' })),
  selector: ref(2, LabelSelector, { emit: 'if-set' }),
});
export interface MetricIdentifier extends Of<typeof MetricIdentifier> {}

export const ExternalMetricSource = struct('io.k8s.api.autoscaling.v2.ExternalMetricSource', {
  metric: required(ref(1, MetricIdentifier, { emit: 'always' })),
  target: required(ref(2, MetricTarget, { emit: 'always' })),
});
export interface ExternalMetricSource extends Of<typeof ExternalMetricSource> {}

export const ExternalMetricStatus = struct('io.k8s.api.autoscaling.v2.ExternalMetricStatus', {
  current: required(ref(2, MetricValueStatus, { emit: 'always' })),
  metric: required(ref(1, MetricIdentifier, { emit: 'always' })),
});
export interface ExternalMetricStatus extends Of<typeof ExternalMetricStatus> {}

export const HPAScalingPolicy = struct('io.k8s.api.autoscaling.v2.HPAScalingPolicy', {
  periodSeconds: required(int32(3, { emit: 'always' })),
  type: required(string(1, { emit: 'always' })),
  value: required(int32(2, { emit: 'always' })),
});
export interface HPAScalingPolicy extends Of<typeof HPAScalingPolicy> {}

export const HPAScalingRules = struct('io.k8s.api.autoscaling.v2.HPAScalingRules', {
  policies: list(2, HPAScalingPolicy, { listType: 'atomic' }),
  selectPolicy: string(1, { emit: 'if-set' }),
  stabilizationWindowSeconds: int32(3, { emit: 'if-set' }),
  tolerance: quantity(4, { emit: 'if-set' }),
});
export interface HPAScalingRules extends Of<typeof HPAScalingRules> {}

export const HorizontalPodAutoscalerBehavior = struct(
  'io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerBehavior',
  {
    scaleDown: ref(2, HPAScalingRules, { emit: 'if-set' }),
    scaleUp: ref(1, HPAScalingRules, { emit: 'if-set' }),
  },
);
export interface HorizontalPodAutoscalerBehavior extends Of<typeof HorizontalPodAutoscalerBehavior> {}

export const HorizontalPodAutoscalerCondition = struct(
  'io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerCondition',
  {
    lastTransitionTime: time(3, { doc: 'When the status last changed.', emit: 'always' }),
    message: string(5, { doc: 'Why, for people.' }),
    reason: string(4, { doc: 'Why, in one word.' }),
    status: required(string(2, { doc: 'True, False or Unknown.', emit: 'always' })),
    type: required(string(1, { doc: 'Which aspect.', emit: 'always' })),
  },
);
export interface HorizontalPodAutoscalerCondition extends Of<typeof HorizontalPodAutoscalerCondition> {}

export const ObjectMetricSource = struct('io.k8s.api.autoscaling.v2.ObjectMetricSource', {
  describedObject: required(ref(1, CrossVersionObjectReference, { emit: 'always' })),
  metric: required(ref(3, MetricIdentifier, { emit: 'always' })),
  target: required(ref(2, MetricTarget, { emit: 'always' })),
});
export interface ObjectMetricSource extends Of<typeof ObjectMetricSource> {}

export const PodsMetricSource = struct('io.k8s.api.autoscaling.v2.PodsMetricSource', {
  metric: required(ref(1, MetricIdentifier, { emit: 'always' })),
  target: required(ref(2, MetricTarget, { emit: 'always' })),
});
export interface PodsMetricSource extends Of<typeof PodsMetricSource> {}

export const ResourceMetricSource = struct('io.k8s.api.autoscaling.v2.ResourceMetricSource', {
  name: required(string(1, { emit: 'always' })),
  target: required(ref(2, MetricTarget, { emit: 'always' })),
});
export interface ResourceMetricSource extends Of<typeof ResourceMetricSource> {}

export const MetricSpec = struct('io.k8s.api.autoscaling.v2.MetricSpec', {
  containerResource: ref(7, ContainerResourceMetricSource, { emit: 'if-set' }),
  external: ref(5, ExternalMetricSource, { emit: 'if-set' }),
  object: ref(2, ObjectMetricSource, { emit: 'if-set' }),
  pods: ref(3, PodsMetricSource, { emit: 'if-set' }),
  resource: ref(4, ResourceMetricSource, { emit: 'if-set' }),
  type: required(string(1, { emit: 'always' })),
});
export interface MetricSpec extends Of<typeof MetricSpec> {}

export const HorizontalPodAutoscalerSpec = struct(
  'io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerSpec',
  {
    behavior: ref(5, HorizontalPodAutoscalerBehavior, { doc: 'How fast, up and down.', emit: 'if-set' }),
    maxReplicas: required(int32(3, { doc: 'The most.', emit: 'always' })),
    metrics: list(4, MetricSpec, {
      doc: 'What is measured, and what it should be. The highest answer counts.',
      listType: 'atomic',
    }),
    minReplicas: int32(2, { doc: 'The least.', assumed: 1, emit: 'if-set' }),
    scaleTargetRef: required(ref(1, CrossVersionObjectReference, { doc: 'What is scaled.', emit: 'always' })),
  },
  { doc: 'What is scaled, and by what.' },
);
export interface HorizontalPodAutoscalerSpec extends Of<typeof HorizontalPodAutoscalerSpec> {}

export const ObjectMetricStatus = struct('io.k8s.api.autoscaling.v2.ObjectMetricStatus', {
  current: required(ref(2, MetricValueStatus, { emit: 'always' })),
  describedObject: required(ref(3, CrossVersionObjectReference, { emit: 'always' })),
  metric: required(ref(1, MetricIdentifier, { emit: 'always' })),
});
export interface ObjectMetricStatus extends Of<typeof ObjectMetricStatus> {}

export const PodsMetricStatus = struct('io.k8s.api.autoscaling.v2.PodsMetricStatus', {
  current: required(ref(2, MetricValueStatus, { emit: 'always' })),
  metric: required(ref(1, MetricIdentifier, { emit: 'always' })),
});
export interface PodsMetricStatus extends Of<typeof PodsMetricStatus> {}

export const ResourceMetricStatus = struct('io.k8s.api.autoscaling.v2.ResourceMetricStatus', {
  current: required(ref(2, MetricValueStatus, { emit: 'always' })),
  name: required(string(1, { emit: 'always' })),
});
export interface ResourceMetricStatus extends Of<typeof ResourceMetricStatus> {}

export const MetricStatus = struct('io.k8s.api.autoscaling.v2.MetricStatus', {
  containerResource: ref(7, ContainerResourceMetricStatus, { emit: 'if-set' }),
  external: ref(5, ExternalMetricStatus, { emit: 'if-set' }),
  object: ref(2, ObjectMetricStatus, { emit: 'if-set' }),
  pods: ref(3, PodsMetricStatus, { emit: 'if-set' }),
  resource: ref(4, ResourceMetricStatus, { emit: 'if-set' }),
  type: required(string(1, { emit: 'always' })),
});
export interface MetricStatus extends Of<typeof MetricStatus> {}

export const HorizontalPodAutoscalerStatus = struct(
  'io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerStatus',
  {
    conditions: list(6, HorizontalPodAutoscalerCondition, { listType: 'map', keys: ['type'], merge: 'type' }),
    currentMetrics: list(5, MetricStatus, { emit: 'always', listType: 'atomic' }),
    currentReplicas: int32(3),
    desiredReplicas: required(int32(4, { emit: 'always' })),
    lastScaleTime: time(2, { emit: 'if-set' }),
    observedGeneration: int64(1, { emit: 'if-set' }),
  },
);
export interface HorizontalPodAutoscalerStatus extends Of<typeof HorizontalPodAutoscalerStatus> {}

export const HorizontalPodAutoscaler = resource(
  'io.k8s.api.autoscaling.v2.HorizontalPodAutoscaler',
  {
    doc: 'Changes the number of pods by what they use.',
    group: 'autoscaling',
    version: 'v2',
    kind: 'HorizontalPodAutoscaler',
    plural: 'horizontalpodautoscalers',
    singular: 'horizontalpodautoscaler',
    namespaced: true,
    shortNames: ['hpa'],
    categories: ['all'],
    storageVersionHash: 'qwQve8ut294=',
    subresources: { status: { kind: 'HorizontalPodAutoscaler', verbs: ['get', 'patch', 'update'] } },
  },
  {
    spec: required(ref(2, HorizontalPodAutoscalerSpec, { emit: 'always' })),
    status: ref(3, HorizontalPodAutoscalerStatus, { emit: 'always' }),
  },
);
export interface HorizontalPodAutoscaler extends Of<typeof HorizontalPodAutoscaler> {}
