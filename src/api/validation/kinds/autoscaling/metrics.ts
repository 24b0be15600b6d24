// Validates the metrics of HorizontalPodAutoscalers. Paths and messages follow k8s.io/kubernetes pkg/apis/autoscaling/validation.
// Called by horizontal-pod-autoscaler.ts.
import { addAll } from '../../../../kit/lists.ts';
import type {
  CrossVersionObjectReference,
  MetricIdentifier,
  MetricSpec,
  MetricTarget,
} from '../../../kinds/autoscaling/v2/horizontal-pod-autoscaler.ts';
import { parseQuantity, signOf } from '../../../quantity/quantity.ts';
import {
  complaints,
  errorsOfItems,
  type FieldError,
  forbidden,
  invalid,
  notSupported,
  required,
} from '../../field.ts';
import { isDNS1123Label, pathSegmentName } from '../../names.ts';
import { groupVersionErrors } from './group-version.ts';

export interface MetricsOptions {
  /** In references to objects that metrics describe: they were wrong before. */
  readonly anyApiVersion: boolean;
}

const OUTSIDE = ['Object', 'External'];

export function metricsErrors(
  path: string,
  metrics: readonly MetricSpec[],
  minReplicas: number | undefined,
  options: MetricsOptions,
): FieldError[] {
  const errors = errorsOfItems(metrics, (metric, i) => metricErrors(`${path}[${i}]`, metric, options));
  if (minReplicas === 0 && !metrics.some(({ type }) => OUTSIDE.includes(type)))
    errors.push(
      forbidden(
        path,
        'must specify at least one Object or External metric to support scaling to zero replicas',
      ),
    );
  return errors;
}

/** In the order in which upstream looks for them. */
const SOURCES = ['object', 'external', 'pods', 'resource', 'containerResource'] as const;
type Source = (typeof SOURCES)[number];

const SOURCE_OF: Readonly<Record<string, Source>> = {
  Object: 'object',
  External: 'external',
  Pods: 'pods',
  Resource: 'resource',
  ContainerResource: 'containerResource',
};
const TYPES = Object.keys(SOURCE_OF).sort();

function metricErrors(path: string, metric: MetricSpec, options: MetricsOptions): FieldError[] {
  const errors: FieldError[] = [];
  const { type } = metric;
  const expected = Object.hasOwn(SOURCE_OF, type) ? SOURCE_OF[type] : undefined;
  if (!type) errors.push(required(`${path}.type`, 'must specify a metric source type'));
  if (!expected) errors.push(notSupported(`${path}.type`, type, TYPES));
  const present = SOURCES.filter((source) => metric[source] !== undefined);
  const [first, ...more] = present;
  if (first) addAll(errors, sourceErrors(path, metric, first, options));
  if (expected && metric[expected] === undefined)
    errors.push(required(`${path}.${expected}`, 'must populate information for the given metric source'));
  if (more.length > 0)
    for (const source of present)
      if (source !== expected)
        errors.push(forbidden(`${path}.${source}`, 'must populate the given metric source only'));
  return errors;
}

