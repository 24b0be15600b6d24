import { resource } from '../../../meta/v1/resource.ts';
import { int32, int64, type Of, ref, required, string, struct, time } from '../../../schema/notation.ts';

export const CrossVersionObjectReference = struct(
  'io.k8s.api.autoscaling.v1.CrossVersionObjectReference',
  {
    apiVersion: string(3, { doc: "The object's API group and version." }),
    kind: required(string(1, { doc: 'What kind the object is of.', emit: 'always' })),
    name: required(string(2, { doc: "The object's name.", emit: 'always' })),
  },
  { doc: 'An object that can be scaled.', atomic: true },
);
export interface CrossVersionObjectReference extends Of<typeof CrossVersionObjectReference> {}

export const HorizontalPodAutoscalerSpec = struct(
  'io.k8s.api.autoscaling.v1.HorizontalPodAutoscalerSpec',
  {
    maxReplicas: required(int32(3, { doc: 'The most.', emit: 'always' })),
    minReplicas: int32(2, { doc: 'The least.', assumed: 1, emit: 'if-set' }),
    scaleTargetRef: required(ref(1, CrossVersionObjectReference, { doc: 'What is scaled.', emit: 'always' })),
    targetCPUUtilizationPercentage: int32(4, {
      doc: 'How much of the requested CPU should be used on average.',
      emit: 'if-set',
    }),
  },
  { doc: 'What is scaled.' },
);
export interface HorizontalPodAutoscalerSpec extends Of<typeof HorizontalPodAutoscalerSpec> {}

export const HorizontalPodAutoscalerStatus = struct(
  'io.k8s.api.autoscaling.v1.HorizontalPodAutoscalerStatus',
  {
    currentCPUUtilizationPercentage: int32(5, {
      doc: "CPU used on average, in percent of the pods' requests.",
      emit: 'if-set',
    }),
    currentReplicas: required(int32(3, { doc: 'Pods seen when it last looked.', emit: 'always' })),
    desiredReplicas: required(int32(4, { doc: 'Pods it wants.', emit: 'always' })),
    lastScaleTime: time(2, { doc: 'When it last changed the number of pods.', emit: 'if-set' }),
    observedGeneration: int64(1, { doc: 'Which generation of the spec this is about.', emit: 'if-set' }),
  },
  { doc: 'What the autoscaler saw and decided.' },
);
export interface HorizontalPodAutoscalerStatus extends Of<typeof HorizontalPodAutoscalerStatus> {}

export const HorizontalPodAutoscaler = resource(
  'io.k8s.api.autoscaling.v1.HorizontalPodAutoscaler',
  {
    doc: 'Changes the number of pods by the CPU they use.',
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
