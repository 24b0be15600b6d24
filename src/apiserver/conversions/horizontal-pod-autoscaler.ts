// HorizontalPodAutoscalers are stored as autoscaling/v2 and also served as v1, which has a CPU target only. Everything else
// is kept in annotations, so that a round trip loses nothing. Upstream: pkg/apis/autoscaling/v1/conversion.go.
import { parseJson } from '../../api/codec/json.ts';
import type { HorizontalPodAutoscaler as V1 } from '../../api/kinds/autoscaling/v1/horizontal-pod-autoscaler.ts';
import type { HorizontalPodAutoscaler as V2 } from '../../api/kinds/autoscaling/v2/horizontal-pod-autoscaler.ts';
import type { Conversion } from '../watch-cache/converted-cache.ts';

const PREFIX = 'autoscaling.alpha.kubernetes.io/';
const ANNOTATED = ['metrics', 'behavior', 'conditions', 'current-metrics'] as const;

type Metric = NonNullable<NonNullable<V2['spec']>['metrics']>[number];

const isCpuTarget = ({ type, resource }: Metric): boolean =>
  type === 'Resource' && resource?.name === 'cpu' && resource.target.averageUtilization !== undefined;

function fromStored({ metadata, spec, status }: V2): V1 {
  const cpu = spec?.metrics?.find(isCpuTarget);
  const current = status?.currentMetrics?.find(
    ({ type, resource }) => type === 'Resource' && resource?.name === 'cpu',
  );
  const others = spec?.metrics?.filter((metric) => metric !== cpu);
  const hidden: Record<string, unknown> = {
    metrics: others?.length ? others : undefined,
    behavior: spec?.behavior,
    conditions: status?.conditions,
    'current-metrics': status?.currentMetrics,
  };
  const annotations = { ...metadata.annotations };
  for (const part of ANNOTATED) if (hidden[part]) annotations[PREFIX + part] = JSON.stringify(hidden[part]);
  const target = cpu?.resource?.target.averageUtilization;
  const used = current?.resource?.current.averageUtilization;
  return {
    apiVersion: 'autoscaling/v1',
    kind: 'HorizontalPodAutoscaler',
    metadata: { ...metadata, ...(Object.keys(annotations).length > 0 && { annotations }) },
    ...(spec && {
      spec: {
        scaleTargetRef: spec.scaleTargetRef,
        maxReplicas: spec.maxReplicas,
        ...(spec.minReplicas !== undefined && { minReplicas: spec.minReplicas }),
        ...(target !== undefined && { targetCPUUtilizationPercentage: target }),
      },
    }),
    status: {
      currentReplicas: status?.currentReplicas ?? 0,
      desiredReplicas: status?.desiredReplicas ?? 0,
      ...(status?.lastScaleTime && { lastScaleTime: status.lastScaleTime }),
      ...(status?.observedGeneration !== undefined && { observedGeneration: status.observedGeneration }),
      ...(used !== undefined && { currentCPUUtilizationPercentage: used }),
    },
  };
}

function toStored({ metadata, spec, status }: V1): V2 {
  const { targetCPUUtilizationPercentage: target, ...rest } = spec ?? ({} as NonNullable<V1['spec']>);
  const { currentCPUUtilizationPercentage: _, ...state } = status ?? {};
  const annotations = { ...metadata.annotations };
  const take = (part: (typeof ANNOTATED)[number]): unknown => {
    const text = annotations[PREFIX + part];
    delete annotations[PREFIX + part];
    return text === undefined ? undefined : parsed(text);
  };
  const [metrics, behavior, conditions, currentMetrics] = ANNOTATED.map(take);
  const cpu = target === undefined ? [] : [cpuMetric(target)];
  const all = [...cpu, ...(Array.isArray(metrics) ? metrics : [])];
  const { annotations: _annotations, ...meta } = metadata;
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { ...meta, ...(Object.keys(annotations).length > 0 && { annotations }) },
    spec: { ...rest, ...(all.length > 0 && { metrics: all }), ...(behavior !== undefined && { behavior }) },
    status: {
      ...state,
      ...(conditions !== undefined && { conditions }),
      ...(currentMetrics !== undefined && { currentMetrics }),
    },
  } as V2;
}

const cpuMetric = (averageUtilization: number): object => ({
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } },
});

/** An annotation that is not JSON is dropped: users can write these annotations. */
function parsed(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

export const autoscalerConversion: Conversion<V2, V1> = { fromStored, toStored };
