import { LabelSelector } from '../../../meta/v1/label-selector.ts';
import { resource } from '../../../meta/v1/resource.ts';
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
} from '../../../schema/notation.ts';

export const MetricTarget = struct(
  'io.k8s.api.autoscaling.v2.MetricTarget',
  {
    averageUtilization: int32(4, {
      doc: 'The average over all pods, in percent of their requests.',
      emit: 'if-set',
    }),
    averageValue: quantity(3, { doc: 'The average over all pods, as an amount.', emit: 'if-set' }),
    type: required(string(1, { doc: 'Utilization, Value or AverageValue.', emit: 'always' })),
    value: quantity(2, { doc: "The metric's own value, as an amount.", emit: 'if-set' }),
  },
  { doc: 'The value that scaling tries to keep.' },
);
export interface MetricTarget extends Of<typeof MetricTarget> {}

export const ContainerResourceMetricSource = struct(
  'io.k8s.api.autoscaling.v2.ContainerResourceMetricSource',
  {
    container: required(string(3, { doc: "The container's name.", emit: 'always' })),
    name: required(string(1, { doc: 'The resource: cpu or memory.', emit: 'always' })),
    target: required(ref(2, MetricTarget, { doc: 'The value to keep.', emit: 'always' })),
  },
  { doc: 'What one container uses, in all pods alike.' },
);
export interface ContainerResourceMetricSource extends Of<typeof ContainerResourceMetricSource> {}

export const MetricValueStatus = struct(
  'io.k8s.api.autoscaling.v2.MetricValueStatus',
  {
    averageUtilization: int32(3, {
      doc: 'The average over all pods, in percent of their requests.',
      emit: 'if-set',
    }),
    averageValue: quantity(2, { doc: 'The average over all pods, as an amount.', emit: 'if-set' }),
    value: quantity(1, { doc: "The metric's own value, as an amount.", emit: 'if-set' }),
  },
  { doc: 'The value of a metric when last seen.' },
);
export interface MetricValueStatus extends Of<typeof MetricValueStatus> {}

export const ContainerResourceMetricStatus = struct(
  'io.k8s.api.autoscaling.v2.ContainerResourceMetricStatus',
  {
    container: required(string(3, { doc: "The container's name.", emit: 'always' })),
    current: required(ref(2, MetricValueStatus, { doc: 'The value seen.', emit: 'always' })),
    name: required(string(1, { doc: 'The resource: cpu or memory.', emit: 'always' })),
  },
  { doc: 'What one container was seen to use.' },
);
export interface ContainerResourceMetricStatus extends Of<typeof ContainerResourceMetricStatus> {}

export const CrossVersionObjectReference = struct(
  'io.k8s.api.autoscaling.v2.CrossVersionObjectReference',
  {
    apiVersion: string(3, { doc: "The object's API group and version." }),
    kind: required(string(1, { doc: 'What kind the object is of.', emit: 'always' })),
    name: required(string(2, { doc: "The object's name.", emit: 'always' })),
  },
  { doc: 'An object by group, kind and name.' },
);
export interface CrossVersionObjectReference extends Of<typeof CrossVersionObjectReference> {}

export const MetricIdentifier = struct(
  'io.k8s.api.autoscaling.v2.MetricIdentifier',
  {
    name: required(string(1, { doc: "The metric's name.", emit: 'always' })),
    selector: ref(2, LabelSelector, {
      doc: 'Labels of the metric; the name alone decides when absent.',
      emit: 'if-set',
    }),
  },
  { doc: 'A metric by name and labels.' },
);
export interface MetricIdentifier extends Of<typeof MetricIdentifier> {}

export const ExternalMetricSource = struct(
  'io.k8s.api.autoscaling.v2.ExternalMetricSource',
  {
    metric: required(ref(1, MetricIdentifier, { doc: 'Which metric.', emit: 'always' })),
    target: required(ref(2, MetricTarget, { doc: 'The value to keep.', emit: 'always' })),
  },
  { doc: 'A metric of something outside the cluster.' },
);
export interface ExternalMetricSource extends Of<typeof ExternalMetricSource> {}

