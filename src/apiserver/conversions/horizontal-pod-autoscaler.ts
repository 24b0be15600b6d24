// HorizontalPodAutoscalers are stored as autoscaling/v2 and also served as v1, which has a CPU target only. Everything else
// is kept in annotations, so that a round trip loses nothing. Upstream: pkg/apis/autoscaling/v1/conversion.go.
import type { HorizontalPodAutoscaler as V1 } from '../../api/kinds/autoscaling/v1/horizontal-pod-autoscaler.ts';
import type { HorizontalPodAutoscaler as V2 } from '../../api/kinds/autoscaling/v2/horizontal-pod-autoscaler.ts';
import type { Conversion } from '../watch-cache/converted-cache.ts';
import {
  behaviorIn,
  behaviorText,
  conditionsIn,
  conditionsText,
  metricsIn,
  metricsText,
  statusesIn,
  statusesText,
} from './autoscaler-annotations.ts';

const PREFIX = 'autoscaling.alpha.kubernetes.io/';
const METRICS = `${PREFIX}metrics`;
const STATUSES = `${PREFIX}current-metrics`;
const BEHAVIOR = `${PREFIX}behavior`;
const CONDITIONS = `${PREFIX}conditions`;
/** Only made here: whatever a stored object has under these names says nothing. */
const OWN = [
  METRICS,
  STATUSES,
  BEHAVIOR,
  CONDITIONS,
  `${PREFIX}scale-down-tolerance`,
  `${PREFIX}scale-up-tolerance`,
];

const withoutOwn = (annotations: Readonly<Record<string, string>> = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(annotations).filter(([name]) => !OWN.includes(name)));

type Metric = NonNullable<NonNullable<V2['spec']>['metrics']>[number];

const isCpuTarget = ({ type, resource }: Metric): boolean =>
  type === 'Resource' && resource?.name === 'cpu' && resource.target.averageUtilization !== undefined;

function fromStored({ metadata, spec, status }: V2): V1 {
  const cpu = spec?.metrics?.find(isCpuTarget);
  const current = status?.currentMetrics?.find(
    ({ type, resource }) => type === 'Resource' && resource?.name === 'cpu',
  );
  const others = spec?.metrics?.filter((metric) => metric !== cpu) ?? [];
  // A list without items may be stored as null.
  const conditions = status?.conditions ?? [];
  const currentMetrics = status?.currentMetrics ?? [];
  const annotations = withoutOwn(metadata.annotations);
  if (others.length > 0) annotations[METRICS] = metricsText(others);
  if (currentMetrics.length > 0) annotations[STATUSES] = statusesText(currentMetrics);
  if (spec?.behavior) annotations[BEHAVIOR] = behaviorText(spec.behavior);
  if (conditions.length > 0) annotations[CONDITIONS] = conditionsText(conditions);
  const { annotations: _, ...meta } = metadata;
  const target = cpu?.resource?.target.averageUtilization;
  const used = current?.resource?.current.averageUtilization;
  return {
    apiVersion: 'autoscaling/v1',
    kind: 'HorizontalPodAutoscaler',
    metadata: { ...meta, ...(Object.keys(annotations).length > 0 && { annotations }) },
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
  const read = <T>(name: string, from: (text: string) => T | undefined): T | undefined => {
    const text = metadata.annotations?.[name];
    return text === undefined ? undefined : from(text);
  };
  const behavior = read(BEHAVIOR, behaviorIn);
  const conditions = read(CONDITIONS, conditionsIn);
  const currentMetrics = read(STATUSES, statusesIn);
  const others = read(METRICS, metricsIn) ?? [];
  const metrics = [...others, ...(target === undefined ? [] : [cpuMetric(target)])];
  const annotations = withoutOwn(metadata.annotations);
  const { annotations: _annotations, ...meta } = metadata;
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { ...meta, ...(Object.keys(annotations).length > 0 && { annotations }) },
    spec: {
      ...rest,
      metrics: metrics.length > 0 ? metrics : [cpuMetric(DEFAULT_TARGET)],
      ...(behavior && Object.keys(behavior).length > 0 && { behavior }),
    },
    status: {
      ...state,
      ...(conditions !== undefined && { conditions }),
      ...(currentMetrics !== undefined && { currentMetrics }),
    },
  } as V2;
}

const cpuMetric = (averageUtilization: number): Metric => ({
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } },
});

/** Percentage of what is requested. */
const DEFAULT_TARGET = 80;

export const autoscalerConversion: Conversion<V2, V1> = { fromStored, toStored };
