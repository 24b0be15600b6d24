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
      doc: 'Average over all pods, as a percentage of their requests.',
      emit: 'if-set',
    }),
    averageValue: quantity(3, { doc: 'Average over all pods, as a quantity.', emit: 'if-set' }),
    type: required(
      string(1, { doc: 'Type of the target: Utilization, Value or AverageValue.', emit: 'always' }),
    ),
    value: quantity(2, { doc: 'Value of the metric, as a quantity.', emit: 'if-set' }),
  },
  { doc: 'Target value of a metric.' },
);
export interface MetricTarget extends Of<typeof MetricTarget> {}

export const ContainerResourceMetricSource = struct(
  'io.k8s.api.autoscaling.v2.ContainerResourceMetricSource',
  {
    container: required(string(3, { doc: 'Name of the container.', emit: 'always' })),
    name: required(string(1, { doc: 'Name of the resource: cpu or memory.', emit: 'always' })),
    target: required(ref(2, MetricTarget, { doc: 'Target value of the metric.', emit: 'always' })),
  },
  { doc: 'Resource metric of a single container in each pod.' },
);
export interface ContainerResourceMetricSource extends Of<typeof ContainerResourceMetricSource> {}

export const MetricValueStatus = struct(
  'io.k8s.api.autoscaling.v2.MetricValueStatus',
  {
    averageUtilization: int32(3, {
      doc: 'Average over all pods, as a percentage of their requests.',
      emit: 'if-set',
    }),
    averageValue: quantity(2, { doc: 'Average over all pods, as a quantity.', emit: 'if-set' }),
    value: quantity(1, { doc: 'Value of the metric, as a quantity.', emit: 'if-set' }),
  },
  { doc: 'Current value of a metric.' },
);
export interface MetricValueStatus extends Of<typeof MetricValueStatus> {}

export const ContainerResourceMetricStatus = struct(
  'io.k8s.api.autoscaling.v2.ContainerResourceMetricStatus',
  {
    container: required(string(3, { doc: 'Name of the container.', emit: 'always' })),
    current: required(ref(2, MetricValueStatus, { doc: 'Current value of the metric.', emit: 'always' })),
    name: required(string(1, { doc: 'Name of the resource: cpu or memory.', emit: 'always' })),
  },
  { doc: 'Current value of a resource metric of a single container in each pod.' },
);
export interface ContainerResourceMetricStatus extends Of<typeof ContainerResourceMetricStatus> {}

export const CrossVersionObjectReference = struct(
  'io.k8s.api.autoscaling.v2.CrossVersionObjectReference',
  {
    apiVersion: string(3, { doc: 'API group and version of the object.' }),
    kind: required(string(1, { doc: 'Kind of the object.', emit: 'always' })),
    name: required(string(2, { doc: 'Name of the object.', emit: 'always' })),
  },
  { doc: 'Reference to an object by API version, kind and name.' },
);
export interface CrossVersionObjectReference extends Of<typeof CrossVersionObjectReference> {}

export const MetricIdentifier = struct(
  'io.k8s.api.autoscaling.v2.MetricIdentifier',
  {
    name: required(string(1, { doc: 'Name of the metric.', emit: 'always' })),
    selector: ref(2, LabelSelector, {
      doc: 'Label selector for the metric. By default, only the name identifies it.',
      emit: 'if-set',
    }),
  },
  { doc: 'Identifies a metric by name and labels.' },
);
export interface MetricIdentifier extends Of<typeof MetricIdentifier> {}

export const ExternalMetricSource = struct(
  'io.k8s.api.autoscaling.v2.ExternalMetricSource',
  {
    metric: required(ref(1, MetricIdentifier, { doc: 'Identifies the metric.', emit: 'always' })),
    target: required(ref(2, MetricTarget, { doc: 'Target value of the metric.', emit: 'always' })),
  },
  { doc: 'Metric that is not associated with an object in the cluster.' },
);
export interface ExternalMetricSource extends Of<typeof ExternalMetricSource> {}