export const ExternalMetricStatus = struct(
  'io.k8s.api.autoscaling.v2.ExternalMetricStatus',
  {
    current: required(ref(2, MetricValueStatus, { doc: 'The value seen.', emit: 'always' })),
    metric: required(ref(1, MetricIdentifier, { doc: 'Which metric.', emit: 'always' })),
  },
  { doc: 'A metric seen outside the cluster.' },
);
export interface ExternalMetricStatus extends Of<typeof ExternalMetricStatus> {}

export const HPAScalingPolicy = struct(
  'io.k8s.api.autoscaling.v2.HPAScalingPolicy',
  {
    periodSeconds: required(
      int32(3, { doc: 'The stretch of time in seconds, at most 1800.', emit: 'always' }),
    ),
    type: required(string(1, { doc: 'Pods for a number, Percent for a share.', emit: 'always' })),
    value: required(int32(2, { doc: 'The number of pods, or the percentage.', emit: 'always' })),
  },
  { doc: 'How much may change in a stretch of time.' },
);
export interface HPAScalingPolicy extends Of<typeof HPAScalingPolicy> {}

export const HPAScalingRules = struct(
  'io.k8s.api.autoscaling.v2.HPAScalingRules',
  {
    policies: list(2, HPAScalingPolicy, {
      doc: 'How much may change; one must be there.',
      listType: 'atomic',
    }),
    selectPolicy: string(1, {
      doc: 'Max or Min of what policies allow, or Disabled; Max when absent.',
      emit: 'if-set',
    }),
    stabilizationWindowSeconds: int32(3, {
      doc: 'How many seconds of past wishes are weighed, to avoid swinging.',
      emit: 'if-set',
    }),
    tolerance: quantity(4, {
      doc: 'By what share the metric may miss the target without scaling.',
      emit: 'if-set',
    }),
  },
  { doc: 'How fast to scale in one direction.' },
);
export interface HPAScalingRules extends Of<typeof HPAScalingRules> {}

export const HorizontalPodAutoscalerBehavior = struct(
  'io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerBehavior',
  {
    scaleDown: ref(2, HPAScalingRules, { doc: 'How fast to take pods away.', emit: 'if-set' }),
    scaleUp: ref(1, HPAScalingRules, { doc: 'How fast to add pods.', emit: 'if-set' }),
  },
  { doc: 'How fast to scale up and down.' },
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
  { doc: 'What is known about one aspect of an autoscaler.' },
);
export interface HorizontalPodAutoscalerCondition extends Of<typeof HorizontalPodAutoscalerCondition> {}

export const ObjectMetricSource = struct(
  'io.k8s.api.autoscaling.v2.ObjectMetricSource',
  {
    describedObject: required(
      ref(1, CrossVersionObjectReference, { doc: 'The object that has the metric.', emit: 'always' }),
    ),
    metric: required(ref(3, MetricIdentifier, { doc: 'Which metric.', emit: 'always' })),
    target: required(ref(2, MetricTarget, { doc: 'The value to keep.', emit: 'always' })),
  },
  { doc: 'A metric of one object.' },
);
export interface ObjectMetricSource extends Of<typeof ObjectMetricSource> {}

export const PodsMetricSource = struct(
  'io.k8s.api.autoscaling.v2.PodsMetricSource',
  {
    metric: required(ref(1, MetricIdentifier, { doc: 'Which metric.', emit: 'always' })),
    target: required(ref(2, MetricTarget, { doc: 'The average to keep.', emit: 'always' })),
  },
  { doc: 'A metric that every pod has.' },
);
export interface PodsMetricSource extends Of<typeof PodsMetricSource> {}

export const ResourceMetricSource = struct(
  'io.k8s.api.autoscaling.v2.ResourceMetricSource',
  {
    name: required(string(1, { doc: 'The resource: cpu or memory.', emit: 'always' })),
    target: required(ref(2, MetricTarget, { doc: 'The value to keep.', emit: 'always' })),
  },
  { doc: 'What the pods use of a resource.' },
);
export interface ResourceMetricSource extends Of<typeof ResourceMetricSource> {}

