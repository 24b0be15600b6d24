// What autoscaling/v1 has no fields for, as text in annotations, in the form in which upstream writes it: metrics have the fields that
// v2beta1 had, a behavior has Go's names. Users can write these annotations, too: what does not fit is dropped. Pure.
// Called by horizontal-pod-autoscaler.ts. Upstream: pkg/apis/autoscaling/v1/conversion.go and k8s.io/api autoscaling/v1.
import { parseJson } from '../../api/codec/json.ts';
import { normalize } from '../../api/codec/normalize.ts';
import {
  HorizontalPodAutoscalerBehavior,
  HorizontalPodAutoscalerCondition,
  MetricSpec,
  MetricStatus,
} from '../../api/kinds/autoscaling/v2/horizontal-pod-autoscaler.ts';
import type { StructType } from '../../api/schema/notation.ts';

type Json = Readonly<Record<string, unknown>>;

/** Fields that are undefined are not written. */
const written = (value: unknown): string => JSON.stringify(value);

export const metricsText = (metrics: readonly MetricSpec[]): string => written(metrics.map(oldSpec));
export const statusesText = (statuses: readonly MetricStatus[]): string => written(statuses.map(oldStatus));
export const conditionsText = (conditions: readonly HorizontalPodAutoscalerCondition[]): string =>
  written(conditions);
export const behaviorText = (behavior: HorizontalPodAutoscalerBehavior): string =>
  written(renamed(behavior, (name) => name[0]!.toUpperCase() + name.slice(1)));

export const metricsIn = (text: string): MetricSpec[] | undefined => items(text, MetricSpec, newSpec);
export const statusesIn = (text: string): MetricStatus[] | undefined => items(text, MetricStatus, newStatus);
export const conditionsIn = (text: string): HorizontalPodAutoscalerCondition[] | undefined =>
  items(text, HorizontalPodAutoscalerCondition, (condition) => condition);
export const behaviorIn = (text: string): HorizontalPodAutoscalerBehavior | undefined =>
  fitting(text, (value) => {
    const behavior = renamed(value, (name) => name[0]!.toLowerCase() + name.slice(1));
    return normalize(HorizontalPodAutoscalerBehavior, behavior as HorizontalPodAutoscalerBehavior);
  });

function fitting<T>(text: string, read: (value: unknown) => T): T | undefined {
  try {
    return read(parseJson(text));
  } catch {
    return undefined;
  }
}

const items = <T extends object>(
  text: string,
  type: StructType,
  convert: (item: Json) => object,
): T[] | undefined =>
  fitting(text, (value) => (value as Json[]).map((item) => normalize(type, convert(item) as T)));

function renamed(value: unknown, rename: (name: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => renamed(item, rename));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([name]) => name !== '');
  return Object.fromEntries(entries.map(([name, inner]) => [rename(name), renamed(inner, rename)]));
}

/** In Go, what v1 cannot leave out. */
const ZERO = '0';

function oldSpec({ type, object, pods, resource, containerResource, external }: MetricSpec): object {
  const use = (source: NonNullable<MetricSpec['resource']>) => ({
    name: source.name,
    targetAverageUtilization: source.target.averageUtilization,
    targetAverageValue: source.target.averageValue,
  });
  return {
    type,
    object: object && {
      target: object.describedObject,
      metricName: object.metric.name,
      targetValue: object.target.value ?? ZERO,
      selector: object.metric.selector,
      averageValue: object.target.averageValue,
    },
    pods: pods && {
      metricName: pods.metric.name,
      targetAverageValue: pods.target.averageValue ?? ZERO,
      selector: pods.metric.selector,
    },
    resource: resource && use(resource),
    containerResource: containerResource && {
      ...use(containerResource),
      container: containerResource.container,
    },
    external: external && {
      metricName: external.metric.name,
      metricSelector: external.metric.selector,
      targetValue: external.target.value,
      targetAverageValue: external.target.averageValue,
    },
  };
}

function newSpec({ type, object, pods, resource, containerResource, external }: Json): object {
  const use = (source: Json) => ({
    name: source.name,
    container: source.container,
    target: {
      type: source.targetAverageUtilization === undefined ? 'AverageValue' : 'Utilization',
      averageUtilization: source.targetAverageUtilization,
      averageValue: source.targetAverageValue,
    },
  });
  return {
    type,
    object: mapped(object, (source) => ({
      describedObject: source.target,
      metric: { name: source.metricName, selector: source.selector },
      target: {
        type: source.averageValue === undefined ? 'Value' : 'AverageValue',
        // Zero stands for none, beside an average.
        value:
          source.averageValue !== undefined && source.targetValue === ZERO ? undefined : source.targetValue,
        averageValue: source.averageValue,
      },
    })),
    pods: mapped(pods, (source) => ({
      metric: { name: source.metricName, selector: source.selector },
      target: { type: 'AverageValue', averageValue: source.targetAverageValue },
    })),
    resource: mapped(resource, use),
    containerResource: mapped(containerResource, use),
    external: mapped(external, (source) => ({
      metric: { name: source.metricName, selector: source.metricSelector },
      target: {
        type: source.targetValue === undefined ? 'AverageValue' : 'Value',
        value: source.targetValue,
        averageValue: source.targetAverageValue,
      },
    })),
  };
}

function oldStatus({ type, object, pods, resource, containerResource, external }: MetricStatus): object {
  const use = (status: NonNullable<MetricStatus['resource']>) => ({
    name: status.name,
    currentAverageUtilization: status.current.averageUtilization,
    currentAverageValue: status.current.averageValue ?? ZERO,
  });
  return {
    type,
    object: object && {
      target: object.describedObject,
      metricName: object.metric.name,
      currentValue: object.current.value ?? ZERO,
      selector: object.metric.selector,
      averageValue: object.current.averageValue,
    },
    pods: pods && {
      metricName: pods.metric.name,
      currentAverageValue: pods.current.averageValue ?? ZERO,
      selector: pods.metric.selector,
    },
    resource: resource && use(resource),
    containerResource: containerResource && {
      ...use(containerResource),
      container: containerResource.container,
    },
    external: external && {
      metricName: external.metric.name,
      metricSelector: external.metric.selector,
      currentValue: external.current.value ?? ZERO,
      currentAverageValue: external.current.averageValue,
    },
  };
}

function newStatus({ type, object, pods, resource, containerResource, external }: Json): object {
  const use = (status: Json) => ({
    name: status.name,
    container: status.container,
    current: {
      averageUtilization: status.currentAverageUtilization,
      averageValue: status.currentAverageValue,
    },
  });
  return {
    type,
    object: mapped(object, (status) => ({
      describedObject: status.target,
      metric: { name: status.metricName, selector: status.selector },
      current: { value: status.currentValue, averageValue: status.averageValue },
    })),
    pods: mapped(pods, (status) => ({
      metric: { name: status.metricName, selector: status.selector },
      current: { averageValue: status.currentAverageValue },
    })),
    resource: mapped(resource, use),
    containerResource: mapped(containerResource, use),
    external: mapped(external, (status) => ({
      metric: { name: status.metricName, selector: status.metricSelector },
      current: { value: status.currentValue, averageValue: status.currentAverageValue },
    })),
  };
}

const mapped = (value: unknown, convert: (value: Json) => object): object | undefined =>
  value === undefined || value === null ? undefined : convert(value as Json);