export const ExternalMetricStatus = struct(
  'io.k8s.api.autoscaling.v2.ExternalMetricStatus',
  {
    current: required(ref(2, MetricValueStatus, { doc: 'Current value of the metric.', emit: 'always' })),
    metric: required(ref(1, MetricIdentifier, { doc: 'Identifies the metric.', emit: 'always' })),
  },
  { doc: 'Current value of a metric that is not associated with an object in the cluster.' },
);
export interface ExternalMetricStatus extends Of<typeof ExternalMetricStatus> {}

export const HPAScalingPolicy = struct(
  'io.k8s.api.autoscaling.v2.HPAScalingPolicy',
  {
    periodSeconds: required(
      int32(3, {
        doc: 'Window of time in seconds for which the policy holds. At most 1800.',
        emit: 'always',
      }),
    ),
    type: required(
      string(1, {
        doc: 'Type of the policy: Pods for a number, or Percent for a percentage.',
        emit: 'always',
      }),
    ),
    value: required(
      int32(2, {
        doc: 'Number or percentage of pods that may be changed within the window.',
        emit: 'always',
      }),
    ),
  },
  { doc: 'Limit for the change within a window of time.' },
);
export interface HPAScalingPolicy extends Of<typeof HPAScalingPolicy> {}

export const HPAScalingRules = struct(
  'io.k8s.api.autoscaling.v2.HPAScalingRules',
  {
    policies: list(2, HPAScalingPolicy, {
      doc: 'Policies for scaling. At least one is required.',
      listType: 'atomic',
    }),
    selectPolicy: string(1, {
      doc: 'Which policy is used: the one that allows the most change (Max), the least (Min), or none (Disabled). Defaults to Max.',
      emit: 'if-set',
    }),
    stabilizationWindowSeconds: int32(3, {
      doc: 'Number of seconds for which past recommendations are considered, to avoid fluctuation.',
      emit: 'if-set',
    }),
    tolerance: quantity(4, {
      doc: 'Relative deviation of the metric from its target up to which no scaling happens.',
      emit: 'if-set',
    }),
  },
  { doc: 'Rules for scaling in one direction.' },
);
export interface HPAScalingRules extends Of<typeof HPAScalingRules> {}

export const HorizontalPodAutoscalerBehavior = struct(
  'io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerBehavior',
  {
    scaleDown: ref(2, HPAScalingRules, { doc: 'Rules for scaling down.', emit: 'if-set' }),
    scaleUp: ref(1, HPAScalingRules, { doc: 'Rules for scaling up.', emit: 'if-set' }),
  },
  { doc: 'Rules for scaling up and down.' },
);
export interface HorizontalPodAutoscalerBehavior extends Of<typeof HorizontalPodAutoscalerBehavior> {}

export const HorizontalPodAutoscalerCondition = struct(
  'io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerCondition',
  {
    lastTransitionTime: time(3, {
      doc: 'Last time the condition changed from one status to another.',
      emit: 'always',
    }),
    message: string(5, { doc: 'Human-readable message with details.' }),
    reason: string(4, { doc: 'Brief machine-readable reason in CamelCase.' }),
    status: required(string(2, { doc: 'Status of the condition: True, False or Unknown.', emit: 'always' })),
    type: required(string(1, { doc: 'Type of the condition.', emit: 'always' })),
  },
  { doc: 'Condition of a HorizontalPodAutoscaler at a certain point.' },
);
export interface HorizontalPodAutoscalerCondition extends Of<typeof HorizontalPodAutoscalerCondition> {}