export const MetricSpec = struct(
  'io.k8s.api.autoscaling.v2.MetricSpec',
  {
    containerResource: ref(7, ContainerResourceMetricSource, {
      doc: 'CPU or memory of one container in each pod.',
      emit: 'if-set',
    }),
    external: ref(5, ExternalMetricSource, {
      doc: 'A metric of something outside the cluster.',
      emit: 'if-set',
    }),
    object: ref(2, ObjectMetricSource, {
      doc: 'A metric of one object, such as an ingress.',
      emit: 'if-set',
    }),
    pods: ref(3, PodsMetricSource, { doc: 'A metric that every pod has, taken on average.', emit: 'if-set' }),
    resource: ref(4, ResourceMetricSource, { doc: 'CPU or memory of the pods.', emit: 'if-set' }),
    type: required(
      string(1, {
        doc: 'Which member is set: ContainerResource, External, Object, Pods or Resource.',
        emit: 'always',
      }),
    ),
  },
  { doc: 'A metric to scale by.' },
);
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

export const ObjectMetricStatus = struct(
  'io.k8s.api.autoscaling.v2.ObjectMetricStatus',
  {
    current: required(ref(2, MetricValueStatus, { doc: 'The value seen.', emit: 'always' })),
    describedObject: required(
      ref(3, CrossVersionObjectReference, { doc: 'The object that has the metric.', emit: 'always' }),
    ),
    metric: required(ref(1, MetricIdentifier, { doc: 'Which metric.', emit: 'always' })),
  },
  { doc: 'A metric seen at one object.' },
);
export interface ObjectMetricStatus extends Of<typeof ObjectMetricStatus> {}

export const PodsMetricStatus = struct(
  'io.k8s.api.autoscaling.v2.PodsMetricStatus',
  {
    current: required(ref(2, MetricValueStatus, { doc: 'The average seen.', emit: 'always' })),
    metric: required(ref(1, MetricIdentifier, { doc: 'Which metric.', emit: 'always' })),
  },
  { doc: 'A metric seen at the pods.' },
);
export interface PodsMetricStatus extends Of<typeof PodsMetricStatus> {}

export const ResourceMetricStatus = struct(
  'io.k8s.api.autoscaling.v2.ResourceMetricStatus',
  {
    current: required(ref(2, MetricValueStatus, { doc: 'The value seen.', emit: 'always' })),
    name: required(string(1, { doc: 'The resource: cpu or memory.', emit: 'always' })),
  },
  { doc: 'What the pods were seen to use of a resource.' },
);
export interface ResourceMetricStatus extends Of<typeof ResourceMetricStatus> {}

export const MetricStatus = struct(
  'io.k8s.api.autoscaling.v2.MetricStatus',
  {
    containerResource: ref(7, ContainerResourceMetricStatus, {
      doc: 'CPU or memory of one container in each pod.',
      emit: 'if-set',
    }),
    external: ref(5, ExternalMetricStatus, {
      doc: 'A metric of something outside the cluster.',
      emit: 'if-set',
    }),
    object: ref(2, ObjectMetricStatus, {
      doc: 'A metric of one object, such as an ingress.',
      emit: 'if-set',
    }),
    pods: ref(3, PodsMetricStatus, { doc: 'A metric that every pod has, taken on average.', emit: 'if-set' }),
    resource: ref(4, ResourceMetricStatus, { doc: 'CPU or memory of the pods.', emit: 'if-set' }),
    type: required(
      string(1, {
        doc: 'Which member is set: ContainerResource, External, Object, Pods or Resource.',
        emit: 'always',
      }),
    ),
  },
  { doc: 'A metric as it was last seen.' },
);
export interface MetricStatus extends Of<typeof MetricStatus> {}

export const HorizontalPodAutoscalerStatus = struct(
  'io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerStatus',
  {
    conditions: list(6, HorizontalPodAutoscalerCondition, {
      doc: 'What is known, by aspect.',
      listType: 'map',
      keys: ['type'],
      merge: 'type',
    }),
    currentMetrics: list(5, MetricStatus, {
      doc: 'The metrics as last seen.',
      emit: 'always',
      listType: 'atomic',
    }),
    currentReplicas: int32(3, { doc: 'Pods seen when it last looked.' }),
    desiredReplicas: required(int32(4, { doc: 'Pods it wants.', emit: 'always' })),
    lastScaleTime: time(2, { doc: 'When it last changed the number of pods.', emit: 'if-set' }),
    observedGeneration: int64(1, { doc: 'Which generation of the spec this is about.', emit: 'if-set' }),
  },
  { doc: 'What the autoscaler saw and decided.' },
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
