import { resource } from '../../../meta/v1/resource.ts';
import { int32, int64, type Of, ref, required, string, struct, time } from '../../../schema/notation.ts';

export const CrossVersionObjectReference = struct(
  'io.k8s.api.autoscaling.v1.CrossVersionObjectReference',
  {
    apiVersion: string(3, { doc: 'API group and version of the object.' }),
    kind: required(string(1, { doc: 'Kind of the object.', emit: 'always' })),
    name: required(string(2, { doc: 'Name of the object.', emit: 'always' })),
  },
  { doc: 'Reference to an object that can be scaled.', atomic: true },
);
export interface CrossVersionObjectReference extends Of<typeof CrossVersionObjectReference> {}

export const HorizontalPodAutoscalerSpec = struct(
  'io.k8s.api.autoscaling.v1.HorizontalPodAutoscalerSpec',
  {
    maxReplicas: required(int32(3, { doc: 'Upper limit for the number of replicas.', emit: 'always' })),
    minReplicas: int32(2, {
      doc: 'Lower limit for the number of replicas. Defaults to 1.',
      assumed: 1,
      emit: 'if-set',
    }),
    scaleTargetRef: required(
      ref(1, CrossVersionObjectReference, { doc: 'Object to scale.', emit: 'always' }),
    ),
    targetCPUUtilizationPercentage: int32(4, {
      doc: 'Target average CPU utilization of the pods, as a percentage of their requests.',
      emit: 'if-set',
    }),
  },
  { doc: 'Object to scale, limits and target.' },
);
export interface HorizontalPodAutoscalerSpec extends Of<typeof HorizontalPodAutoscalerSpec> {}

export const HorizontalPodAutoscalerStatus = struct(
  'io.k8s.api.autoscaling.v1.HorizontalPodAutoscalerStatus',
  {
    currentCPUUtilizationPercentage: int32(5, {
      doc: 'Current average CPU utilization of the pods, as a percentage of their requests.',
      emit: 'if-set',
    }),
    currentReplicas: required(
      int32(3, { doc: 'Number of replicas when the autoscaler last observed them.', emit: 'always' }),
    ),
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
  'io.k8s.api.autoscaling.v1.HorizontalPodAutoscaler',
  {
    doc: 'Adjusts the number of replicas according to CPU utilization.',
    group: 'autoscaling',
    version: 'v1',
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