export const ObjectMetricSource = struct(
  'io.k8s.api.autoscaling.v2.ObjectMetricSource',
  {
    describedObject: required(
      ref(1, CrossVersionObjectReference, { doc: 'Object that the metric describes.', emit: 'always' }),
    ),
    metric: required(ref(3, MetricIdentifier, { doc: 'Identifies the metric.', emit: 'always' })),
    target: required(ref(2, MetricTarget, { doc: 'Target value of the metric.', emit: 'always' })),
  },
  { doc: 'Metric that describes a single object in the cluster.' },
);
export interface ObjectMetricSource extends Of<typeof ObjectMetricSource> {}

export const PodsMetricSource = struct(
  'io.k8s.api.autoscaling.v2.PodsMetricSource',
  {
    metric: required(ref(1, MetricIdentifier, { doc: 'Identifies the metric.', emit: 'always' })),
    target: required(ref(2, MetricTarget, { doc: 'Target average value of the metric.', emit: 'always' })),
  },
  { doc: 'Metric of each pod, averaged over all pods.' },
);
export interface PodsMetricSource extends Of<typeof PodsMetricSource> {}

export const ResourceMetricSource = struct(
  'io.k8s.api.autoscaling.v2.ResourceMetricSource',
  {
    name: required(string(1, { doc: 'Name of the resource: cpu or memory.', emit: 'always' })),
    target: required(ref(2, MetricTarget, { doc: 'Target value of the metric.', emit: 'always' })),
  },
  { doc: 'Resource metric of the pods, such as CPU or memory.' },
);
export interface ResourceMetricSource extends Of<typeof ResourceMetricSource> {}

export const MetricSpec = struct(
  'io.k8s.api.autoscaling.v2.MetricSpec',
  {
    containerResource: ref(7, ContainerResourceMetricSource, {
      doc: 'Resource metric of a single container in each pod.',
      emit: 'if-set',
    }),
    external: ref(5, ExternalMetricSource, {
      doc: 'Metric that is not associated with an object in the cluster.',
      emit: 'if-set',
    }),
    object: ref(2, ObjectMetricSource, {
      doc: 'Metric of a single object in the cluster, such as an Ingress.',
      emit: 'if-set',
    }),
    pods: ref(3, PodsMetricSource, { doc: 'Metric of each pod, averaged over all pods.', emit: 'if-set' }),
    resource: ref(4, ResourceMetricSource, {
      doc: 'Resource metric of the pods, such as CPU or memory.',
      emit: 'if-set',
    }),
    type: required(
      string(1, {
        doc: 'Type of the metric source: ContainerResource, External, Object, Pods or Resource.',
        emit: 'always',
      }),
    ),
  },
  { doc: 'Metric and its target that determine the number of replicas.' },
);
export interface MetricSpec extends Of<typeof MetricSpec> {}

export const HorizontalPodAutoscalerSpec = struct(
  'io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerSpec',
  {
    behavior: ref(5, HorizontalPodAutoscalerBehavior, {
      doc: 'Rules for scaling up and down.',
      emit: 'if-set',
    }),
    maxReplicas: required(int32(3, { doc: 'Upper limit for the number of replicas.', emit: 'always' })),
    metrics: list(4, MetricSpec, {
      doc: 'Metrics that determine the number of replicas. The highest result is used.',
      listType: 'atomic',
    }),
    minReplicas: int32(2, {
      doc: 'Lower limit for the number of replicas. Defaults to 1.',
      assumed: 1,
      emit: 'if-set',
    }),
    scaleTargetRef: required(
      ref(1, CrossVersionObjectReference, { doc: 'Object to scale.', emit: 'always' }),
    ),
  },
  { doc: 'Object to scale, limits and metrics.' },
);
export interface HorizontalPodAutoscalerSpec extends Of<typeof HorizontalPodAutoscalerSpec> {}

export const ObjectMetricStatus = struct(
  'io.k8s.api.autoscaling.v2.ObjectMetricStatus',
  {
    current: required(ref(2, MetricValueStatus, { doc: 'Current value of the metric.', emit: 'always' })),
    describedObject: required(
      ref(3, CrossVersionObjectReference, { doc: 'Object that the metric describes.', emit: 'always' }),
    ),
    metric: required(ref(1, MetricIdentifier, { doc: 'Identifies the metric.', emit: 'always' })),
  },
  { doc: 'Current value of a metric that describes a single object.' },
);
export interface ObjectMetricStatus extends Of<typeof ObjectMetricStatus> {}