function sourceErrors(
  path: string,
  metric: MetricSpec,
  source: Source,
  options: MetricsOptions,
): FieldError[] {
  const at = `${path}.${source}`;
  const { object, external, pods, resource, containerResource } = metric;
  if (source === 'object' && object) {
    const { describedObject, metric: identifier, target } = object;
    const reference = { ...options, mayBeCore: true };
    return [
      ...referenceErrors(`${at}.describedObject`, describedObject, reference),
      ...identifierErrors(`${at}.metric`, identifier),
      ...targetErrors(`${at}.target`, target),
      ...needs(target, ['value', 'averageValue'], at, 'must set either a target value or averageValue'),
    ];
  }
  if (source === 'external' && external) {
    const { metric: identifier, target } = external;
    const text = 'must set either a target value for metric or a per-pod target';
    return [
      ...identifierErrors(`${at}.metric`, identifier),
      ...targetErrors(`${at}.target`, target),
      ...needs(target, ['value', 'averageValue'], at, text),
      ...(target.value !== undefined && target.averageValue !== undefined
        ? [forbidden(`${at}.target.value`, 'may not set both a target value for metric and a per-pod target')]
        : []),
    ];
  }
  if (source === 'pods' && pods) {
    const { metric: identifier, target } = pods;
    return [
      ...identifierErrors(`${at}.metric`, identifier),
      ...targetErrors(`${at}.target`, target),
      ...needs(target, ['averageValue'], at, 'must specify a positive target averageValue'),
    ];
  }
  const used = resource ?? containerResource;
  if (!used) return [];
  return [
    ...(used.name ? [] : [required(`${at}.name`, 'must specify a resource name')]),
    ...(source === 'containerResource' ? containerErrors(at, containerResource?.container) : []),
    ...targetErrors(`${at}.target`, used.target),
    ...resourceTargetErrors(`${at}.target`, used.target),
  ];
}

function containerErrors(path: string, container: string | undefined): FieldError[] {
  if (!container) return [required(`${path}.container`, 'must specify a container')];
  return complaints(`${path}.container`, container, isDNS1123Label(container));
}

function resourceTargetErrors(
  path: string,
  { averageUtilization, averageValue }: MetricTarget,
): FieldError[] {
  if (averageUtilization === undefined && averageValue === undefined)
    return [
      required(`${path}.averageUtilization`, 'must set either a target raw value or a target utilization'),
    ];
  if (averageUtilization !== undefined && averageValue !== undefined)
    return [
      forbidden(`${path}.averageValue`, 'may not set both a target raw value and a target utilization'),
    ];
  return [];
}

const needs = (
  target: MetricTarget,
  either: readonly ('value' | 'averageValue')[],
  path: string,
  detail: string,
): FieldError[] =>
  either.every((name) => target[name] === undefined) ? [required(`${path}.target.averageValue`, detail)] : [];

const TARGETS = ['Utilization', 'Value', 'AverageValue'];

function targetErrors(path: string, target: MetricTarget): FieldError[] {
  const { type, value, averageValue, averageUtilization } = target;
  const errors: FieldError[] = [];
  if (!type) errors.push(required(`${path}.type`, 'must specify a metric target type'));
  if (!TARGETS.includes(type))
    errors.push(invalid(`${path}.type`, type, 'must be either Utilization, Value, or AverageValue'));
  for (const [name, amount] of Object.entries({ value, averageValue }))
    if (amount !== undefined && signOf(parseQuantity(amount)) !== 1)
      errors.push(invalid(`${path}.${name}`, amount, 'must be positive'));
  if (averageUtilization !== undefined && averageUtilization < 1)
    errors.push(invalid(`${path}.averageUtilization`, averageUtilization, 'must be greater than 0'));
  return errors;
}

function identifierErrors(path: string, { name }: MetricIdentifier): FieldError[] {
  if (!name) return [required(`${path}.name`, 'must specify a metric name')];
  return complaints(`${path}.name`, name, pathSegmentName(name));
}

export interface ReferenceOptions extends MetricsOptions {
  /** The core group has kinds that can be meant. */
  readonly mayBeCore: boolean;
}

export function referenceErrors(
  path: string,
  reference: Partial<CrossVersionObjectReference> | undefined,
  { anyApiVersion, mayBeCore }: ReferenceOptions,
): FieldError[] {
  const errors: FieldError[] = [];
  for (const key of ['kind', 'name'] as const) {
    const value = reference?.[key];
    if (!value) errors.push(required(`${path}.${key}`));
    else addAll(errors, complaints(`${path}.${key}`, value, pathSegmentName(value)));
  }
  if (!anyApiVersion)
    addAll(errors, groupVersionErrors(`${path}.apiVersion`, reference?.apiVersion ?? '', mayBeCore));
  return errors;
}