export const PodsMetricStatus = struct(
  'io.k8s.api.autoscaling.v2.PodsMetricStatus',
  {
    current: required(
      ref(2, MetricValueStatus, { doc: 'Current average value of the metric.', emit: 'always' }),
    ),
    metric: required(ref(1, MetricIdentifier, { doc: 'Identifies the metric.', emit: 'always' })),
  },
  { doc: 'Current average value of a metric of each pod.' },
);
export interface PodsMetricStatus extends Of<typeof PodsMetricStatus> {}

export const ResourceMetricStatus = struct(
  'io.k8s.api.autoscaling.v2.ResourceMetricStatus',
  {
    current: required(ref(2, MetricValueStatus, { doc: 'Current value of the metric.', emit: 'always' })),
    name: required(string(1, { doc: 'Name of the resource: cpu or memory.', emit: 'always' })),
  },
  { doc: 'Current value of a resource metric of the pods.' },
);
export interface ResourceMetricStatus extends Of<typeof ResourceMetricStatus> {}

export const MetricStatus = struct(
  'io.k8s.api.autoscaling.v2.MetricStatus',
  {
    containerResource: ref(7, ContainerResourceMetricStatus, {
      doc: 'Resource metric of a single container in each pod.',
      emit: 'if-set',
    }),
    external: ref(5, ExternalMetricStatus, {
      doc: 'Metric that is not associated with an object in the cluster.',
      emit: 'if-set',
    }),
    object: ref(2, ObjectMetricStatus, {
      doc: 'Metric of a single object in the cluster, such as an Ingress.',
      emit: 'if-set',
    }),
    pods: ref(3, PodsMetricStatus, { doc: 'Metric of each pod, averaged over all pods.', emit: 'if-set' }),
    resource: ref(4, ResourceMetricStatus, {
      doc: 'Resource metric of the pods, such as CPU or memory.',
      emit: 'if-set',
    }),
    type: required(
      string(1, {
        doc: 'Type of the metric source: ContainerResource, External, Object, Pods or Resource.',
        emit: 'always',
      }),
    ),
  },
  { doc: 'Last observed state of a metric.' },
);
export interface MetricStatus extends Of<typeof MetricStatus> {}

export const HorizontalPodAutoscalerStatus = struct(
  'io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerStatus',
  {
    conditions: list(6, HorizontalPodAutoscalerCondition, {
      doc: 'Latest observations of the current state.',
      listType: 'map',
      keys: ['type'],
      merge: 'type',
    }),
    currentMetrics: list(5, MetricStatus, {
      doc: 'Last observed state of the metrics.',
      emit: 'always',
      listType: 'atomic',
    }),
    currentReplicas: int32(3, { doc: 'Number of replicas when the autoscaler last observed them.' }),
    desiredReplicas: required(
      int32(4, { doc: 'Number of replicas that the autoscaler last calculated.', emit: 'always' }),
    ),
    lastScaleTime: time(2, {
      doc: 'Last time the autoscaler changed the number of replicas.',
      emit: 'if-set',
    }),
    observedGeneration: int64(1, {
      doc: 'Generation of the object that the controller last observed.',
      emit: 'if-set',
    }),
  },
  { doc: 'Observed metrics and replicas, and the last decision.' },
);
export interface HorizontalPodAutoscalerStatus extends Of<typeof HorizontalPodAutoscalerStatus> {}

export const HorizontalPodAutoscaler = resource(
  'io.k8s.api.autoscaling.v2.HorizontalPodAutoscaler',
  {
    doc: 'Adjusts the number of replicas according to metrics.',
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
